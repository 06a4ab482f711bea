import fc from 'fast-check';
import type { LogEvent } from '../../../../src/events/log-event';
import { PointInTimeReplay } from '../../../../src/live-state/replay/point-in-time-replay';
import { compareShops } from '../../../../src/live-state/replay/replay-difference';
import { INTEREST_SHRINK, PURCHASE_SHRINK, type ShopState } from '../../../../src/live-state/shop-state';
import { arbitraryLog, syntheticPurchases } from '../arbitrary-events';

const WEIGHT = 4;
const SAMPLE = { weight: WEIGHT, firstSeen: new Map<string, number>() };

/** Each customer and session four times, with orders of their own. */
const cloned = (log: readonly LogEvent[]): LogEvent[] =>
  log.flatMap((event) =>
    Array.from({ length: WEIGHT }, (_, clone) => ({
      ...event,
      id: `${clone}-${event.id}`,
      ...(event.customerId === undefined ? {} : { customerId: `${event.customerId}#${clone}` }),
      ...(event.sessionId === undefined ? {} : { sessionId: `${event.sessionId}#${clone}` }),
    })),
  );

/**
 * What differs by more than the rounding of floating-point sums. A purchase and its return leave 0, or 1e-16 if they are
 * summed in another sequence; one event more or less makes at least 1e-4. Sessions are not multiplied.
 */
const differencesOf = (a: ShopState, b: ShopState) =>
  compareShops(a, b).filter(
    ({ part, checkpoint, replay }) =>
      part !== 'sessions' &&
      (checkpoint === null || replay === null || Math.abs(checkpoint - replay) > 1e-9 * Math.abs(replay) + 1e-12),
  );

/** The shop's state as of several instants, with each similarity of its neighbour lists. */
function compareAt(log: readonly LogEvent[], instants: readonly number[]): void {
  const sorted = [...log].sort((a, b) => a.occurredAt - b.occurredAt);
  const weighted = new PointInTimeReplay(sorted, SAMPLE);
  const whole = new PointInTimeReplay(cloned(sorted));
  for (const instant of instants) {
    weighted.advanceTo(instant);
    whole.advanceTo(instant);
    expect(differencesOf(weighted.shop, whole.shop)).toEqual([]);
    for (let product = 0; product < whole.shop.products.size; product++)
      for (const view of ['interestNeighbours', 'purchaseNeighbours'] as const)
        expect(neighboursOf(weighted.shop, view, product)).toEqual(neighboursOf(whole.shop, view, product));
  }
}

function neighboursOf(shop: ShopState, view: 'interestNeighbours' | 'purchaseNeighbours', product: number) {
  const { candidates, similarities, length } = shop[view].candidatesOf(product);
  return Array.from({ length }, (_, at) => [candidates[at], similarities[at]]).sort(([a], [b]) => a - b);
}

describe('a shop of which each customer stands for four', () => {
  it('has the state of a shop with four times as many customers', () => {
    const start = Date.UTC(2011, 0, 1);
    const days = (n: number) => start + n * 86_400_000;
    fc.assert(
      fc.property(arbitraryLog({ maxLength: 60 }), (log) => compareAt(log, [days(20), days(50), days(90)])),
      { numRuns: 100 },
    );
  });

  it('counts pairs of a catalogue that is larger than its head', () => {
    const log = syntheticPurchases(500, 30_000, 60).sort((a, b) => a.occurredAt - b.occurredAt);
    const weighted = new PointInTimeReplay(log, SAMPLE);
    const plain = new PointInTimeReplay(log);
    const end = log[log.length - 1].occurredAt;
    for (const instant of [end - 20 * 86_400_000, end]) {
      weighted.advanceTo(instant);
      plain.advanceTo(instant);
    }
    const size = plain.shop.products.size;
    const [keys, counts] = [new Int32Array(size), new Int32Array(size)];
    for (const view of ['interest', 'purchase'] as const) {
      const matrix = plain.shop[view];
      expect(matrix.isPartial).toBe(true);
      let pairs = 0;
      const wrong: number[][] = [];
      for (let product = 0; product < size; product++) {
        if (weighted.shop[view].n(product) !== WEIGHT * matrix.n(product)) wrong.push([product]);
        const cells = matrix.readRow(product, keys, counts);
        for (let at = 0; at < cells; at++, pairs++)
          if (weighted.shop[view].count(product, keys[at]) !== WEIGHT * counts[at]) wrong.push([product, keys[at]]);
      }
      expect(wrong).toEqual([]);
      expect(pairs).toBeGreaterThan(10_000);
    }
    const views = [
      ['interest', 'interestNeighbours', INTEREST_SHRINK],
      ['purchase', 'purchaseNeighbours', PURCHASE_SHRINK],
    ] as const;
    for (const [view, neighbours, shrink] of views) {
      const matrix = plain.shop[view];
      let compared = 0;
      for (let product = 0; product < size; product += 7) {
        const similarities = neighboursOf(weighted.shop, neighbours, product);
        const exact = similarities.map(([other]) => [
          other,
          (WEIGHT * matrix.count(product, other)) / (WEIGHT * Math.sqrt(matrix.n(product) * matrix.n(other)) + shrink),
        ]);
        compared += similarities.length;
        similarities.forEach(([other, similarity], at) => {
          if (other !== exact[at][0] || Math.abs(similarity - exact[at][1]) > 1e-12)
            throw new Error(`${view} of ${product} and ${other}: ${similarity} instead of ${exact[at][1]}`);
        });
      }
      expect(compared).toBeGreaterThan(1_000);
    }
  });

  it('knows the first event of a product, also if it was not in the sample', () => {
    const log = syntheticPurchases(50, 40, 60);
    const [first] = log;
    const earlier = first.occurredAt - 86_400_000;
    const replay = new PointInTimeReplay(log, { weight: WEIGHT, firstSeen: new Map([['p0', earlier]]) });
    replay.advanceTo(log[log.length - 1].occurredAt);
    const { products, stats } = replay.shop;
    expect(stats.firstSeen[products.indexOf('p0')]).toBe(earlier);
    const others = Array.from({ length: products.size }, (_, product) => product).filter(
      (product) => products.idAt(product) !== 'p0',
    );
    for (const product of others)
      expect(stats.firstSeen[product]).toBe(
        log.find(({ productId }) => productId === products.idAt(product))?.occurredAt,
      );
  });
});
