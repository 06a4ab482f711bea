import fc from 'fast-check';
import { Analyzers } from '../../../../src/search-engine/text/analyzers';
import { synonymFaults, Synonyms, type SynonymRule } from '../../../../src/search-engine/text/synonyms';
import { reformulationScore, suggestSynonyms } from '../../../../src/search/synonyms/suggested/suggest-synonyms';
import type { Reformulation, SharedClicks } from '../../../../src/search/synonyms/suggested/synonym-evidence.store';
import { queryKey } from '../../../../src/search/query-log/query-key';

const analyzers = new Analyzers('en');
const contextWith =
  (...rules: SynonymRule[]) =>
  (language: string | null) => ({
    analyzer: analyzers.forQuery(language),
    synonyms: new Synonyms(rules, analyzers.forQuery(language)),
  });

const pairOf = (fromText: string, toText: string, language: string) => ({
  ...{ language, from: queryKey(fromText), to: queryKey(toText), fromText, toText },
});
const reformulated = (from: string, to: string, visits = 5, language = ''): Reformulation => ({
  ...pairOf(from, to, language),
  ...{ visits, fromVisits: visits + 1, toVisits: visits + 2, allVisits: 200 },
});
const shared = (from: string, to: string, sharedClicks = 12, language = ''): SharedClicks => ({
  ...pairOf(from, to, language),
  ...{ sharedProducts: 3, sharedClicks, similarity: 0.9 },
});
const suggest = (reformulations: Reformulation[], clicks: SharedClicks[] = [], ...rules: SynonymRule[]) =>
  suggestSynonyms(reformulations, clicks, contextWith(...rules));
const rulesOf = (...args: Parameters<typeof suggest>) =>
  suggest(...args).map(({ kind, words, finds }) =>
    kind === 'TWO_WAY' ? words.join(' = ') : `${words[0]} > ${finds[0]}`,
  );

describe('a suggested synonym', () => {
  it('finds in the direction of the reformulation, with its evidence', () => {
    const pair = reformulated('Rucksack', 'backpack', 7);
    expect(suggest([pair])).toEqual([
      {
        ...{ id: 'suggested: all: backpack, rucksack', kind: 'ONE_WAY', words: ['Rucksack'], finds: ['backpack'] },
        ...{ language: null, score: reformulationScore(pair), reformulations: 7 },
        ...{ sharedProducts: 0, sharedClicks: 0, similarity: 0 },
      },
    ]);
  });

  it('finds in both directions with reformulations in both, or with shared clicks', () => {
    const both = [reformulated('couch', 'sofa', 3), reformulated('sofa', 'couch', 4)];
    const [found] = suggest(both);
    expect(found).toMatchObject({ kind: 'TWO_WAY', words: ['couch', 'sofa'], finds: [], reformulations: 7 });
    expect(found.score).toBeCloseTo(reformulationScore(both[0]) + reformulationScore(both[1]), 9);
    expect(suggest([], [shared('couch', 'sofa')])).toMatchObject([
      { kind: 'TWO_WAY', score: 12 * 0.9, reformulations: 0, sharedProducts: 3, sharedClicks: 12, similarity: 0.9 },
    ]);
    expect(suggest([both[0]], [shared('couch', 'sofa')])[0].score).toBeCloseTo(
      reformulationScore(both[0]) + 12 * 0.9,
      9,
    );
  });

  it('has the words that differ, once two queries or the words by themselves show it', () => {
    expect(rulesOf([reformulated('blue cell phone', 'blue mobile phone')])).toEqual([
      'blue cell phone > blue mobile phone',
    ]);
    const blue = reformulated('blue sofa', 'blue couch');
    expect(rulesOf([blue, reformulated('corner sofa', 'corner couch')])).toEqual(['sofa > couch']);
    expect(rulesOf([blue, reformulated('sofa', 'couch')])).toEqual(['sofa > couch']);
    expect(
      rulesOf([reformulated('night table for kids', 'nightstand for kids'), reformulated('night table', 'nightstand')]),
    ).toEqual(['night table > nightstand']);
  });

  it('is spelled as customers spell it', () => {
    const pair = {
      ...pairOf('Föhn', 'Haartrockner', 'de'),
      ...{ visits: 5, fromVisits: 5, toVisits: 5, allVisits: 90 },
    };
    expect(suggest([pair])).toMatchObject([
      { id: 'suggested: de: fohn, haartrockner', words: ['Föhn'], finds: ['Haartrockner'], language: 'de' },
    ]);
  });

  it.each([
    ['a plural', 'lamp', 'lamps'],
    ['several plurals', 'lamp shades', 'lamps shade'],
    ['a typo', 'trousers', 'trosers'],
    ['a word that is split', 'tea pot', 'teapot'],
    ['another order of words', 'desk lamp', 'lamp desk'],
    ['more words', 'sofa', 'blue sofa'],
    ['fewer words', 'corner sofa bed', 'sofa bed'],
    ['a number', 'tent 2 person', 'tent 4 person'],
    ['a model', 'phone x10', 'phone pixel'],
    ['more than five words', 'a b c d e f', 'sofa'],
  ])('is not made of %s', (_, from, to) => {
    expect(suggest([reformulated(from, to, 50)], [shared(from, to, 50)])).toEqual([]);
  });

  it('can be made of similar words, which are not corrected either', () => {
    expect(rulesOf([reformulated('pouch', 'couch')])).toEqual(['pouch > couch']);
    expect(rulesOf([reformulated('puoch', 'pouch')])).toEqual([]);
  });

  it('needs evidence that chance rarely gives', () => {
    const expected = { ...pairOf('sofa', 'couch', ''), visits: 5, fromVisits: 50, toVisits: 20, allVisits: 200 };
    expect(reformulationScore(expected)).toBe(0);
    expect(suggest([expected])).toEqual([]);
    expect(suggest([], [shared('sofa', 'couch', 7)])).toEqual([]);
    expect(suggest([], [shared('sofa', 'couch', 8)])).toHaveLength(1);
  });

  it('leaves out what is in force', () => {
    const pairs = [reformulated('sofa', 'couch'), reformulated('couch', 'sofa')];
    expect(rulesOf(pairs)).toEqual(['couch = sofa']);
    expect(rulesOf(pairs, [], { kind: 'TWO_WAY', words: ['sofas', 'couch'] })).toEqual([]);
    expect(rulesOf(pairs, [], { kind: 'ONE_WAY', words: ['sofa'], finds: ['couch'] })).toEqual(['couch = sofa']);
    // Accepting a rule of the other direction later keeps the one that was accepted before.
    expect(
      rulesOf([reformulated('couch', 'sofa')], [], { kind: 'ONE_WAY', words: ['sofa'], finds: ['couch'] }),
    ).toEqual(['couch = sofa']);
    expect(
      rulesOf([reformulated('blue sofa', 'blue couch')], [], { kind: 'TWO_WAY', words: ['sofa', 'couch'] }),
    ).toEqual([]);
  });

  it('is of one language', () => {
    const found = suggest([reformulated('sofa', 'couch', 5, 'en'), reformulated('sofa', 'couch', 5, 'de')]);
    expect(found.map(({ id, language }) => [id, language])).toEqual([
      ['suggested: de: couch, sofa', 'de'],
      ['suggested: en: couch, sofa', 'en'],
    ]);
  });
});

