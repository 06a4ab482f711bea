import fc from 'fast-check';
import { correctQuery } from '../../../../src/search-engine/spelling/correct-query';
import { correctedText, spelledWord } from '../../../../src/search-engine/spelling/corrected-text';
import { SpellingDictionary } from '../../../../src/search-engine/spelling/spelling-dictionary';
import { suggestSpellings } from '../../../../src/search-engine/spelling/spelling-suggestions';
import { LanguageAnalyzer } from '../../../../src/search-engine/text/language-analyzer';
import { parseQuery } from '../../../../src/search-engine/text/parse-query';

const analyzer = new LanguageAnalyzer({ language: 'en' });

const TITLES = [
  ...Array<string>(20).fill('red teapot'),
  ...Array<string>(5).fill('red toadstool led night light'),
  'blue bread bin',
  'green lunch box',
  'rose cup and saucer',
  'iphone15 case',
  'part 85123A',
  'part 85123B',
  'cable USB-C',
];
const documents = TITLES.map((title) => new Set(analyzer.analyze(title).map(({ surface }) => surface)));
const dictionary = new SpellingDictionary();
for (const words of documents) for (const word of words) dictionary.add(word);

const hits = (words: readonly string[]) =>
  documents.filter((document) => words.every((word) => document.has(word))).length;

const correct = (text: string) => correctQuery({ dictionary }, text.split(' '), hits);

it('corrects words that no document has, together', () => {
  expect(correct('rde taepot')).toMatchObject({ words: ['red', 'teapot'], hits: 20, certain: true });
});

it('prefers corrections with results over frequent words without', () => {
  expect(suggestSpellings(dictionary, 'bred').map(({ word }) => word)[0]).toBe('red');
  expect(correct('bred bin')).toMatchObject({ words: ['bread', 'bin'], hits: 1, certain: true });
});

it('joins and splits words', () => {
  expect(correct('tea pot')).toMatchObject({ words: ['teapot'], changes: [{ from: 0, to: 2, kind: 'JOINED' }] });
  expect(correct('green lunchbox')).toMatchObject({ words: ['green', 'lunch', 'box'], changes: [{ kind: 'SPLIT' }] });
  expect(correct('usb c')).toBeUndefined();
});

it('suggests a correction of a word that exists', () => {
  expect(correct('rose cap')).toMatchObject({ words: ['rose', 'cup'], certain: true });
  expect(correct('led teapot')).toMatchObject({ words: ['red', 'teapot'], certain: false });
});

it('leaves numbers unchanged', () => {
  expect(correct('85123a')).toBeUndefined();
  expect(suggestSpellings(dictionary, '85123c')).toEqual([]);
  expect(suggestSpellings(dictionary, '85124')).toEqual([]);
  expect(suggestSpellings(dictionary, 'iphone16')).toEqual([]);
  expect(suggestSpellings(dictionary, 'iphnoe15').map(({ word }) => word)).toEqual(['iphone15']);
  expect(suggestSpellings(dictionary, '85132a').map(({ word }) => word)).toEqual(['85123a']);
});

it('suggests nothing if no correction is better', () => {
  expect(correct('red teapot')).toBeUndefined();
  expect(correct('xylophone')).toBeUndefined();
  expect(correctQuery({ dictionary }, [], hits)).toBeUndefined();
});

it('limits how many counts a query requests', () => {
  let asked = 0;
  const words = Array.from({ length: 30 }, () => 'taepto');
  correctQuery({ dictionary }, words, () => ((asked += 1), 0));
  expect(asked).toBeLessThanOrEqual(14);
});

it('requests no count of a correction that could not be better, and finds the same', () => {
  const word = fc.constantFrom(
    ...['red', 'rde', 'led', 'bred', 'bread', 'bin', 'taepot', 'teapot', 'pot', 'cap', 'nihgt', 'lunchbox'],
  );
  let spared = 0;
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      let asked = 0;
      const counted = (some: readonly string[]) => ((asked += 1), hits(some));
      const all = correctQuery({ dictionary }, words, counted);
      const askedForAll = asked;
      asked = 0;
      expect(correctQuery({ dictionary }, words, counted, { documents: documents.length })).toEqual(all);
      expect(asked).toBeLessThanOrEqual(askedForAll);
      spared += askedForAll - asked;
    }),
    // Few queries spare a count.
    { numRuns: 1_000 },
  );
  expect(spared).toBeGreaterThan(0);
});

it('leaves the rest of the query unchanged', () => {
  const text = 'A RED  taepot, "bread bin" - new!';
  const { words } = parseQuery(text, analyzer);
  const spelled = words.map(spelledWord);
  expect(spelled).toEqual(['a', 'red', 'taepot', 'new']);
  expect(correctedText(text, words, [{ from: 2, to: 3, words: ['teapot'], kind: 'SPELLING' }])).toBe(
    'A RED  teapot, "bread bin" - new!',
  );
});
