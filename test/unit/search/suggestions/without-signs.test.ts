import { withoutSigns } from '../../../../src/search/suggestions/without-signs';
import { cpuMs } from '../../../setup/cpu-time';

test.each([
  ['🔥 $$$ lamp', 'lamp'],
  ['lamp (!!!)', 'lamp'],
  ['(!!!)', ''],
  ['👨‍👩‍👧 family 🏽', 'family'],
  ['🇩🇪 flag', 'flag'],
  ['❤️ lamp', 'lamp'],
  ['1️⃣ kit', '1 kit'],
  ['lego™ set', 'lego set'],
  ['lego™', 'lego'],
  ['c++', 'c++'],
  ['(c++)', 'c++'],
  ['(c#)', 'c#'],
  ['c++/c#', 'c++/c#'],
  ['c++,c#', 'c++,c#'],
  ['c#/.net', 'c#/.net'],
  ['c++ (c#)', 'c++ (c#)'],
  ['book (c++)', 'book (c++)'],
  ['a+++ fridge', 'a+++ fridge'],
  ['c++ $$$', 'c++'],
  ['c++!!!', 'c++'],
  ['.net', '.net'],
  ['part (oem)', 'part (oem)'],
  ['rock & roll', 'rock & roll'],
  ['wow+++++', 'wow'],
  ['lamp!!!shade', 'lamp shade'],
  ['10"-12" pan', '10"-12" pan'],
  ['র‍্যাকেট', 'র‍্যাকেট'],
  ['ශ්‍රී ලංකා', 'ශ්‍රී ලංකා'],
  ['क्‍ष', 'क्‍ष'],
  ['می‌خواهم', 'می‌خواهم'],
  ['র‍্যাকেট 🎾', 'র‍্যাকেট'],
])('%s is suggested as %s', (text, expected) => expect(withoutSigns(text)).toBe(expected));

it('takes time in proportion to the text', () => {
  for (const piece of ['$', 'a$$', '🔥$ ', '‍', '\ufe0f', '+', 'c++', '(', ' ', '#.', '\u20e3']) {
    const long = piece.repeat(Math.ceil(4_096 / piece.length));
    const began = cpuMs();
    for (let time = 0; time < 5; time++) withoutSigns(long);
    expect([piece, cpuMs() - began < 200]).toEqual([piece, true]);
  }
});