describe('of any queries', () => {
  const word = fc.constantFrom(
    'sofa',
    'sofas',
    'couch',
    'blue',
    'Föhn',
    '-red',
    'x10',
    '"tea pot"',
    'the',
    '沙发',
    'и',
  );
  const text = fc.array(word, { minLength: 1, maxLength: 7 }).map((words) => words.join(' '));
  const pairs = fc.array(
    fc.tuple(text, text).filter(([a, b]) => queryKey(a) !== queryKey(b)),
    { maxLength: 30 },
  );

  it('suggestions are valid rules with ids that do not depend on the order of the evidence', () => {
    fc.assert(
      fc.property(pairs, pairs, (reformulations, clicks) => {
        const [one, other] = [reformulations.map(([a, b]) => reformulated(a, b)), clicks.map(([a, b]) => shared(a, b))];
        const found = suggest(one, other);
        expect(found.filter((rule) => synonymFaults(rule, analyzers.of('en')).length > 0)).toEqual([]);
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
        const ids = suggest([...one].reverse(), [...other].reverse()).map(({ id }) => id);
        expect(ids.sort()).toEqual(found.map(({ id }) => id).sort());
      }),
      { numRuns: 300 },
    );
  });
});

it('the score of reformulations is G² by its definition', () => {
  const count = fc.integer({ min: 0, max: 40 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), count, count, count, (both, onlyFrom, onlyTo, neither) => {
      const table = [
        [both, onlyFrom],
        [onlyTo, neither],
      ];
      const all = both + onlyFrom + onlyTo + neither;
      const row = (i: number) => table[i][0] + table[i][1];
      const column = (j: number) => table[0][j] + table[1][j];
      const cells = [0, 1].flatMap((i) => [0, 1].map((j) => [table[i][j], (row(i) * column(j)) / all]));
      const g2 =
        2 * cells.reduce((sum, [seen, expected]) => sum + (seen === 0 ? 0 : seen * Math.log(seen / expected)), 0);
      const score = reformulationScore({ visits: both, fromVisits: row(0), toVisits: column(0), allVisits: all });
      if (both * all <= row(0) * column(0)) expect(score).toBe(0);
      else expect(score).toBeCloseTo(g2, 6);
    }),
  );
});
