import { createHash } from 'node:crypto';
import { eventLines, SHOP_SIZES } from '../../../bench/large-shop';
import { JsonlEvents } from '../../../src/imports/jsonl-events';

const UNTIL = Date.UTC(2026, 5, 1);
const SIZE = { ...SHOP_SIZES.small, events: 100_000 };

interface Line {
  readonly id: string;
  readonly type: 'VIEW' | 'ADD_TO_CART' | 'PURCHASE';
  readonly occurredAt: string;
  readonly customerId?: string;
  readonly sessionId: string;
  readonly productId: string;
}

const lines = [...eventLines(SIZE, 1, UNTIL)];
const events = lines.map((line) => JSON.parse(line) as Line);

describe('the synthetic shop of bench large', () => {
  it('has the requested number of events, with distinct ids, in order of time, that the import accepts', () => {
    expect(lines).toHaveLength(SIZE.events);
    expect(new Set(events.map(({ id }) => id)).size).toBe(SIZE.events);
    const times = events.map(({ occurredAt }) => Date.parse(occurredAt));
    expect(times.every((time, n) => n === 0 || time >= times[n - 1])).toBe(true);
    expect(times[times.length - 1]).toBeLessThan(UNTIL);
    const reader = new JsonlEvents(() => UNTIL);
    expect(lines.slice(0, 2_000).every((line) => 'event' in (reader.read(line) ?? {}))).toBe(true);
  });

  it('has 80 % views, 12 % carts and 8 % purchases, of products that the session has in its cart', () => {
    const share = (type: Line['type']) => events.filter((event) => event.type === type).length / events.length;
    expect(share('VIEW')).toBeCloseTo(0.8, 1.7);
    expect(share('ADD_TO_CART')).toBeCloseTo(0.12, 1.7);
    expect(share('PURCHASE')).toBeCloseTo(0.08, 1.7);
    const carts = new Set(events.flatMap((e) => (e.type === 'ADD_TO_CART' ? [`${e.sessionId} ${e.productId}`] : [])));
    const bought = events.filter(({ type }) => type === 'PURCHASE');
    expect(bought.every((event) => carts.has(`${event.sessionId} ${event.productId}`))).toBe(true);
    // Orders of several products: their lines share one time.
    expect(new Set(bought.map((event) => `${event.sessionId} ${event.occurredAt}`)).size).toBeLessThan(
      0.8 * bought.length,
    );
  });

  it('is the same for the same seed, and another for another', () => {
    const digest = (seed: number) => {
      const hash = createHash('sha256');
      for (const line of eventLines({ ...SIZE, events: 5_000 }, seed, UNTIL)) hash.update(line);
      return hash.digest('hex');
    };
    expect(digest(1)).toBe(digest(1));
    expect(digest(1)).not.toBe(digest(2));
  });

  it('is skewed: a tenth of the products has more than a third of the events', () => {
    const counts = new Map<string, number>();
    for (const { productId } of events) counts.set(productId, (counts.get(productId) ?? 0) + 1);
    const sorted = [...counts.values()].sort((a, b) => b - a);
    const top = sorted.slice(0, SIZE.products / 10).reduce((sum, n) => sum + n, 0);
    expect(top / events.length).toBeGreaterThan(1 / 3);
    expect(counts.size).toBeGreaterThan(SIZE.products / 2);
  });
});
