import {
  EventBatch,
  type IdentifiedEvent,
  MAX_BATCH,
  MAX_UNLOAD_BYTES,
  MAX_PENDING_EVENTS,
} from '../../../client/src/event-batch';
import { RequestError } from '../../../client/src/request-error';

type Send = (events: readonly IdentifiedEvent[], leaving: boolean) => Promise<void>;

function batchOf(send: Send) {
  const lost: { count: number; reason: string }[] = [];
  const batch = new EventBatch({
    send,
    shopTime: () => new Date('2026-03-01T10:00:00Z'),
    onLost: (events, reason) => lost.push({ count: events.length, reason }),
  });
  return { batch, lost };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('sends events of the same moment together, in order, each with its own id and time', async () => {
  const sent: IdentifiedEvent[][] = [];
  const { batch } = batchOf(async (events) => void sent.push([...events]));
  batch.record({ type: 'VIEW', productId: 'a' });
  batch.record({ type: 'ADD_TO_CART', productId: 'a', quantity: 2 });
  await jest.advanceTimersByTimeAsync(50);
  expect(sent.map((events) => events.map(({ type }) => type))).toEqual([['VIEW', 'ADD_TO_CART']]);
  const [first, second] = sent[0];
  expect(first).toMatchObject({ productId: 'a', occurredAt: '2026-03-01T10:00:00.000Z' });
  expect(first.id).toMatch(/^[0-9a-f]{32}$/);
  expect(second.id).not.toBe(first.id);
});

it('delays impressions, and sends them with the next other event', async () => {
  const sent: string[][] = [];
  const { batch } = batchOf(async (events) => void sent.push(events.map(({ type }) => type)));
  batch.record({ type: 'IMPRESSION', productId: 'a' });
  await jest.advanceTimersByTimeAsync(1_000);
  expect(sent).toEqual([]);
  batch.record({ type: 'CLICK', productId: 'a' });
  await jest.advanceTimersByTimeAsync(50);
  expect(sent).toEqual([['IMPRESSION', 'CLICK']]);
  batch.record({ type: 'IMPRESSION', productId: 'b' });
  await jest.advanceTimersByTimeAsync(2_100);
  expect(sent[1]).toEqual(['IMPRESSION']);
});

it('repeats the events that an unavailable shop has not stored, under the same ids', async () => {
  const tried: string[][] = [];
  const { batch, lost } = batchOf(async (events) => {
    tried.push(events.map(({ id }) => id));
    if (tried.length < 4) throw new RequestError('away', 'NETWORK');
  });
  batch.record({ type: 'VIEW', productId: 'a' });
  await jest.advanceTimersByTimeAsync(60_000);
  expect(tried).toHaveLength(4);
  expect(new Set(tried.map((ids) => ids.join())).size).toBe(1);
  expect(lost).toEqual([]);
});

it('waits as long as the response says', async () => {
  let attempts = 0;
  const { batch } = batchOf(async () => {
    if (++attempts === 1) throw new RequestError('too much', 'RATE_LIMITED', 10_000);
  });
  batch.record({ type: 'VIEW', productId: 'a' });
  await jest.advanceTimersByTimeAsync(9_000);
  // Events recorded in between do not shorten it.
  batch.record({ type: 'VIEW', productId: 'b' });
  await jest.advanceTimersByTimeAsync(900);
  expect(attempts).toBe(1);
  await jest.advanceTimersByTimeAsync(500);
  expect(attempts).toBe(2);
});

it('drops events that stay invalid, reports them, and continues', async () => {
  const sent: string[] = [];
  const { batch, lost } = batchOf(async ([event]) => {
    if (event.productId === 'bad') throw new RequestError('no', 'BAD_USER_INPUT');
    sent.push(String(event.productId));
  });
  batch.record({ type: 'VIEW', productId: 'bad' });
  await jest.advanceTimersByTimeAsync(50);
  batch.record({ type: 'VIEW', productId: 'good' });
  await jest.advanceTimersByTimeAsync(50);
  expect(lost).toEqual([{ count: 1, reason: 'BAD_USER_INPUT: no' }]);
  expect(sent).toEqual(['good']);
});

it(`sends ${MAX_BATCH} together and stores ${MAX_PENDING_EVENTS}: the oldest are dropped, and that is reported`, async () => {
  const sizes: number[] = [];
  let away = true;
  const { batch, lost } = batchOf(async (events) => {
    if (away) throw new RequestError('away', 'NETWORK');
    sizes.push(events.length);
  });
  for (let i = 0; i < MAX_PENDING_EVENTS + 30; i++) batch.record({ type: 'IMPRESSION', productId: String(i) });
  expect(lost.reduce((sum, { count }) => sum + count, 0)).toBe(30);
  away = false;
  await batch.flush();
  expect(sizes).toEqual(Array(MAX_PENDING_EVENTS / MAX_BATCH).fill(MAX_BATCH));
});

it('sends all events when the page is left, and retains undelivered ones in case it stays', async () => {
  const tried: [count: number, leaving: boolean][] = [];
  const { batch } = batchOf(async (events, leaving) => {
    tried.push([events.length, leaving]);
    if (leaving && events.length === MAX_BATCH) throw new RequestError('gone', 'NETWORK');
  });
  for (let i = 0; i < MAX_BATCH + 5; i++) batch.record({ type: 'IMPRESSION', productId: String(i) });
  batch.sendOnUnload();
  expect(tried).toEqual([
    [MAX_BATCH, true],
    [5, true],
  ]);
  await jest.advanceTimersByTimeAsync(2_100);
  expect(tried[2]).toEqual([MAX_BATCH, false]);
  await jest.advanceTimersByTimeAsync(10_000);
  expect(tried).toHaveLength(3);
});

it(`sends at most ${MAX_UNLOAD_BYTES} bytes after the page closes, the oldest first; the rest waits, or is lost with it`, async () => {
  const under: { events: readonly IdentifiedEvent[]; done: () => void }[] = [];
  const { batch, lost } = batchOf((events, leaving) =>
    leaving ? new Promise((done) => under.push({ events, done })) : Promise.reject(new RequestError('away', 'NETWORK')),
  );
  const bytes = () =>
    under.reduce((sum, { events }) => sum + Buffer.byteLength(JSON.stringify({ events: [...events] })), 0);
  // Each letter takes two bytes.
  const query = 'ä'.repeat(150);
  for (let i = 0; i < 400; i++) batch.record({ type: 'SEARCH', query, productId: String(i) });
  batch.sendOnUnload();
  const first = under.flatMap(({ events }) => events.map(({ productId }) => productId));
  expect(first).toEqual(first.map((_, i) => String(i)));
  expect(bytes()).toBeLessThanOrEqual(MAX_UNLOAD_BYTES);
  expect(bytes()).toBeGreaterThan(MAX_UNLOAD_BYTES - 1_000);
  // Hidden, then left: no event is sent twice while a request is pending, and none is lost if the page stays.
  const requests = under.length;
  batch.sendOnUnload();
  expect([under.length, lost]).toEqual([requests, []]);
  under.splice(0).forEach(({ done }) => done());
  await jest.advanceTimersByTimeAsync(0);
  batch.sendOnUnload(true);
  const second = under.flatMap(({ events }) => events.map(({ productId }) => productId));
  expect(second[0]).toBe(String(first.length));
  expect(lost).toEqual([
    {
      count: 400 - first.length - second.length,
      reason: 'the page was left with more pending events than can be sent on unload',
    },
  ]);
  expect(lost[0].count).toBeGreaterThan(0);
  batch.close();
});
