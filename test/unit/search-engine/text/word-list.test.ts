import fc from 'fast-check';
import { isFrequentWord, isInWordList } from '../../../../src/search-engine/text/word-list';
import FREQUENT_WORDS from '../../../../src/search-engine/text/word-lists/en-frequent';
import NORWEGIAN_WORDS from '../../../../src/search-engine/text/word-lists/no';
import RUSSIAN_WORDS from '../../../../src/search-engine/text/word-lists/ru';

it.each([
  ['no', NORWEGIAN_WORDS, isInWordList],
  ['ru', RUSSIAN_WORDS, isInWordList],
  ['en', FREQUENT_WORDS, isFrequentWord],
])('the list of %s has its words and no others', (language, list, isIn) => {
  const words = list.trim().split(' ');
  expect(words.filter((word) => !isIn(language, word))).toEqual([]);
  const set = new Set(words);
  const changed = fc.tuple(fc.constantFrom(...words), fc.nat({ max: 11 }), fc.constantFrom('', ' ', 'a', 'z', 'я'));
  fc.assert(
    fc.property(changed, ([word, at, letter]) => {
      const other = word.slice(0, at) + letter + word.slice(at + 1);
      expect(isIn(language, other)).toBe(set.has(other));
    }),
    { numRuns: 1_000 },
  );
});

it('a language without a list has no words', () => {
  expect(['', 'xx', '../word-list', 'en-frequent'].map((language) => isInWordList(language, 'zzz'))).toEqual(
    Array(4).fill(false),
  );
  expect(isFrequentWord('de', 'und')).toBe(false);
});
