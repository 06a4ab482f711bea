import fc from 'fast-check';
import { allowedDistance } from '../../../../src/search-engine/spelling/deletes';
import { SpellingDictionary } from '../../../../src/search-engine/spelling/spelling-dictionary';
import { damerauLevenshtein } from './damerau-levenshtein';

/** Few letters, so that words are near to each other; long ones, so that they differ after the indexed prefix. */
const word = fc.string({ unit: fc.constantFrom(...'aabce7é'), minLength: 1, maxLength: 11 });

const change = fc.tuple(word, fc.integer({ min: -3, max: 4 }));

it('finds every word within the distance, and no other, while words are added and removed', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 80 }), fc.array(word, { maxLength: 20 }), (changes, asked) => {
      const dictionary = new SpellingDictionary(2);
      const expected = new Map<string, number>();
      for (const [changed, by] of changes) {
        if (by > 0) dictionary.add(changed, by);
        else if (by < 0) dictionary.remove(changed, -by);
        const left = Math.max(0, (expected.get(changed) ?? 0) + by);
        if (left > 0) expected.set(changed, left);
        else expected.delete(changed);
      }
      expect(dictionary.size).toBe(expected.size);
      for (const typed of [...asked, ...expected.keys()]) {
        expect(dictionary.frequencyOf(typed)).toBe(expected.get(typed) ?? 0);
        const brute = [...expected]
          .map(([known, frequency]) => ({ word: known, distance: damerauLevenshtein(typed, known), frequency }))
          .filter(({ distance }) => distance <= allowedDistance(typed.length));
        expect(sorted(dictionary.wordsWithin(typed))).toEqual(sorted(brute));
      }
    }),
    { numRuns: 300 },
  );
});

it('removes words for good when many have been deleted', () => {
  const dictionary = new SpellingDictionary();
  for (let round = 0; round < 10; round++) {
    for (let n = 0; n < 2_000; n++) dictionary.add(`word${round}x${n}`);
    for (let n = 0; n < 2_000; n++) dictionary.remove(`word${round}x${n}`);
  }
  dictionary.add('teapot');
  expect(dictionary.size).toBe(1);
  expect(dictionary.bytes).toBeLessThan(4_000_000);
  expect(dictionary.wordsWithin('taepot')).toEqual([{ word: 'teapot', distance: 1, frequency: 1 }]);
});

it('stores no empty or very long word', () => {
  const dictionary = new SpellingDictionary();
  dictionary.add('');
  dictionary.add('a'.repeat(65));
  expect(dictionary.size).toBe(0);
  expect(dictionary.wordsWithin('')).toEqual([]);
  expect(dictionary.wordsWithin('a'.repeat(65))).toEqual([]);
});

function sorted<T extends { word: string }>(neighbours: T[]): T[] {
  return neighbours.sort((a, b) => (a.word < b.word ? -1 : 1));
}
