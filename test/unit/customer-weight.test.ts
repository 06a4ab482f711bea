import fc from 'fast-check';
import type { LogEvent } from '../../src/events/log-event';
import { PointInTimeReplay } from '../../src/recommend/point-in-time-replay';
import { compareShops } from '../../src/recommend/replay-difference';
import type { ShopState } from '../../src/recommend/shop-state';
import { arbitraryLog, syntheticPurchases } from './arbitrary-events';

const WEIGHT = 4;

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

/** What differs by more than the rounding of floating-point sums. */
const differencesOf = (a: ShopState, b: ShopState) =>
  compareShops(a, b).filter(
    ({ checkpoint, replay }) =>
      checkpoint === null || replay === null || Math.abs(checkpoint - replay) > 1e-9 * Math.abs(replay),
  );

/** The shop's state as of several instants, with each similarity of its neighbour lists. */
function compareAt(log: readonly LogEvent[], instants: readonly number[]): void {
  const sorted = [...log].sort((a, b) => a.occurredAt - b.occurredAt);
  const weighted = new PointInTimeReplay(sorted, WEIGHT);
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
    const weighted = new PointInTimeReplay(log, WEIGHT);
    const plain = new PointInTimeReplay(log);
    const end = log[log.length - 1].occurredAt;
    for (const instant of [end - 20 * 86_400_000, end]) {
      weighted.advanceTo(instant);
      plain.advanceTo(instant);
    }
    const { products, interest } = plain.shop;
    expect(interest.isPartial).toBe(true);
    const [keys, counts] = [new Int32Array(products.size), new Int32Array(products.size)];
    let pairs = 0;
    const wrong: number[][] = [];
    for (let product = 0; product < products.size; product++) {
      if (weighted.shop.interest.n(product) !== WEIGHT * interest.n(product)) wrong.push([product]);
      const size = interest.readRow(product, keys, counts);
      for (let at = 0; at < size; at++, pairs++)
        if (weighted.shop.interest.count(product, keys[at]) !== WEIGHT * counts[at]) wrong.push([product, keys[at]]);
    }
    expect(wrong).toEqual([]);
    expect(pairs).toBeGreaterThan(10_000);
  });
});
