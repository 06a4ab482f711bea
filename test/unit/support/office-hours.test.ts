import { readConfig } from '../../../src/config';
import { withOpening } from '../../../src/support/answers/hand-off-answer';
import { answerText } from '../../../src/support/answers/answer-text';
import { plain } from '../../../src/support/answers/answer-content';
import type { AnswerLanguage } from '../../../src/support/language/languages';
import { parseHolidays, parseWeeklyHours } from '../../../src/platform/weekly-hours';
import { officeHoursOf } from '../../../src/support/office-hours';
import { isEmailAddress } from '../../../src/support/reply-address';

const HOURS = 'Mon-Fri 09:00-17:00, Sat 10:00-14:00';

/** Returns when the office opens next after a time in UTC, in UTC; null while it is open. */
function opens(now: string, { OFFICE_HOURS = HOURS, TIME_ZONE = 'Europe/Berlin', ...more }: NodeJS.ProcessEnv = {}) {
  const opening = officeHoursOf(readConfig({ OFFICE_HOURS, TIME_ZONE, ...more }))!.nextOpening(Date.parse(now));
  return opening === null ? null : new Date(opening).toISOString().slice(0, 16);
}

describe('office hours', () => {
  it('are none unless they are set', () => expect(officeHoursOf(readConfig({}))).toBeUndefined());

  it('are open from the first minute to before the last one, by the clocks of the shop', () => {
    expect(opens('2026-12-07T07:59:59Z')).toBe('2026-12-07T08:00');
    expect(opens('2026-12-07T08:00:00Z')).toBeNull();
    expect(opens('2026-12-07T15:59:59Z')).toBeNull();
    expect(opens('2026-12-07T16:00:00Z')).toBe('2026-12-08T08:00');
    expect(opens('2026-12-12T12:59:00Z')).toBeNull();
  });

  it('open again after the weekend, the night and a break', () => {
    expect(opens('2026-12-05T13:00:00Z')).toBe('2026-12-07T08:00');
    expect(opens('2026-12-06T12:00:00Z')).toBe('2026-12-07T08:00');
    const OFFICE_HOURS = 'Sat-Mon 14:00-18:00, Sat-Mon 08:00-12:00';
    expect(opens('2026-12-07T11:30:00Z', { OFFICE_HOURS })).toBe('2026-12-07T13:00');
    expect(opens('2026-12-07T18:00:00Z', { OFFICE_HOURS })).toBe('2026-12-12T07:00');
    expect(opens('2026-12-06T08:00:00Z', { OFFICE_HOURS })).toBeNull();
    expect(opens('2026-12-06T23:30:00Z', { OFFICE_HOURS: 'Mon-Sun 00:00-24:00' })).toBeNull();
  });

  it('are closed on holidays of one year, and of every year', () => {
    const HOLIDAYS = '12-25, 12-26,2026-12-28, 2027-01-01';
    expect(opens('2026-12-24T16:00:00Z', { HOLIDAYS })).toBe('2026-12-29T08:00');
    expect(opens('2027-12-24T16:00:00Z', { HOLIDAYS })).toBe('2027-12-27T08:00');
    expect(opens('2026-12-25T10:00:00Z', { HOLIDAYS })).toBe('2026-12-29T08:00');
    // By the calendar of the shop: in UTC, it is still the 24th.
    expect(opens('2026-12-24T23:30:00Z', { HOLIDAYS, OFFICE_HOURS: 'Mon-Sun 00:00-24:00' })).toBe('2026-12-26T23:00');
    expect(opens('2026-12-24T11:00:00Z', { HOLIDAYS, TIME_ZONE: 'Pacific/Auckland' })).toBe('2026-12-28T20:00');
  });

  it('follow changes of the clocks', () => {
    // In Berlin, clocks go forward on 29 March 2026, and back on 25 October.
    expect(opens('2026-03-27T18:00:00Z')).toBe('2026-03-28T09:00');
    expect(opens('2026-03-28T18:00:00Z')).toBe('2026-03-30T07:00');
    expect(opens('2026-10-24T18:00:00Z')).toBe('2026-10-26T08:00');
    expect(opens('2026-10-23T15:00:00Z')).toBe('2026-10-24T08:00');
    // 02:30 is skipped in March, and comes twice in October.
    const OFFICE_HOURS = 'Sun 02:30-05:00';
    expect(opens('2026-03-29T00:59:00Z', { OFFICE_HOURS })).toBe('2026-03-29T01:00');
    expect(opens('2026-03-29T01:00:00Z', { OFFICE_HOURS })).toBeNull();
    expect(opens('2026-03-29T03:00:00Z', { OFFICE_HOURS })).toBe('2026-04-05T00:30');
    expect(opens('2026-10-25T00:00:00Z', { OFFICE_HOURS })).toBe('2026-10-25T00:30');
    expect(opens('2026-10-25T01:30:00Z', { OFFICE_HOURS })).toBeNull();
  });

  it.each([
    ['Mo-Fr 9-17', 'has "Mo-Fr 9-17", which is not like Mon-Fri 09:00-17:00'],
    ['Mon 09:00-17:00,', 'has "", which is not like Mon-Fri 09:00-17:00'],
    ['Mon 09:00-17:00, Abc 09:00-10:00', 'has "Abc 09:00-10:00", which is not like Mon-Fri 09:00-17:00'],
    ['Mon 09:75-17:00', 'has "Mon 09:75-17:00", with a time that is not between 00:00 and 24:00'],
    ['Mon 09:00-24:01', 'has "Mon 09:00-24:01", with a time that is not between 00:00 and 24:00'],
    ['Fri 22:00-02:00', 'has "Fri 22:00-02:00", which does not end after it begins on the same day'],
    ['Mon-Fri 09:00-17:00, Wed 16:00-20:00', 'has "Wed 16:00-20:00", which overlaps other hours of Wed'],
  ])('%s is refused', (text, fault) => {
    expect(parseWeeklyHours(text)).toBe(fault);
    const line = `OFFICE_HOURS ${fault} (got ${JSON.stringify(text)})`;
    expect(() => readConfig({ OFFICE_HOURS: text })).toThrow(line);
  });

  it('have holidays that exist, and not too many', () => {
    expect(parseHolidays('2028-02-29, 02-29')).toEqual(['2028-02-29', '02-29']);
    for (const day of ['2026-02-29', '02-30', '13-01', '2026-1-1', 'Christmas', ''])
      expect(parseHolidays(`12-25,${day}`)).toBe(
        `has ${JSON.stringify(day)}, which is not a day like 2026-12-24 or 12-25`,
      );
    expect(parseHolidays(Array(101).fill('12-25').join())).toBe('has more than 100 days');
    expect(() => readConfig({ HOLIDAYS: '12-25' })).toThrow('HOLIDAYS has no effect without OFFICE_HOURS');
  });
});

