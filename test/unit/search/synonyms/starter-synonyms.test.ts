import type { PoolClient } from '../../../../src/platform/postgres';
import { Analyzers } from '../../../../src/search-engine/text/analyzers';
import { synonymFaults, Synonyms, type SynonymRule } from '../../../../src/search-engine/text/synonyms';
import { STARTER_LANGUAGES, starterSynonymsOf } from '../../../../src/search/synonyms/starter/starter-synonyms';
import { SynonymsReadModel } from '../../../../src/search/synonyms/synonyms.read-model';

const analyzers = new Analyzers('en');
const MIN_GROUPS = 110;
/** The schema promises at most this number. */
const MAX_GROUPS = 1_000;

const startersIn = (language: string) => new Synonyms(starterSynonymsOf(language), analyzers.of(language));
const expressionsOf = ({ words, finds = [] }: SynonymRule) => [...words, ...finds];
const wordsOf = (expression: string, language: string) =>
  analyzers
    .of(language)
    .analyze(expression)
    .map(({ term }) => term);

it('there are lists in English and German only', () => {
  expect(STARTER_LANGUAGES).toEqual(['de', 'en']);
  expect(starterSynonymsOf('fr')).toEqual([]);
  expect(starterSynonymsOf('constructor')).toEqual([]);
});

describe.each(STARTER_LANGUAGES)('the starter synonyms in %s', (language) => {
  const groups = starterSynonymsOf(language);
  const analyzer = analyzers.of(language);

  it('are valid rules', () => {
    expect(groups.length).toBeGreaterThanOrEqual(MIN_GROUPS);
    expect(groups.length).toBeLessThanOrEqual(MAX_GROUPS);
    expect(groups.filter((group) => synonymFaults(group, analyzer).length > 0)).toEqual([]);
  });

  it('have no stop words, which queries may lack', () => {
    const words = groups.flatMap(expressionsOf).flatMap((text) => text.toLowerCase().split(' '));
    expect(words.filter((word) => analyzer.isStopWord(word))).toEqual([]);
  });

  it('say nothing twice', () => {
    const pairs = groups.flatMap(({ kind, words, finds = [] }) =>
      words.flatMap((word) =>
        (kind === 'TWO_WAY' ? words : finds)
          .filter((other) => other !== word)
          .map((other) => [word, other].map((text) => wordsOf(text, language).join(' ')).join(' => ')),
      ),
    );
    expect(pairs.filter((pair, at) => pairs.indexOf(pair) !== at)).toEqual([]);
  });
});

it.each([
  ['en', 'rucksack', ['backpack', 'knapsack']],
  ['en', 'flashlight', ['torch']],
  ['en', 'trousers', ['pants']],
  ['en', 'pants', []],
  ['en', 'cot', []],
  ['de', 'Lampen', ['leuchte']],
  ['de', 'Sofa', ['couch']],
])('in %s, %s finds %j', (language, query, expected) => {
  const found = new Synonyms([], analyzers.of(language), startersIn(language)).expand(wordsOf(query, language));
  const terms = expected.map((word) => wordsOf(word, language));
  expect(found.map((match) => match.terms).sort()).toEqual(terms.sort());
});

it('add to the synonyms of the shop, which come first', () => {
  const analyzer = analyzers.of('en');
  const own: SynonymRule[] = [
    { kind: 'ONE_WAY', words: ['sofa'], finds: ['chaise', 'couch'] },
    { kind: 'ONE_WAY', words: ['bed'], finds: ['bunk'] },
  ];
  const matches = new Synonyms(own, analyzer, startersIn('en')).expand(wordsOf('sofa bed', 'en'));
  const texts = matches.map(({ terms }) => terms.join(' '));
  const ownTexts = new Synonyms(own, analyzer).expand(wordsOf('sofa bed', 'en')).map(({ terms }) => terms.join(' '));
  expect(texts.slice(0, 3)).toEqual(ownTexts);
  expect(texts.slice(3).sort()).toEqual(['sleeper sofa', 'settee'].map((text) => wordsOf(text, 'en').join(' ')).sort());
});

describe('in memory', () => {
  const answering = (rows: readonly object[][]) => {
    const remaining = [...rows];
    return { query: () => Promise.resolve({ rows: remaining.shift() }) } as unknown as PoolClient;
  };
  const found = (model: SynonymsReadModel, language: string, word: string) =>
    model.forLanguage(language, analyzers).expand(wordsOf(word, language)).length;

  it('are used in their language only while they are on', async () => {
    const model = new SynonymsReadModel();
    await model.load(answering([[], [{ name: 'starter_synonyms_en', value: 'on' }]]));
    expect([found(model, 'en', 'rucksack'), found(model, 'de', 'Sofa'), found(model, 'fr', 'rucksack')]).toEqual([
      2, 0, 0,
    ]);
    model.apply({ starterSynonyms: [{ language: 'de', enabled: true }] });
    model.apply({ starterSynonyms: [{ language: 'en', enabled: false }] });
    expect([found(model, 'en', 'rucksack'), found(model, 'de', 'Sofa')]).toEqual([0, 1]);
    model.apply({ deletedSynonyms: ['none'] });
    expect([found(model, 'en', 'rucksack'), found(model, 'de', 'Sofa')]).toEqual([0, 1]);
  });
});
