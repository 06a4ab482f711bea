import { execFileSync } from 'node:child_process';
import {
  ids,
  LIST,
  LIVE,
  RECORD,
  UPSERT,
  type ListAnswer,
  type LiveAnswer,
  type RecordAnswer,
} from '../setup/operations';
import { expectWithin } from '../setup/measured';
import { ADMIN_KEY, startApiProcess, startWorkerProcess, type OwnProcess } from '../setup/processes';
import { RawSocket } from '../setup/raw-socket';
import { testNamespace, type TestNamespace } from '../setup/shop';

const PRODUCTS = 100;
const SOCKETS = 3;
const SUBSCRIPTIONS = 60;
const UPDATES = 60;
const MEGABYTE = 1_048_576;
/** How many bytes the API may send ahead of a client, as bounded in websocket.ts. */
const MAX_BUFFERED_BYTES = 8 * MEGABYTE;

const product = (n: number) => `product-${String(n).padStart(2, '0')}`;
const description = 'long '.repeat(4_000);
/** A list of 100 products with all their fields: 2 MB. */
const HEAVY = `subscription { recommendationsUpdated(input: { intent: RECENTLY_VIEWED, customerId: "viewer" }, first: 100) {
  nodes { id description } } }`;
const HEAVY_BYTES = PRODUCTS * description.length;

describe('subscribers that stop reading', () => {
  let shop: TestNamespace;
  let api: OwnProcess & { port: number; client: Awaited<ReturnType<typeof startApiProcess>>['client'] };
  let worker: OwnProcess;
  let stopped: RawSocket[];
  let slow: RawSocket;
  /** For the subscriber that reads: milliseconds from sending an event to the changed list. */
  const latencies: number[] = [];
  let before: number;
  let peak: number;

  const record = async (events: object[]) => {
    const { recordEvents } = await api.client.data<RecordAnswer>(RECORD, { events });
    expect(recordEvents.errors).toEqual([]);
    return recordEvents.receipt;
  };
  const view = (n: number) => ({ type: 'VIEW', customerId: 'viewer', productId: product(n) });
  /** Resident memory of the API process, bytes. */
  const memory = () =>
    1_024 * Number(execFileSync('ps', ['-o', 'rss=', '-p', String(api.child.pid)], { encoding: 'utf8' }));
  const open = async () => new RawSocket(`ws://127.0.0.1:${api.port}/graphql`).init({ apiKey: ADMIN_KEY });

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorkerProcess(shop);
    api = await startApiProcess(shop);
    for (let at = 0; at < PRODUCTS; at += 50) {
      const products = [...Array(50).keys()].map((n) => ({ id: product(at + n), title: product(at + n), description }));
      await api.client.data(UPSERT, { products });
    }
    const dayBefore = Date.now() - 86_400_000;
    const earlier = (n: number) => ({ ...view(n), occurredAt: new Date(dayBefore - n * 1_000).toISOString() });
    const awaitReceipt = await record([...Array(PRODUCTS).keys()].map(earlier));
    const input = { intent: 'RECENTLY_VIEWED', customerId: 'viewer' };
    expect(
      ids(await api.client.data<ListAnswer>(LIST, { input: { ...input, awaitReceipt }, first: 100 })),
    ).toHaveLength(PRODUCTS);
    const reading = api.client.subscribe<LiveAnswer>(LIVE, { input, first: 1 });
    await reading.next();
    // Warm-up, because the memory for one such list is not part of the measurement.
    slow = await open();
    slow.subscribe('only', HEAVY);
    await slow.answer('only');
    stopped = await Promise.all([...Array(SOCKETS)].map(open));
    before = peak = memory();

    slow.pause();
    for (const socket of stopped) {
      socket.pause();
      for (let n = 0; n < SUBSCRIPTIONS; n++) socket.subscribe(String(n), HEAVY);
    }
    // The first product is already on top.
    for (let n = 1; n <= UPDATES; n++) {
      const began = performance.now();
      await record([view(n)]);
      const { value } = await reading.next();
      latencies.push(performance.now() - began);
      expect(value.data?.recommendationsUpdated.nodes).toEqual([{ id: product(n) }]);
      if (n % 10 === 0) peak = Math.max(peak, memory());
    }
    await reading.return?.();
  }, 60_000);

  afterAll(async () => {
    slow.close();
    await api.client.close();
    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    await shop.drop();
  });

  it('do not delay another subscriber', () => {
    expect(latencies).toHaveLength(UPDATES);
    const sorted = [...latencies].sort((a, b) => a - b);
    expectWithin('update of a subscriber while others have stopped (median)', sorted[UPDATES / 2], 250);
    expectWithin('update of a subscriber while others have stopped (longest)', sorted[UPDATES - 1], 2_000);
  });

  it('cost the API a bounded amount of memory', () => {
    const unbounded = (SOCKETS * SUBSCRIPTIONS + UPDATES) * HEAVY_BYTES;
    const bound = SOCKETS * (MAX_BUFFERED_BYTES + HEAVY_BYTES) + 128 * MEGABYTE;
    expect(unbounded).toBeGreaterThan(2 * bound);
    expect(peak - before).toBeLessThan(bound);
  });

  it('are disconnected once too many messages wait for them', async () => {
    for (const socket of stopped) {
      // Data that the operating system had already accepted still arrives, and then the end, without a closing
      // handshake.
      socket.resume();
      expect(await socket.closed).toMatchObject({ code: 1006 });
      const heard = socket.heard.filter(({ type }) => type === 'next').length;
      expect(heard).toBeLessThan(SUBSCRIPTIONS / 2);
    }
  });

  it('stay connected if few messages wait for them, and continue with the newest list instead of all missed ones', async () => {
    slow.resume();
    const newest = product(UPDATES);
    const first = (payload: unknown) =>
      (payload as { data: { recommendationsUpdated: { nodes: { id: string }[] } } }).data.recommendationsUpdated
        .nodes[0].id;
    await slow.until(({ type, payload }) => type === 'next' && first(payload) === newest);
    expect(slow.heard.filter(({ type }) => type === 'next').length).toBeLessThan(UPDATES / 2);
  });
});
