import { setTimeout as sleep } from 'node:timers/promises';
import { ProductService } from '../src/catalog/product.service';
import { DEMO_LINE_COUNT, DEMO_PRODUCTS_PER_LINE, demoId, demoProducts } from '../src/demo/demo-catalogue';
import { Outbox } from '../src/events/outbox.service';
import { seededRandom } from '../src/learn/seeded-random';
import { MODEL_KINDS } from '../src/models/model-kind';
import type { Door } from './create-streams';
import { drained, sendBatches, sender } from './ingest-load';
import { countErrors, paced, type PacedAnswers } from './paced';
import { keepAliveAgent, post } from './post';
import { percentile, type BenchRow } from './row';
import { benchShop, type BenchShop } from './shop';

const WRITERS = 20;
const BATCHES = [1, 50];
/** Each measurement takes this long. With more time, models are refreshed meanwhile. */
const SECONDS = Number(process.env.BENCH_ORDERS_SECONDS ?? 20);
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
 * visits go on at a steady rate. The first measurement is without orders. One API and one worker process, PostgreSQL with
 * fsync, and the senders share the machine. Shop, orders and events are synthetic.
 */
export async function measureOrders(): Promise<BenchRow[]> {
  const shop = await benchShop();
  try {
    const { pool, pubSub, log } = shop.platform;
    await new ProductService(new Outbox(pool, pubSub, log)).upsert(demoProducts(new Date()));
    await withoutRefreshes(shop);
    const door = await shop.open(
      process.env.PROF ? { env: { NODE_OPTIONS: '--require /root/prof.js', PROF: process.env.PROF } } : {},
    );
    console.error(`${PAST_EVENTS} events …`);
    await sendBatches(sender(door.port, door.adminKey, BATCH, 'past'), PAST_EVENTS / BATCH);
    await drained(shop);
    const around = new Around(shop, door);
    await around.measure('warming up', () => writeOrders(door, 1, WARM_UP_MS));
    const rows = await around.measure('no orders', () => sleep(SECONDS * 1_000));
    for (const size of BATCHES) {
      const name = size === 1 ? 'single orders' : `batches of ${size}`;
      rows.push(...(await around.measure(name, () => writeOrders(door, size, SECONDS * 1_000))));
    }
    return rows;
  } finally {
    await shop.close();
  }
}

/** Marks the models as refreshed, so that no automatic refresh begins. */
async function withoutRefreshes({ platform }: BenchShop): Promise<void> {
  await platform.pool.query(
    `INSERT INTO jobs (id, model, state, reason, started_at, ended_at)
     SELECT gen_random_uuid(), model, 'DONE', 'OPERATOR', now() - interval '1 day', now() FROM unnest($1::text[]) AS model`,
    [MODEL_KINDS],
  );
}

/** Visits that have placed an order and are not merged yet. */
const guests: string[] = [];
let sequence = 0;

interface Written extends PacedAnswers {
  readonly orders: number;
  readonly seconds: number;
}

/** Each writer sends its next orders as soon as the previous response arrives. */
async function writeOrders({ port, adminKey }: Door, size: number, ms: number): Promise<Written> {
  const agent = keepAliveAgent(WRITERS);
  const answers: PacedAnswers = { times: [], errors: new Map() };
  let orders = 0;
  const began = performance.now();
  const write = async () => {
    while (performance.now() - began < ms) {
      const inputs = Array.from({ length: size }, orderInput);
      const sent = performance.now();
      const answer = await post(
        port,
        adminKey,
        agent,
        JSON.stringify({ query: RECORD_ORDERS, variables: { o: inputs } }),
      );
      answers.times.push(performance.now() - sent);
      orders += Number(/"accepted":(\d+)/.exec(answer)?.[1] ?? 0);
      countErrors(answers.errors, answer);
      guests.push(...inputs.flatMap(({ sessionId }) => sessionId ?? []));
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  agent.destroy();
  return { ...answers, orders, seconds: (performance.now() - began) / 1_000 };
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

class Around {
  private merged = 0;

  constructor(
    private readonly shop: BenchShop,
    private readonly door: Door,
  ) {}

  async measure(name: string, work: () => Promise<Written | void>): Promise<BenchRow[]> {
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
    if (written) {
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
    for (const [what, stop] of Object.entries(loads)) rows.push(rowOf(`${name}: ${what}`, await stop()));
    await drained(this.shop);
    return rows;
  }
}

/** The rate is the number of errors. */
function rowOf(name: string, { times, errors }: PacedAnswers): BenchRow {
  for (const [code, count] of errors) console.error(`${name}: ${count} × ${code}`);
  const share = (p: number) => percentile(times, p);
  const count = [...errors.values()].reduce((sum, n) => sum + n, 0);
  return { name, subject: 'freshet', p50: share(0.5), p95: share(0.95), p99: share(0.99), rate: count, unit: 'errors' };
}
