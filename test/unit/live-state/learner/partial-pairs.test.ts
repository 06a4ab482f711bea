import fc from 'fast-check';
import type { LogEvent } from '../../../../src/events/log-event';
import { runTask } from '../../../../src/learn/resumable-task';
import { easeOfShop } from '../../../../src/recommend/ease/ease-rows';
import { LEARNER_LIMITS } from '../../../../src/live-state/learner/learner-limits';
import { LearnerState } from '../../../../src/live-state/learner/learner-state';
import { wrongPairs } from '../../../../src/live-state/replay/replay-difference';
import { ShopHead } from '../../../../src/recommend/ease/shop-head';
import { ShopState } from '../../../../src/live-state/shop-state';
import { arbitraryLog, arbitraryShuffledLog } from '../arbitrary-events';

/** So few that most pairs of nine products are not counted. */
const LIMITS = { ...LEARNER_LIMITS, headProducts: 3, nearestProducts: 2 };

function learned(log: readonly LogEvent[], state = new LearnerState(LIMITS)): LearnerState {
  for (const event of log) state.apply(event);
  return state;
}

/** Each counted pair, by id. */
function countedPairs({ products, interest, purchase }: ShopState): Map<string, number> {
  const pairs = new Map<string, number>();
  for (const [view, matrix] of Object.entries({ interest, purchase })) {
    for (let i = 0; i < products.size; i++) {
      pairs.set(`${view} ${products.idAt(i)}`, matrix.n(i));
      for (let j = 0; j < products.size; j++) {
        if (i !== j && matrix.count(i, j) > 0)
          pairs.set(`${view} ${products.idAt(i)} ${products.idAt(j)}`, matrix.count(i, j));
      }
    }
  }
  return new Map([...pairs].sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('a shop with more products than those whose pairs are all counted', () => {
  it('has the counts of a shop that counts all pairs, for each counted pair', () => {
    let partial = 0;
    fc.assert(
      fc.property(arbitraryLog({ products: 9, maxLength: 150, size: 'max' }), (log) => {
        const all = countedPairs(learned(log, new LearnerState()).shop);
        const some = learned(log);
        runTask(some.pairs.refreshListsInSteps());
        const pairs = countedPairs(some.shop);
        for (const [key, count] of pairs) expect(count).toBe(all.get(key));
        expect(wrongPairs(some)).toEqual([]);
        if (pairs.size < all.size) partial++;
      }),
    );
    expect(partial).toBeGreaterThan(10);
  });

  it('counts the same pairs after a rebuild, in any order of events', () => {
    fc.assert(
      fc.property(arbitraryShuffledLog({ products: 9, maxLength: 150, size: 'max' }), ([log, shuffled]) => {
        const states = [learned(log), learned(shuffled)];
        for (const { pairs } of states) runTask(pairs.rebuildInSteps());
        expect(countedPairs(states[0].shop)).toEqual(countedPairs(states[1].shop));
      }),
    );
  });

  it('continues from a checkpoint, and followers have its counts', () => {
    fc.assert(
      fc.property(arbitraryLog({ products: 9, maxLength: 150, size: 'max' }), fc.nat(), (log, at) => {
        const cut = log.length === 0 ? 0 : at % log.length;
        const before = learned(log.slice(0, cut));
        runTask(before.pairs.refreshListsInSteps());
        const checkpoint = before.encode();
        const resumed = LearnerState.decode(checkpoint, LIMITS);
        expect(resumed.encode()).toEqual(checkpoint);
        const follower = ShopState.decode(checkpoint.shop);
        learned(log.slice(cut), resumed);
        runTask(resumed.pairs.refreshListsInSteps());
        expect(wrongPairs(resumed)).toEqual([]);
        follower.applyDelta(resumed.drainDelta());
        expect(countedPairs(follower)).toEqual(countedPairs(resumed.shop));
        // A rebuild may count other pairs: followers get the whole state.
        runTask(resumed.pairs.rebuildInSteps());
        follower.applyDelta(resumed.drainDelta());
        expect(follower.encode()).toEqual(resumed.shop.encode());
        const other = learned(log);
        runTask(other.pairs.rebuildInSteps());
        expect(resumed.encode()).toEqual(other.encode());
      }),
    );
  });

  it('detects a count that differs from that of its own customers', () => {
    const view = (n: number): LogEvent => ({
      source: 'STOREFRONT',
      id: `${n}`,
      type: 'VIEW',
      occurredAt: n,
      customerId: 'a',
      productId: `p${n}`,
      quantity: 1,
    });
    const state = learned([0, 1].map(view));
    expect(wrongPairs(state)).toEqual([]);
    state.shop.interest.bumpPairs(0, Int32Array.of(1), 1, 1);
    expect(wrongPairs(state)).toEqual([{ part: 'co-interest', key: 'p0 + p1', checkpoint: 2, replay: 1 }]);
  });

  it('has EASE of the products whose pairs are all counted', () => {
    fc.assert(
      fc.property(arbitraryLog({ products: 9, maxLength: 150, size: 'max' }), (log) => {
        const state = learned(log);
        runTask(state.pairs.rebuildInSteps());
        const { interest, products } = state.shop;
        const isHead = new Set(
          Array.from({ length: interest.headItems }, (_, slot) => products.idAt(interest.headItem(slot))),
        );
        const headOnly = new LearnerState();
        for (const id of isHead) headOnly.shop.productIndex(id);
        learned(
          log.filter(({ productId }) => isHead.has(productId as string)),
          headOnly,
        );
        // As the owner of EASE has it: from a checkpoint of a part of the log, and deltas.
        const half = new LearnerState(LIMITS);
        learned(log.slice(0, log.length / 2), half);
        runTask(half.pairs.rebuildInSteps());
        const follower = runTask(ShopHead.decodeInSteps(half.encode().shop));
        half.shop.clearChanges();
        learned(log.slice(log.length / 2), half);
        follower.applyDelta(half.drainDelta());
        expect(easeOfShop(follower, 3, {})).toEqual(easeOfShop(half.shop, 3, {}));
        runTask(half.pairs.rebuildInSteps());
        follower.applyDelta(half.drainDelta());
        const rows = easeOfShop(follower, 3, {});
        const expected = easeOfShop(headOnly.shop, 3, {});
        expect(rows?.productIds).toEqual(expected?.productIds);
        expected?.productIds.forEach((_, index) => expect(rows?.rowAt(index)).toEqual(expected.rowAt(index)));
      }),
      { numRuns: 30 },
    );
  });
});
