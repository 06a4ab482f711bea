import { LanguageAnalyzer } from '../../../../src/search-engine/text/language-analyzer';
import {
  MAX_EXPRESSIONS,
  synonymFaults,
  Synonyms,
  type SynonymRule,
} from '../../../../src/search-engine/text/synonyms';

const english = new LanguageAnalyzer({ language: 'en' });

const synonyms = new Synonyms(
  [
    { kind: 'TWO_WAY', words: ['tea pot', 'teapot', 'Tea-Kettle'] },
    { kind: 'ONE_WAY', words: ['crockery'], finds: ['mugs', 'plate'] },
    { kind: 'ONE_WAY', words: ['mug'], finds: ['cup'] },
    { kind: 'TWO_WAY', words: ['nothing'] },
  ],
  english,
);

it('finds two-way synonyms from each side, of one word or several', () => {
  expect(synonyms.expand(['teapot'])).toEqual([
    { from: 0, to: 1, terms: ['tea', 'kettl'], isPrefix: false },
    { from: 0, to: 1, terms: ['tea', 'pot'], isPrefix: false },
  ]);
  expect(synonyms.expand(['red', 'tea', 'pot'])).toContainEqual({ from: 1, to: 3, terms: ['teapot'], isPrefix: false });
});

it('applies one-way rules in one direction, and in one step', () => {
  expect(synonyms.expand(['crockeri']).map(({ terms }) => terms)).toEqual([['plate'], ['mug']]);
  expect(synonyms.expand(['mug']).map(({ terms }) => terms)).toEqual([['cup']]);
  expect(synonyms.expand(['cup'])).toEqual([]);
  expect(synonyms.expand(['noth', 'tea'])).toEqual([]);
});

it('finds synonyms of a word while it is typed, from its third letter on', () => {
  const found = (terms: string[], prefix: string) =>
    synonyms.expand(terms, prefix).map(({ terms: one }) => one.join(' '));
  expect(found(['crock'], 'crock')).toEqual(['plate', 'mug']);
  expect(found(['cr'], 'cr')).toEqual([]);
  expect(found(['red', 'tea', 'ke'], 'ke')).toEqual([]);
  expect(synonyms.expand(['red', 'tea', 'kett'], 'kett')).toEqual([
    { from: 1, to: 3, terms: ['teapot'], isPrefix: true },
    { from: 1, to: 3, terms: ['tea', 'pot'], isPrefix: true },
  ]);
  expect(found(['teapo'], 'teapo').sort()).toEqual(['tea kettl', 'tea pot']);
  expect(found(['teapot', 'r'], 'r').sort()).toEqual(['tea kettl', 'tea pot']);
});

it('knows the words of its rules', () => {
  expect([...synonyms.words].sort()).toEqual([
    'crockery',
    'cup',
    'kettle',
    'mug',
    'mugs',
    'plate',
    'pot',
    'tea',
    'teapot',
  ]);
});

test.each<[string, SynonymRule, string, string]>([
  ['a word alone', { kind: 'TWO_WAY', words: ['mug'] }, 'TOO_FEW_WORDS', 'words'],
  ['nothing to search for', { kind: 'ONE_WAY', words: [], finds: ['mug'] }, 'TOO_FEW_WORDS', 'words'],
  ['nothing to find', { kind: 'ONE_WAY', words: ['mug'] }, 'FINDS_NOTHING', 'finds'],
  ['a side too many', { kind: 'TWO_WAY', words: ['mug', 'cup'], finds: ['jar'] }, 'FINDS_IN_TWO_WAY', 'finds'],
  ['signs', { kind: 'TWO_WAY', words: ['mug', '!!'] }, 'NO_WORD', 'words[1]'],
  ['a sentence', { kind: 'TWO_WAY', words: ['mug', 'one two three four five six'] }, 'TOO_LONG', 'words[1]'],
  ['the same twice', { kind: 'ONE_WAY', words: ['mugs'], finds: ['MUG'] }, 'SAID_TWICE', 'finds[0]'],
  [
    'too many',
    { kind: 'TWO_WAY', words: Array.from({ length: MAX_EXPRESSIONS + 1 }, (_, n) => `w${n}`) },
    'TOO_MANY_WORDS',
    'words',
  ],
])('reports %s', (_, rule, code, path) => {
  expect(synonymFaults(rule, english)).toMatchObject([{ code, path }]);
});

it('accepts a good rule', () => {
  expect(synonymFaults({ kind: 'TWO_WAY', words: ['tea pot', 'teapot'] }, english)).toEqual([]);
});

it('puts the synonyms of the rules before those of the starters, while a word is typed too', () => {
  const starterRules = Array.from('abcdefghij', (letter): SynonymRule => ({
    ...{ kind: 'ONE_WAY', words: [`sto${letter}k`], finds: ['starter'] },
  }));
  const own: SynonymRule[] = [{ kind: 'ONE_WAY', words: ['stozk'], finds: ['own', 'starter'] }];
  const both = new Synonyms(own, english, new Synonyms(starterRules, english));
  const ownMatches = new Synonyms(own, english).expand(['sto'], 'sto');
  expect(ownMatches.map(({ terms }) => terms)).toEqual([['starter'], ['own']]);
  expect(both.expand(['sto'], 'sto')).toEqual(ownMatches);
  expect(both.expand(['stoak'])).toEqual([{ from: 0, to: 1, terms: ['starter'], isPrefix: false }]);
  expect([...both.words]).toEqual(expect.arrayContaining(['stoak', 'stozk', 'own', 'starter']));
});

it('keep the sign of a word, or are refused', () => {
  const faultOf = (word: string) => synonymFaults({ kind: 'TWO_WAY', words: [word, 'other'] }, english)[0]?.code;
  for (const word of [
    'c++',
    'C#',
    's20+',
    'Disney+',
    'c# and c++',
    'usb-c',
    'rock & roll',
    'tea + pot',
    '30*40',
    'a. b',
    '.net',
    'a+++',
    '@home',
    '(.net)',
    'red-hot',
    'tea–pot',
    'tea - pot',
    'Dr. Martens',
    'vitamin c-',
  ])
    expect([word, faultOf(word)]).toEqual([word, undefined]);
  const lost = ['c♯', 'c--', '−c', '－red', '–red', '(-red)', '--red', '-"red blend"', '$green', '_.net', '＄x'];
  for (const word of ['+size', '#1', 'car+++', 'm*a*s*h', '-red', 'lamp -red', '"-red"', ...lost])
    expect([word, faultOf(word)]).toEqual([word, 'LOSES_SIGN']);
  const languages = new Synonyms([{ kind: 'TWO_WAY', words: ['c++', 'cpp'] }], english);
  expect(languages.expand(['c++'])).toMatchObject([{ terms: ['cpp'] }]);
  expect(languages.expand(['c'])).toEqual([]);
  expect(languages.expand(['cpp'])).toMatchObject([{ terms: ['c++'] }]);
});
