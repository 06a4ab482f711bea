import { PhraseMatcher } from '../../../../src/search-engine/index/phrase';
import { BLOCK_SIZE } from '../../../../src/search-engine/index/posting-list';
import { SearchIndex } from '../../../../src/search-engine/index/search-index';
import type { ColumnFilter } from '../../../../src/search-engine/index/columns';
import type { SearchRequest } from '../../../../src/search-engine/index/search-request';
import type { Ranking } from '../../../../src/search-engine/index/ranking';
import { PRESELECTED_HITS, MAX_FULLY_RANKED } from '../../../../src/search-engine/index/ranking';
import { SegmentBuilder } from '../../../../src/search-engine/index/segment-builder';
import { seededRandom } from '../../../../src/learn/seeded-random';
import { SETTINGS, tokens } from './arbitrary-documents';

/** More documents than are ranked one by one. */
const DOCUMENTS = MAX_FULLY_RANKED + 5_000;

describe('a query that very many products match', () => {
  const random = seededRandom(3);
  const documents = Array.from({ length: DOCUMENTS }, (_, n) => ({
    id: `p${n}`,
    fields: [
      {
        name: 'title',
        tokens: tokens(
          `red ${'reds '.repeat(Math.floor(random() * 4))}${n % 7 === 0 ? 'blue' : ''} ${n % 97 === 0 ? 'green' : ''}`,
        ),
      },
    ],
    facets: { group: n % 100 === 0 ? [`g${n % 1_000}`] : [] },
    numbers: { price: Math.floor(random() * 1e9), tie: n },
  }));
  const builder = new SegmentBuilder(SETTINGS);
  for (const document of documents) builder.add(document);
  const index = new SearchIndex(SETTINGS, builder.finish());
  const query = { mode: 'AND' as const, clauses: [{ alternatives: [{ term: 'red' }] }] };
  const byPrice: Ranking = (columns) => {
    const price = columns.numbers('price');
    return { key: (doc, score) => price[doc] / 1e9 + score / 1e6 };
  };
  const dearest = [...documents].sort((a, b) => b.numbers.price - a.numbers.price);

  it('finds those that the ranking puts first, and counts all', () => {
    for (const asked of [query, null]) {
      const { total, hits } = index.search({ query: asked, rank: byPrice, ties: 'tie', distinct: 'group', limit: 20 });
      const seen = new Set<string>();
      const expected = dearest.filter(({ facets: { group } }) => {
        if (group.length === 0) return true;
        return seen.has(group[0]) ? false : seen.add(group[0]);
      });
      expect(total).toBe(expected.length);
      // Prices that differ by less than scores do may change places.
      if (asked === null) expect(hits.map(({ id }) => id)).toEqual(expected.slice(0, 20).map(({ id }) => id));
      expect(new Set(hits.map(({ id }) => id)).size).toBe(20);
      const places = new Map(expected.map(({ id }, place) => [id, place]));
      for (const { id } of hits) expect(places.get(id)).toBeLessThan(200);
    }
  });

  it('is processed in steps, adjacent words included', () => {
    // No document has these words in this order, so that each of them is checked.
    const phrases = [{ slots: [['blue'], ['red']], slop: 2, boost: 1 }];
    const byScore: Ranking = () => ({ key: (_, score) => score });
    const matches = jest.spyOn(PhraseMatcher.prototype, 'matches');
    for (const rank of [byScore, undefined]) {
      let most = 0;
      matches.mockClear();
      const steps = index.searchInSteps({ query: { ...query, phrases }, rank, limit: 20 });
      for (let before = 0, done = false; !done; before = matches.mock.calls.length) {
        done = steps.next().done === true;
        most = Math.max(most, matches.mock.calls.length - before);
      }
      expect(matches.mock.calls.length).toBeGreaterThan(BLOCK_SIZE);
      expect(most).toBeLessThanOrEqual(BLOCK_SIZE);
    }
    matches.mockRestore();
  });

  it('finds those with the best scores, for any ranking of the rest', () => {
    const byScore: Ranking = () => ({ key: (_, score) => score });
    const { hits } = index.search({ query, rank: byScore, limit: 50 });
    const { hits: best } = index.search({ query, limit: 50 });
    expect(hits.map(({ score }) => score)).toEqual(best.map(({ score }) => score));
    expect(PRESELECTED_HITS).toBeGreaterThan(500);
  });

  it('bounds on keys known before scores change only the time', () => {
    const favourites = new Set(Array.from({ length: 40 }, () => Math.floor(random() * DOCUMENTS)));
    const buried = new Set(Array.from({ length: 40 }, () => Math.floor(random() * DOCUMENTS)));
    let asked = 0;
    const ranking =
      (spread: number, isTold: boolean): Ranking =>
      (columns) => {
        const price = columns.numbers('price');
        const values = Float64Array.from(price, (value) => Math.floor((value / 1e9) * spread));
        const key = (doc: number, score: number) => {
          asked++;
          if (buried.has(doc)) return score - 100;
          return values[doc] + Math.log1p(score) + (favourites.has(doc) ? 2 : 0);
        };
        const prior = () => ({ values, gain: Math.log1p, except: [...favourites] });
        return isTold ? { key, prior, maxExceptions: favourites.size } : { key };
      };
    const word = (term: string) => ({ alternatives: [{ term }] });
    const blue = { mode: 'AND' as const, clauses: [word('blue'), word('red')] };
    const beside = { ...blue, phrases: [{ slots: [['red'], ['blue']], slop: 1, boost: 0.5 }] };
    // A few documents, whose scores are summed when they are found.
    const green = { mode: 'AND' as const, clauses: [word('green'), word('red')] };
    const few = [green, { ...beside, clauses: green.clauses }];
    for (const text of [null, query, blue, beside, ...few]) {
      for (const spread of [1, 3, 1_000]) {
        for (const distinct of [undefined, 'group']) {
          const ask = { query: text, ties: 'tie', distinct, offset: 5, limit: 60 };
          asked = 0;
          const expected = index.search({ ...ask, rank: ranking(spread, false) });
          const without = asked;
          asked = 0;
          expect(index.search({ ...ask, rank: ranking(spread, true) })).toEqual(expected);
          const isFew = text !== null && few.includes(text);
          if (spread === 1_000) expect(asked).toBeLessThan(isFew ? without : without / 2);
        }
      }
    }
  });

  it('finds the same in steps, while other requests run in between', () => {
    const facets = [{ facet: 'group' }, { number: 'price', interval: 1e8 }];
    const cheap: ColumnFilter = (columns) => {
      const price = columns.numbers('price');
      return (doc) => price[doc] < 7e8;
    };
    const re = { mode: 'AND' as const, clauses: [{ alternatives: [{ prefix: 're' }, { term: 'red' }] }] };
    const beside = { ...query, phrases: [{ slots: [['red'], ['blue']], slop: 1 }] };
    const common = { ties: 'tie', limit: 20 };
    const requests: SearchRequest[] = [
      { ...common, query: null, rank: byPrice, distinct: 'group', facets },
      { ...common, query, rank: byPrice, distinct: 'group', facets, facetFilters: [{ number: 'price', to: 8e8 }] },
      { ...common, query: re, filter: cheap, facets },
      { ...common, query: beside, filter: cheap, sort: { number: 'price' } },
      { ...common, query: null, rank: byPrice, facets, facetFilters: [{ facet: 'group', values: ['g0', 'g100'] }] },
    ];
    let all = 0;
    for (const request of requests) {
      const expected = index.search(request);
      const steps = index.searchInSteps(request);
      let taken = 0;
      let step = steps.next();
      for (; step.done !== true; step = steps.next())
        if (taken++ % 20 === 0) index.search(requests[taken % requests.length]);
      expect(step.value).toEqual(expected);
      all += taken;
    }
    expect(all).toBeGreaterThan(200);
  });
});
