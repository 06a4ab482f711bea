import fc from 'fast-check';
import { Analyzers } from '../../../../src/search-engine/text/analyzers';
import { clausesOf } from '../../../../src/search-engine/query/clauses';
import { excerpt } from '../../../../src/search-engine/query/excerpt';
import { LIMITS } from '../../../../src/search-engine/index/query';
import { QueryPlan } from '../../../../src/search-engine/query/query-plan';
import { NO_FIELD_EVIDENCE } from '../../../../src/search/ranking/field-evidence';
import {
  type HitEvidence,
  fieldScore,
  DEFAULT_RANKING_MODEL,
  productScore,
  score,
  scoreShares,
} from '../../../../src/search/ranking/log-linear';
import { SpellingDictionary } from '../../../../src/search-engine/spelling/spelling-dictionary';
import { LanguageAnalyzer } from '../../../../src/search-engine/text/language-analyzer';
import { parseQuery } from '../../../../src/search-engine/text/parse-query';
import { Synonyms } from '../../../../src/search-engine/text/synonyms';

const analyzer = new LanguageAnalyzer({ language: 'en' });
const NONE = new Synonyms([], analyzer);

describe('clauses', () => {
  const parts = fc.constantFrom('usb', 'c', 'a', '30', '40', 'tea', 'pot', 'cup');
  const word = fc
    .tuple(parts, fc.array(fc.tuple(fc.constantFrom('-', '', '/'), parts), { maxLength: 2 }))
    .map(([first, more]) => first + more.map(([joint, part]) => joint + part).join(''));
  const query = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
  const allTerms = (text: string) => [...new Set(analyzer.tokensWithMeasures(text).map(({ term }) => term))];

  const combinationsOf = (readings: readonly (readonly unknown[])[]) =>
    readings.reduce((product, { length }) => product * length, 1);

  it('match a document exactly if it has every term of one reading of each word, and a number with its unit', () => {
    fc.assert(
      fc.property(query, fc.infiniteStream(fc.boolean()), (text, coins) => {
        const parsed = parseQuery(text, analyzer);
        // If a word has too many readings, `clausesOf` uses the first one only.
        fc.pre(parsed.words.every(({ tokenizations }) => combinationsOf(tokenizations) <= LIMITS.clauses / 2));
        const document = new Set(allTerms(text).filter(() => coins.next().value as boolean));
        const byHand = parsed.words.every(
          ({ tokenizations, measures }) =>
            tokenizations.some((tokens) => tokens.every(({ term }) => document.has(term))) &&
            (measures.length === 0 || measures.some((term) => document.has(term))),
        );
        const clauses = clausesOf([{ parsed, synonyms: NONE, language: 'en', analyzer }]);
        const holds = clauses.every(({ alternatives }) =>
          alternatives.some((alternative) => 'term' in alternative && document.has(alternative.term)),
        );
        expect(holds).toBe(byHand);
      }),
      { numRuns: 1_000 },
    );
  });

  it('match if a synonym stands for the words with the same meaning', () => {
    const synonyms = new Synonyms(
      [
        { kind: 'TWO_WAY', words: ['tea pot', 'samovar'] },
        { kind: 'ONE_WAY', words: ['cup'], finds: ['drinking vessel'] },
      ],
      analyzer,
    );
    const holds = (text: string, ...document: string[]) =>
      clausesOf([{ parsed: parseQuery(text, analyzer), synonyms, language: 'en', analyzer }]).every(
        ({ alternatives }) =>
          alternatives.some((alternative) => 'term' in alternative && document.includes(alternative.term)),
      );
    expect(holds('tea pot red', 'samovar', 'red')).toBe(true);
    expect(holds('tea pot red', 'tea', 'red')).toBe(false);
    expect(holds('samovar', 'tea', 'pot')).toBe(true);
    expect(holds('samovar', 'tea')).toBe(false);
    expect(holds('cup', 'drink', 'vessel')).toBe(true);
    expect(holds('drinking vessel', 'cup')).toBe(false);
  });

  it('read a word in each language of the shop', () => {
    const analyzers = new Analyzers('en');
    const readings = ['en', 'de'].map((language) => ({
      parsed: parseQuery('Häuser', analyzers.of(language)),
      synonyms: NONE,
      language,
      analyzer: analyzers.of(language),
    }));
    const [{ alternatives }] = clausesOf(readings);
    const terms = alternatives.map((alternative) => ('term' in alternative ? alternative.term : ''));
    expect(terms).toEqual(['en', 'de'].map((language) => analyzers.of(language).analyze('Häuser')[0].term));
    expect(new Set(terms).size).toBe(2);
  });
});

