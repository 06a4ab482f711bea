import { setTimeout as sleep } from 'node:timers/promises';
import { ProductService } from '../src/catalog/product.service';
import { DEMO_LINE_COUNT, DEMO_PRODUCTS_PER_LINE, demoId, demoProducts } from '../src/demo/demo-catalogue';
import { Outbox } from '../src/events/outbox.service';
import { seededRandom } from '../src/learn/seeded-random';
import { kindsOf } from '../src/models/fitter';
import { SHOP } from '../src/shop';
import type { Door } from './create-streams';
import { drained, sendBatches, sender } from './ingest-load';
import { countErrors, paced, type PacedResponses } from './paced';
import { keepAliveAgent, post } from './post';
import { refreshThroughApi } from './refresh-through-api';
import { percentile, type BenchRow } from './row';
import { benchShop, type BenchShop } from './shop';
import { withoutRefreshes } from './without-refreshes';

const WRITERS = 20;
const BATCHES = [1, 50];
/** Orders a second of each batch size, for the reads meanwhile. */
const RATES = [300, 1_500];
/** Each measurement takes this long. */
const MEASURE_MS = 1_000 * Number(process.env.BENCH_ORDERS_SECONDS ?? 20);
/** The measurement with refreshes of all models takes this long. */
const REFRESHING_MS = 1_000 * Number(process.env.BENCH_ORDERS_REFRESHING_SECONDS ?? 60);
const EVENTS_A_SECOND = 500;
const EVENTS_PER_REQUEST = 50;
const READS_A_SECOND = 20;
const MERGES_A_SECOND = 5;
const CONNECTIONS = 4;
const CUSTOMERS = 20_000;
/** Events in the log before the first measurement. */
const PAST_EVENTS = 100_000;
const BATCH = 500;
const WARM_UP_MS = 3_000;
/** Codes of requests that are refused although they are right. */
const REFUSALS: ReadonlySet<string> = new Set(['OVERLOADED', 'UNAVAILABLE', 'TIMEOUT']);

const RECORD_EVENTS =
  'mutation($e: [EventInput!]!) { recordEvents(input: { events: $e }) { accepted errors { code } } }';
const RECORD_ORDERS =
  'mutation($o: [OrderInput!]!) { recordOrders(input: { orders: $o }) { accepted errors { code } } }';
const HISTORY = 'query($id: ID!) { customer(id: $id) { history(first: 20) { nodes { id type } } } }';
const LISTS = `query($id: ID!) {
  recommendations(input: { intent: PERSONAL, customerId: $id }, first: 10) { nodes { id title } } }`;
const MERGE = `mutation($from: ID!, $into: ID!) {
  mergeCustomer(input: { fromSessionId: $from, intoCustomerId: $into }) { receipt errors { code } } }`;

/**
 * Orders over GraphQL by 20 concurrent writers, one at a time and in batches of 50, while events, reads and merges of
 * visits continue at a steady rate: at full speed, at a steady rate, and while models are refreshed. The first measurement is
 * without orders; the ratio of the others is its p99 divided by theirs. One API and one worker process, PostgreSQL with
 * fsync, and the senders share the machine. Shop, orders and events are synthetic.
 */
export async function measureOrders(): Promise<BenchRow[]> {
  const shop = await benchShop();
  try {
    const { pool, pubSub, log } = shop.platform;
    await new ProductService(new Outbox(pool, pubSub, log)).upsert(demoProducts(new Date()));
    await withoutRefreshes(shop);
    const door = await shop.open();
    console.error(`${PAST_EVENTS} events …`);
    await sendBatches(sender(door.port, door.adminKey, BATCH, 'past'), PAST_EVENTS / BATCH);
    await drained(shop);
    const load = new BackgroundLoad(shop, door);
    const writeAtFullSpeed = (size: number, ms: number) => writeOrders(door, size, (_, took) => took >= ms);
    await load.measure('warming up', () => writeAtFullSpeed(1, WARM_UP_MS));
    const rows = await load.measure('no orders', () => sleep(MEASURE_MS, null));
    for (const size of BATCHES)
      rows.push(...(await load.measure(nameOf(size), () => writeAtFullSpeed(size, MEASURE_MS))));
    for (const [n, size] of BATCHES.entries())
      rows.push(...(await load.measure(`${nameOf(size)}, ${RATES[n]}/s`, () => paceOrders(door, size, RATES[n]))));
    const refreshing = refreshes(door);
    rows.push(...(await load.measure('single orders, models refreshed', () => writeAtFullSpeed(1, REFRESHING_MS))));
    console.error(`${await refreshing()} refreshes meanwhile`);
    return rows;
  } finally {
    await shop.close();
  }
}

const nameOf = (size: number) => (size === 1 ? 'single orders' : `batches of ${size}`);

/** Refreshes one model after the other. @returns a function that ends it, and returns the number of refreshes */
function refreshes(door: Door): () => Promise<number> {
  const agent = keepAliveAgent(1);
  let done = 0;
  let isOver = false;
  const run = async () => {
    for (let n = 0; !isOver; n++) {
      await refreshThroughApi(door, agent, kindsOf(SHOP)[n % kindsOf(SHOP).length].toUpperCase());
      done++;
    }
  };
  const running = run();
  return async () => {
    isOver = true;
    await running;
    agent.destroy();
    return done;
  };
}

/** Visits that have placed an order and are not merged yet. */
const guests: string[] = [];
let sequence = 0;

interface WriteResult extends PacedResponses {
  readonly orders: number;
  readonly seconds: number;
}

