import { evaluateRanking } from '../../../../src/evaluation/recommend/evaluate-ratings';
import { learnBlend } from '../../../../src/evaluation/recommend/learned-blend';
import { rankBy } from '../../../../src/evaluation/recommend/baselines/baseline';
import { blendOf, plainBlend } from '../../../../src/evaluation/recommend/baselines/blend';
import {
  leaveLastSplit,
  rankingSplit,
  temporalRatingSplit,
} from '../../../../src/evaluation/recommend/rating-protocol';
import { ratingTable, type RatingTable } from '../../../../src/evaluation/recommend/rating-table';
import type { Rating } from '../../../../src/evaluation/recommend/rating';
import { syntheticSequences } from './synthetic-sequences';

const options = { seed: 1, relevant: -Infinity, sequential: true, onProgress: () => undefined, clock: () => 0 };

function qualities(table: RatingTable): Map<string, number> {
  const rows = evaluateRanking(table, leaveLastSplit(table), options);
  return new Map(rows.map(({ model, ndcg10 }) => [model, ndcg10]));
}

describe('ranking the next product (on synthetic sequences)', () => {
  const shapes = {
    clicks: { users: 400, topics: 8, perUser: 14, succession: 0.4, drift: 0.05, eventsPerSession: 5 },
    reviews: { users: 400, topics: 8, perUser: 10, succession: 0.25, drift: 0.1, eventsPerSession: 1 },
    tastes: { users: 400, topics: 6, perUser: 25, succession: 0, drift: 0.3, eventsPerSession: 1_000 },
  };

  it.each(Object.entries(shapes))('by freshet is no worse than the best of the others: %s', (_, shape) => {
    const found = qualities(ratingTable(syntheticSequences(shape)));
    expect(Array.from(found.keys())).toEqual([
      'popularity',
      'item-knn',
      'ease',
      'ials',
      'recent-ease',
      'nearest-sessions',
      'nearest-histories',
      'transitions',
      'plain-blend',
      'freshet',
    ]);
    const freshet = found.get('freshet');
    for (const model of ['ease', 'nearest-sessions', 'transitions', 'plain-blend']) {
      expect(freshet).toBeGreaterThanOrEqual(found.get(model) as number);
    }
    // The sequence of events matters in all of these data.
    expect(freshet).toBeGreaterThan(1.3 * (found.get('ease') as number));
  });

  it('does not depend on the sequence of lines with equal times', () => {
    const ratings = syntheticSequences({ ...shapes.clicks, users: 60, perUser: 15 });
    // Five events of a user at a time, like the lines of an order.
    const inOrders = ratings.map((rating, at) => ({ ...rating, at: ratings[at - (at % 5)].at }));
    // The first user has all items, so that their indexes, which order equal scores, do not depend on the other lines.
    const items = Array.from(new Set(ratings.map(({ item }) => item)));
    const first = items.map((item) => ({ user: 'first', item, value: 1, at: 1 }));
    const reversed = Array.from(
      inOrders,
      (_, at) => inOrders[Math.min(at - (at % 5) + 4, inOrders.length - 1) - (at % 5)],
    );
    const split = (list: Rating[]) => {
      const table = ratingTable([...first, ...list]);
      const newest = Math.max(...table.times);
      return { table, split: temporalRatingSplit(table, newest - 60 * 86_400_000, newest + 1) };
    };
    const rowsOf = (list: Rating[]) => {
      const { table, split: parts } = split(list);
      return evaluateRanking(table, parts, options)
        .filter(({ model }) => ['nearest-sessions', 'nearest-histories', 'transitions'].includes(model))
        .map(({ recall20 }) => recall20.toFixed(6));
    };
    expect(rowsOf(reversed)).toEqual(rowsOf(inOrders));
  });

  it('does not depend on the held-out ratings', () => {
    const table = ratingTable(syntheticSequences({ ...shapes.clicks, users: 100 }));
    const split = leaveLastSplit(table);
    const other = { ...table, times: table.times.slice() };
    for (const at of split.test) other.times[at] += 1e9;
    const figures = (of: RatingTable) => evaluateRanking(of, split, options).map(({ ndcg10 }) => ndcg10);
    expect(figures(other)).toEqual(figures(table));
  });
});

describe('a learned blend', () => {
  const table = ratingTable(
    syntheticSequences({ users: 60, topics: 4, perUser: 8, succession: 0.3, drift: 0.1, eventsPerSession: 4 }),
  );
  const split = rankingSplit(table, leaveLastSplit(table), -Infinity);
  const size = split.trainingProductCount;
  const truthOf = new Map(split.testCustomers.map(({ customer, truth }) => [customer, Array.from(truth)[0]]));
  const isEven = (customer: number): boolean => Math.floor(customer / 3) % 2 === 0;
  /** Knows the truth of some customers. For the others, its scores are noise. */
  const partial = (model: string, knows: (customer: number) => boolean) =>
    rankBy(model, (customer) =>
      Float64Array.from({ length: size }, (_, product) =>
        knows(customer) && product === truthOf.get(customer) ? 9 : Math.sin(product * 12.9 + customer),
      ),
    );
  const noise = rankBy('noise', (customer) =>
    Float64Array.from({ length: size }, (_, p) => Math.sin(p * 78.2 + customer)),
  );
  const [even, odd] = [partial('even', isEven), partial('odd', (customer) => !isEven(customer))];

  it('combines models that complement each other, and leaves out noise', () => {
    const { weights, ndcg, alone } = learnBlend(split, [even, noise, odd]);
    expect(ndcg).toBeGreaterThan(Math.max(...alone) + 0.2);
    expect(weights[0]).toBeGreaterThan(0);
    expect(weights[2]).toBeGreaterThan(0);
    expect(ndcg).toBeCloseTo(ndcgOf(blendOf('learned', [even, noise, odd], weights)), 12);
  });

  it('is no worse on validation than each model alone and than the blends to start from', () => {
    const start = ndcgOf(plainBlend([even, noise, odd]));
    const { ndcg, alone } = learnBlend(split, [even, noise, odd], [[1, 1, 1]]);
    expect(ndcg).toBeGreaterThanOrEqual(start);
    expect(alone[1]).toBeCloseTo(ndcgOf(noise), 12);
  });

  function ndcgOf(ranker: ReturnType<typeof rankBy>): number {
    const gains = split.testCustomers.map(({ customer, truthNew, boughtInTraining }) => {
      const rank = Array.from(ranker.rank(customer, boughtInTraining)).findIndex((product) => truthNew.has(product));
      return rank < 0 || rank >= 10 ? 0 : 1 / Math.log2(rank + 2);
    });
    return gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  }
});