it('a language without forms of words leaves those that another one knows', () => {
  const analyzers = new Analyzers('en');
  for (const languages of [
    ['en', 'ar'],
    ['ar', 'en'],
  ]) {
    const readings = languages.map((language) => {
      const own = analyzers.of(language);
      return { parsed: parseQuery('cloth', own), synonyms: NONE, language, analyzer: own };
    });
    expect(clausesOf(readings)).toEqual([
      { word: 0, alternatives: [{ term: 'cloth', typed: { surface: 'cloth', language: 'en' } }] },
    ]);
  }
});

describe('a repeated word', () => {
  const plan = (text: string, typing = false) =>
    new QueryPlan([{ parsed: parseQuery(text, analyzer, { typing }), synonyms: NONE, language: 'en', analyzer }]);

  it.each([
    ['the '.repeat(30).trim(), 'the'],
    ['red cup red cup red', 'red cup'],
    ['Cup cup CUP', 'cup'],
    ['"red cup" red red', '"red cup" red'],
  ])('is searched for once: %s', (repeated, once) => {
    expect(plan(repeated).query()).toEqual(plan(once).query());
  });

  it('appears in a phrase as often as it was typed', () => {
    expect(plan('"tea tea"').query()).toMatchObject({ clauses: [{}], phrases: [{ slots: [['tea'], ['tea']] }] });
  });

  it('is the beginning of another while it is typed', () => {
    expect(plan('cup cup', true).query().clauses).toHaveLength(2);
  });
});

describe('languages that a query names', () => {
  it('take up no room under any name, and leave those of the products as they are', () => {
    const analyzers = new Analyzers('en');
    for (let n = 0; n < 1_000; n++) analyzers.forQuery(`q${n.toString(36)}`);
    expect(analyzers.of('de').analyze('Häusern')[0].term).toBe(analyzers.of('de').analyze('Haus')[0].term);
    expect(analyzers.forQuery('de-AT')).toBe(analyzers.of('de'));
    expect(analyzers.forQuery(null)).toBe(analyzers.of('en'));
    const none = analyzers.forQuery('constructor');
    expect(none.analyze('Houses the')).toEqual(analyzers.of('und').analyze('Houses the'));
    expect(
      analyzers
        .of('constructor')
        .analyze('Houses')
        .map(({ term }) => term),
    ).toEqual(['houses']);
  });
});