/**
 * Each writer sends its next orders as soon as the previous response arrives.
 * @param isOver called with the number of orders and the milliseconds so far
 * @throws Error if an order is wrong. Orders that are refused because of overload or an outage are counted as errors
 */
export async function writeOrders(
  { port, adminKey }: Door,
  size: number,
  isOver: (orders: number, ms: number) => boolean,
): Promise<WriteResult> {
  const agent = keepAliveAgent(WRITERS);
  const responses: PacedResponses = { times: [], errors: new Map() };
  let orders = 0;
  const began = performance.now();
  const write = async () => {
    while (!isOver(orders, performance.now() - began)) {
      const request = recordOrders(size);
      const sent = performance.now();
      const answer = await post(port, adminKey, agent, JSON.stringify(request));
      responses.times.push(performance.now() - sent);
      orders += Number(/"accepted":(\d+)/.exec(answer)?.[1] ?? 0);
      countErrors(responses.errors, answer);
      if ([...responses.errors.keys()].some((code) => !REFUSALS.has(code)))
        throw new Error(`an order was not accepted: ${answer.slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  agent.destroy();
  return { ...responses, orders, seconds: (performance.now() - began) / 1_000 };
}

async function paceOrders(door: Door, size: number, rate: number): Promise<WriteResult> {
  const began = performance.now();
  const stop = paced(door, { rate: rate / size, connections: WRITERS }, () => recordOrders(size));
  await sleep(MEASURE_MS);
  const responses = await stop();
  return { ...responses, orders: size * responses.times.length, seconds: (performance.now() - began) / 1_000 };
}

function recordOrders(size: number): object {
  const inputs = Array.from({ length: size }, orderInput);
  guests.push(...inputs.flatMap(({ sessionId }) => sessionId ?? []));
  return { query: RECORD_ORDERS, variables: { o: inputs } };
}

const random = seededRandom(1);
const below = (n: number) => Math.floor(n * random());
const productId = () => demoId(below(DEMO_LINE_COUNT), below(DEMO_PRODUCTS_PER_LINE));
const customerId = () => `c${below(CUSTOMERS)}`;

/** One to three lines. Every fifth order is a guest's, who is merged into a customer later. */
function orderInput() {
  const id = `o${++sequence}`;
  const owner: { customerId?: string; sessionId?: string } =
    sequence % 5 === 0 ? { sessionId: `visit-${id}` } : { customerId: customerId() };
  const lines = Array.from({ length: 1 + below(3) }, (_, n) => ({
    id: String(n),
    productId: productId(),
    quantity: 1 + below(3),
    unitPrice: { amount: `${1 + below(200)}.${10 + below(90)}`, currency: 'EUR' },
  }));
  return { id, ...owner, placedAt: new Date().toISOString(), lines };
}

class BackgroundLoad {
  private merged = 0;
  /** The 99th percentiles without orders, by what was read. */
  private readonly idle = new Map<string, number>();

  constructor(
    private readonly shop: BenchShop,
    private readonly door: Door,
  ) {}

  async measure(name: string, work: () => Promise<WriteResult | null>): Promise<BenchRow[]> {
    console.error(`${name} …`);
    const event = () => ({ type: 'VIEW', customerId: customerId(), productId: productId() });
    const load = (rate: number, query: string, variables: () => object) =>
      paced(this.door, { rate, connections: CONNECTIONS }, () => ({ query, variables: variables() }));
    const loads = {
      'customer.history': load(READS_A_SECOND, HISTORY, () => ({ id: customerId() })),
      lists: load(READS_A_SECOND, LISTS, () => ({ id: customerId() })),
      merges: load(MERGES_A_SECOND, MERGE, () => ({
        from: guests.shift() ?? `visit-${++this.merged}`,
        into: customerId(),
      })),
      events: load(EVENTS_A_SECOND / EVENTS_PER_REQUEST, RECORD_EVENTS, () => ({
        e: Array.from({ length: EVENTS_PER_REQUEST }, event),
      })),
    };
    const before = { shop: this.shop.usage(), database: await this.shop.databaseUsage() };
    const written = await work();
    const after = { shop: this.shop.usage(), database: await this.shop.databaseUsage() };
    const rows: BenchRow[] = [];
    if (written !== null) {
      const cpu = (of: 'shop' | 'database') =>
        (1_000 * (after[of].cpuSeconds - before[of].cpuSeconds)) / written.orders;
      const rate = written.orders / written.seconds;
      rows.push({
        ...rowOf(`${name}: acknowledged`, written),
        rate,
        unit: 'orders/s',
        cpu: cpu('shop') + cpu('database'),
      });
    }
    for (const [what, stop] of Object.entries(loads)) {
      const row = rowOf(`${name}: ${what}`, await stop());
      const idle = this.idle.get(what);
      rows.push({ ...row, ratio: idle && idle / row.p99 });
      if (written === null) this.idle.set(what, row.p99);
    }
    await drained(this.shop);
    return rows;
  }
}

/** The rate is the number of errors. */
function rowOf(name: string, { times, errors }: PacedResponses): BenchRow & { readonly p99: number } {
  for (const [code, count] of errors) console.error(`${name}: ${count} × ${code}`);
  const share = (p: number) => percentile(times, p);
  const count = [...errors.values()].reduce((sum, n) => sum + n, 0);
  return { name, subject: 'freshet', p50: share(0.5), p95: share(0.95), p99: share(0.99), rate: count, unit: 'errors' };
}
