import fc from 'fast-check';
import { highlight } from '../../../../src/search-engine/text/highlight';
import { LanguageAnalyzer } from '../../../../src/search-engine/text/language-analyzer';

const english = new LanguageAnalyzer({ language: 'en' });

function shown(text: string, terms: string[], prefixes?: string[]): string {
  let marked = '';
  let at = 0;
  for (const [start, end] of highlight(text, english, { terms: new Set(terms), prefixes })) {
    marked += `${text.slice(at, start)}[${text.slice(start, end)}]`;
    at = end;
  }
  return marked + text.slice(at);
}

test.each([
  ['RED Mugs', ['mug'], [], 'RED [Mugs]'],
  ['Café crème', ['cafe'], [], '[Café] crème'],
  ['a USB-C cable', ['usbc'], [], 'a [USB-C] cable'],
  ['a USB-C cable', ['usb', 'c'], [], 'a [USB]-[C] cable'],
  ['a USB-C cable', ['usb', 'usbc', 'c'], [], 'a [USB-C] cable'],
  ['30x40 cm', ['30', 'x', '40'], [], '[30x40] cm'],
  ['Christmas tree', [], ['chr'], '[Christmas] tree'],
  ['🎄 Mug 🎄', ['mug'], [], '🎄 [Mug] 🎄'],
  ['nothing', ['mug'], [], 'nothing'],
])('%s', (text, terms, prefixes, expected) => expect(shown(text, terms, prefixes)).toBe(expected));

it('marks a limited number of ranges', () => {
  expect(highlight('mug '.repeat(1_000), english, { terms: new Set(['mug']) })).toHaveLength(100);
  expect(highlight('mug '.repeat(9), english, { terms: new Set(['mug']) }, 2)).toEqual([
    [0, 3],
    [4, 7],
  ]);
});

it('returns ranges of the text, separate and in order, that cover the matches', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.func(fc.boolean()), (text, picks) => {
      const tokens = english.analyze(text).filter(({ term }) => picks(term));
      const ranges = highlight(text, english, { terms: new Set(tokens.map(({ term }) => term)) }, Infinity);
      let at = -1;
      for (const [start, end] of ranges) {
        expect(start).toBeGreaterThan(at);
        expect(end).toBeGreaterThan(start);
        at = end;
      }
      expect(at).toBeLessThanOrEqual(text.length);
      for (const { start, end } of tokens) expect(ranges.some(([from, to]) => from <= start && end <= to)).toBe(true);
    }),
  );
});