describe('excerpts', () => {
  const text = fc.array(fc.constantFrom('word', 'a', '🫖', 'Straße', 'longerthanmost'), { maxLength: 60 });
  it('return the text, or a part of it with the first match, with whole matched words', () => {
    fc.assert(
      fc.property(text, fc.nat(60), (words, at) => {
        if (words.length === 0) return;
        const whole = words.join(' ');
        const before = words.slice(0, at % words.length);
        const wanted = words[before.length];
        const start = before.length === 0 ? 0 : before.join(' ').length + 1;
        const fragments = excerpt(whole, [[start, start + wanted.length]], 80);
        const joined = fragments.map((fragment) => fragment.text).join('');
        expect(fragments.filter(({ matched }) => matched).map((fragment) => fragment.text)).toEqual([wanted]);
        expect(joined.length).toBeLessThanOrEqual(82);
        expect(whole).toContain(joined.replace(/^…|…$/g, '').trim());
        expect(joined).not.toMatch(/\p{Cs}/u);
        if (whole.length <= 80) expect(joined).toBe(whole);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the ranking', () => {
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  const evidence: fc.Arbitrary<HitEvidence> = fc.record({
    text: fc.double({ min: 0, max: 4, noNaN: true }),
    popularity: part,
    affinity: part,
    unavailable: fc.constantFrom(0, 1),
    price: fc.option(fc.double({ min: 0, max: 10, noNaN: true }), { nil: NaN }),
    discount: part,
    rating: fc.option(fc.double({ min: 0, max: 5, noNaN: true }), { nil: NaN }),
    novelty: part,
    ...{ titleMatch: part, brandMatch: part, categoryMatch: part, attributeMatch: part, descriptionMatch: part },
    exactMatch: fc.option(part, { nil: NaN }),
    clicks: fc.double({ min: -2, max: 3, noNaN: true }),
    boost: fc.double({ min: 0.01, max: 100, noNaN: true }),
  });
  const weight = fc.double({ min: -2, max: 2, noNaN: true });
  /** Weights set by hand, or learned in any way. */
  const models = fc.oneof(
    fc.constant(DEFAULT_RANKING_MODEL),
    fc
      .record({
        ...{ text: weight, popularity: weight, affinity: weight, unavailable: weight },
        price: weight,
        discount: weight,
        rating: weight,
        novelty: weight,
        ...{ titleMatch: weight, brandMatch: weight, categoryMatch: weight, attributeMatch: weight },
        ...{ descriptionMatch: weight, exactMatch: weight },
        clicks: weight,
      })
      .map((weights) => ({ ...DEFAULT_RANKING_MODEL, weights, missing: { price: 3, rating: 4 } })),
  );
  const of = (one: HitEvidence, model = DEFAULT_RANKING_MODEL) => score(model, one);

  it('explains a score in shares that add up', () => {
    fc.assert(
      fc.property(evidence, models, (one, model) => {
        const shares = scoreShares(model, one);
        expect(shares.every(({ share }) => share >= 0)).toBe(true);
        if (shares.length === 0) return;
        expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
        // If nothing lowers the score, its share equals what the part has added.
        const { weights } = model;
        const lowered = [weights.text, weights.popularity, weights.affinity].some((each) => each < 0);
        if (lowered || weights.clicks * one.clicks < 0 || productScore(model, one) < 0 || one.boost < 1) return;
        if (fieldScore(model, one) < 0) return;
        const fields = shares.find(({ source }) => source === 'fields')?.share ?? 0;
        const elsewhere = { ...one, ...NO_FIELD_EVIDENCE };
        expect(fields * of(one, model)).toBeCloseTo(of(one, model) - of(elsewhere, model), 9);
        const popularity = shares.find(({ source }) => source === 'popularity')?.share ?? 0;
        expect(popularity * of(one, model)).toBeCloseTo(of(one, model) - of({ ...one, popularity: 0 }, model), 9);
      }),
    );
  });

  it('never ranks a product lower for more positive evidence', () => {
    fc.assert(
      fc.property(evidence, part, (one, more) => {
        for (const name of ['text', 'popularity', 'affinity', 'boost'] as const)
          expect(of({ ...one, [name]: one[name] + more })).toBeGreaterThanOrEqual(of(one));
      }),
    );
  });
});

it('a dictionary sent to another thread has the same words, and continues to learn', () => {
  const words = Array.from({ length: 3_000 }, (_, n) => `${['tea', 'lamp', 'chair'][n % 3]}${(n * 7919).toString(36)}`);
  const dictionary = new SpellingDictionary();
  words.forEach((word, n) => dictionary.add(word, 1 + (n % 5)));
  const near = (of: SpellingDictionary, word: string) =>
    of.wordsWithin(word).sort((a, b) => (a.word < b.word ? -1 : 1));
  const typed = words.filter((_, n) => n % 50 === 0).map((word) => word.slice(1));
  const before = typed.map((word) => near(dictionary, word));
  const sent = SpellingDictionary.from(structuredClone(dictionary.state));
  expect(sent.size).toBe(3_000);
  expect(typed.map((word) => near(sent, word))).toEqual(before);
  sent.add('zanzibar');
  expect(near(sent, 'zanzibr').map(({ word }) => word)).toEqual(['zanzibar']);
  sent.remove('zanzibar');
  expect(near(sent, 'zanzibr')).toEqual([]);
});
