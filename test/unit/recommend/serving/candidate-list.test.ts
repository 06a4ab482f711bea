import fc from 'fast-check';
import { RANK_LIMIT } from '../../../../src/features/feature';
import { IdTable } from '../../../../src/learn/id-table';
import { listOfIds, pickBest } from '../../../../src/recommend/serving/candidate-list';
import { CustomerScores } from '../../../../src/recommend/serving/source-scores';

describe('the best of a list', () => {
  it('are those of a complete sort, and few are tested by the filter', () => {
    const scored = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.integer({ min: -5, max: 5 })), {
      selector: ([id]) => id,
    });
    fc.assert(
      fc.property(scored, fc.nat(12), fc.nat(3), (list, wanted, refused) => {
        const passes = (id: string) => id.length % 4 !== refused;
        const expected = list
          .filter(([id]) => passes(id))
          .sort(([idA, a], [idB, b]) => b - a || (idA < idB ? -1 : 1))
          .slice(0, wanted)
          .map(([id]) => id);
        const ids = list.map(([id]) => id);
        const scores = list.map(([, score]) => score);
        const picked = pickBest(listOfIds(new IdTable(), ids, scores), wanted, passes);
        expect(picked.map((at) => ids[at])).toEqual(expected);
      }),
    );
    const ids = Array.from({ length: 10_000 }, (_, n) => `p${n}`);
    const falling = listOfIds(
      new IdTable(),
      ids,
      ids.map((_, n) => -n),
    );
    let asked = 0;
    pickBest(falling, 10, () => ++asked > 0);
    expect(asked).toBe(10);
  });
});

describe('the best of each group of a list', () => {
  it('are those of a sort without further members of a group', () => {
    const scored = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.integer({ min: -5, max: 5 })), {
      selector: ([id]) => id,
    });
    fc.assert(
      fc.property(scored, fc.integer({ min: 1, max: 12 }), fc.nat(3), fc.nat(5), (list, wanted, refused, many) => {
        const passes = (id: string) => id.length % 4 !== refused;
        const groupOf = (id: string) => (id.charCodeAt(0) % 4 === 0 ? null : `g${id.charCodeAt(0) % (many + 1)}`);
        const groups = new Set<string>();
        const expected = list
          .filter(([id]) => passes(id))
          .sort(([idA, a], [idB, b]) => b - a || (idA < idB ? -1 : 1))
          .filter(([id]) => {
            const group = groupOf(id);
            if (group === null) return true;
            return !groups.has(group) && groups.add(group);
          })
          .slice(0, wanted)
          .map(([id]) => id);
        const ids = list.map(([id]) => id);
        const candidates = listOfIds(
          new IdTable(),
          ids,
          list.map(([, score]) => score),
        );
        expect(pickBest(candidates, wanted, passes, groupOf).map((at) => ids[at])).toEqual(expected);
      }),
    );
  });
});

describe("a source's scores", () => {
  it('find their best, for any number and distribution', () => {
    const spread = fc.constantFrom(
      (n: number) => n % 7,
      (n: number) => 1 / (1 + n),
      (n: number) => Math.sin(n * 12.9898),
      (n: number) => (n % 97 === 0 ? 1000 - n / 97 : 0.001),
      // A sample at equal steps finds only the high ones.
      (n: number) => (n % 10 === 0 ? 5 + n / 1e6 : n / 1e6),
    );
    fc.assert(
      fc.property(
        spread,
        fc.constantFrom(3, RANK_LIMIT - 1, RANK_LIMIT, RANK_LIMIT + 1, 2_000, 5_000),
        (valueOf, count) => {
          const scores = new CustomerScores();
          for (let round = 0; round < 2; round++) {
            scores.vector.reset(count);
            for (let product = 0; product < count; product++) scores.vector.add(product, valueOf(product));
            scores.rank();
            const expected = Array.from({ length: count }, (_, product) => product)
              .filter((product) => valueOf(product) > 0)
              .sort((a, b) => valueOf(b) - valueOf(a) || a - b)
              .slice(0, RANK_LIMIT);
            expect(Array.from(scores.best)).toEqual(expected);
            expect(scores.largest).toBe(expected.length === 0 ? 0 : valueOf(expected[0]));
          }
        },
      ),
    );
  });
});
