import fc from 'fast-check';
import { runAuction, scoreOf, type AuctionCandidate } from '../../../src/ads/decision/auction';
import { seededRandom } from '../../../src/learn/seeded-random';

const candidate: fc.Arbitrary<AuctionCandidate> = fc.record({
  advertiserId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  lineItem: fc.integer({ min: 1, max: 1_000_000 }),
  productId: fc.constantFrom('p1', 'p2', 'p3'),
  bidKind: fc.constantFrom('CPC' as const, 'CPM' as const),
  bid: fc.integer({ min: 1, max: 2_000_000 }),
  reserve: fc.integer({ min: 0, max: 500_000 }),
  probability: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
  quality: fc.double({ min: 0.1, max: 1, noNaN: true }),
});
const candidates = fc.uniqueArray(candidate, { minLength: 1, maxLength: 14, selector: ({ lineItem }) => lineItem });
/** The same with a product for each line item: advertisers do not compete for products. */
const ownProducts = candidates.map((given) => given.map((one) => ({ ...one, productId: `p${one.lineItem}` })));
const slots = fc.integer({ min: 1, max: 5 });

const pricesOf = (given: readonly AuctionCandidate[], count: number) =>
  new Map(runAuction(given, count).winners.map(({ candidate: { lineItem }, price }) => [lineItem, price]));

describe('runAuction', () => {
  it('shows each advertiser once, in order of score, at a price from the reserve to the bid', () => {
    fc.assert(
      fc.property(candidates, slots, (given, count) => {
        const { winners, losers } = runAuction(given, count);
        expect(winners.map(({ slot }) => slot)).toEqual(winners.map((_, index) => index + 1));
        const distinct = (values: readonly string[]) => expect(new Set(values).size).toBe(values.length);
        distinct([...winners.map(({ candidate: one }) => one), ...losers].map(({ advertiserId }) => advertiserId));
        distinct(winners.map(({ candidate: one }) => one.productId));
        for (const { candidate: one, price } of winners) {
          expect(price).toBeLessThanOrEqual(one.bid);
          expect(price).toBeGreaterThanOrEqual(one.reserve);
          expect(Number.isInteger(price)).toBe(true);
        }
        // Slot by slot, nothing with a higher score could have been shown.
        const open = new Set(given.filter(({ bid, reserve }) => bid >= reserve));
        for (const { candidate: one } of winners) {
          expect(scoreOf(one)).toBe(Math.max(...Array.from(open, scoreOf)));
          for (const other of open)
            if (other.advertiserId === one.advertiserId || other.productId === one.productId) open.delete(other);
        }
        if (winners.length < count) expect(open.size).toBe(0);
      }),
    );
  });

  it('charges the least at which the winner would still win against the next advertiser', () => {
    fc.assert(
      fc.property(candidates, slots, (given, count) => {
        for (const { candidate: winner, slot, price } of runAuction(given, count).winners) {
          if (price <= winner.reserve) continue;
          // Without its other products, the winner loses the slot at a lower bid.
          const others = given.filter(({ advertiserId }) => advertiserId !== winner.advertiserId);
          const lower = { ...winner, bid: price - 1 };
          const { winners } = runAuction([...others, lower], count);
          expect(winners.find(({ candidate: { lineItem } }) => lineItem === winner.lineItem)?.slot).not.toBe(slot);
        }
      }),
    );
  });

  it('never takes a slot from a line item that raises its bid', () => {
    fc.assert(
      fc.property(candidates, slots, fc.integer({ min: 1, max: 3_000_000 }), (given, count, more) => {
        for (const lineItem of pricesOf(given, count).keys()) {
          const raised = given.map((one) => (one.lineItem === lineItem ? { ...one, bid: one.bid + more } : one));
          expect(pricesOf(raised, count).has(lineItem)).toBe(true);
        }
      }),
    );
  });

  it('never raises a price when the first losing advertiser leaves, and changes nothing when a later one does', () => {
    fc.assert(
      fc.property(fc.oneof(candidates, ownProducts), slots, (given, count) => {
        const { losers } = runAuction(given, count);
        const before = pricesOf(given, count);
        const isShared = new Set(given.map(({ productId }) => productId)).size < given.length;
        losers.forEach((loser, index) => {
          const after = pricesOf(
            given.filter(({ advertiserId }) => advertiserId !== loser.advertiserId),
            count,
          );
          expect([...after.keys()]).toEqual([...before.keys()]);
          if (index > 0 && !isShared) expect(after).toEqual(before);
          else for (const [lineItem, price] of after) expect(price).toBeLessThanOrEqual(before.get(lineItem)!);
        });
      }),
    );
  });

  it('equals a Vickrey auction with one slot and equal products', () => {
    const bids = fc.uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(bids, fc.double({ min: 0.001, max: 0.9, noNaN: true }), (given, probability) => {
        const equal = given.map((bid, index) => ({
          ...{ advertiserId: `a${index}`, lineItem: index + 1, productId: 'p', bidKind: 'CPC' as const },
          ...{ bid, reserve: 0, probability, quality: 1 },
        }));
        const [highest, second] = [...given].sort((a, b) => b - a);
        const [winner] = runAuction(equal, 1).winners;
        expect(winner).toMatchObject({ candidate: { bid: highest }, price: second });
      }),
    );
  });

  it('fills exploring slots at random and at the reserve', () => {
    const random = seededRandom(3);
    const given = Array.from({ length: 5 }, (_, index) => ({
      ...{ advertiserId: `a${index}`, lineItem: index + 1, productId: `p${index}`, bidKind: 'CPC' as const },
      ...{ bid: 1_000 * (index + 1), reserve: 100, probability: 0.1, quality: 1 },
    }));
    const shown = new Set<number>();
    for (let round = 0; round < 200; round++) {
      const { winners } = runAuction(given, 2, { explores: (slot) => slot === 1, random });
      expect(winners.map(({ isExploration }) => isExploration)).toEqual([true, false]);
      expect(winners[0].price).toBe(100);
      const drawn = winners[0].candidate.lineItem;
      shown.add(drawn);
      // The auction continues among the others.
      expect(winners[1]).toMatchObject({ candidate: { lineItem: drawn === 5 ? 4 : 5 } });
    }
    expect(shown.size).toBe(5);
  });
});