describe('a hand-off outside office hours', () => {
  const content = (language: AnswerLanguage, hasAddress = false) =>
    withOpening(
      plain(language, 'HANDED_OFF', 'hand-off'),
      Date.parse('2026-12-07T08:00:00Z'),
      'Europe/Berlin',
      hasAddress,
    );

  it.each([
    ['en', 'It is back on Monday 7 December at 09:00.'],
    ['de', 'Ab Montag, 7. Dezember, 09:00 Uhr ist das Team wieder erreichbar.'],
    ['fr', 'L’équipe sera de retour le lundi 7 décembre à 09:00.'],
    ['es', 'El equipo vuelve el lunes, 7 de diciembre, a las 9:00.'],
    ['zh', '我们的同事将于12月7日星期一09:00恢复服务。'],
    ['ja', '12月7日月曜日の9:00から対応いたします。'],
  ] as const)('says in %s when the office opens', (language, sentence) =>
    expect(answerText(content(language))).toContain(sentence),
  );

  it('has its values from the setting, and asks for an address once', () => {
    const { parts } = content('en');
    expect(parts.map(({ template }) => template)).toEqual(['hand-off', 'hand-off.closed', 'hand-off.address']);
    expect(parts[1].slots.time).toEqual({
      value: '2026-12-07T08:00:00.000Z',
      text: '09:00',
      source: { kind: 'SETTING', id: 'OFFICE_HOURS', field: 'nextOpening' },
    });
    expect(content('en', true).parts.map(({ template }) => template)).toEqual(['hand-off', 'hand-off.closed']);
  });
});

it.each([
  ['mia.o’neil@example.com', false],
  ["mia.o'neil+shop@mail.example.co.uk", true],
  ['mia@example', false],
  ['Mia <mia@example.com>', false],
  ['mia@example.com, ben@example.com', false],
  ['mia@example.com\nBcc: ben@example.com', false],
  ['mia@example.com?bcc=ben@example.com', false],
  [`${'a'.repeat(243)}@example.com`, false],
  [`${'a'.repeat(242)}@example.com`, true],
])('%j is an e-mail address: %s', (text, is) => expect(isEmailAddress(text)).toBe(is));
