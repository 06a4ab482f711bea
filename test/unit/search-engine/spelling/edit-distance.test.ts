import fc from 'fast-check';
import { editDistance } from '../../../../src/search-engine/spelling/edit-distance';
import { damerauLevenshtein } from './damerau-levenshtein';

function distance(a: string, b: string, most: number): number {
  const units = (word: string) => Uint16Array.from(word, (character) => character.charCodeAt(0));
  return editDistance(units(a), a.length, units(`..${b}`), 2, b.length, most);
}

test.each([
  ['teapot', 'teapot', 0],
  ['teapot', 'tepot', 1],
  ['teapot', 'teapots', 1],
  ['teapot', 'taepot', 1],
  ['teapot', 'teepot', 1],
  ['ca', 'abc', 2],
  ['teapot', 'taepto', 2],
])('the distance of %s and %s is %i', (a, b, expected) => {
  expect(distance(a, b, 2)).toBe(expected);
  expect(distance(b, a, 2)).toBe(expected);
});

it('is the textbook distance, up to the limit', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abcd'), maxLength: 9 });
  fc.assert(
    fc.property(word, word, fc.integer({ min: 0, max: 4 }), (a, b, most) => {
      const exact = damerauLevenshtein(a, b);
      const found = distance(a, b, most);
      if (exact <= most) expect(found).toBe(exact);
      else expect(found).toBeGreaterThan(most);
    }),
    { numRuns: 3_000 },
  );
});
