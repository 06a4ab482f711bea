import { DEMO_LINES, DEMO_THINGS, demoId, demoProducts } from '../src/demo/demo-catalogue';
import { Outbox } from '../src/events/outbox';
import { ProductService } from '../src/catalog/product.service';
import { seededRandom } from '../src/learn/seeded-random';
import { leasePosition } from '../src/platform/lease';
import { LEARNER_LEASE } from '../src/recommend/learner-names';
import { keepAliveAgent, post } from './post';
import { percentile, type BenchRow } from './row';
import { benchShop, type BenchShop } from './shop';

const BATCH = 500;
const SENDERS = 8;
/** As fast as it goes. */
const RUSH_MS = 15_000;
/** At a steady rate. */
const STEADY_RATE = Number(process.env.BENCH_INGEST_RATE ?? 10_000);
const STEADY_MS = 1_000 * Number(process.env.BENCH_INGEST_SECONDS ?? 60);
const CUSTOMERS = 20_000;

const RECORD = 'mutation($e:[EventInput!]!){recordEvents(input:{events:$e}){accepted errors{code}}}';

/**
 * Durable ingest over GraphQL in batches of 500, by a server key: acknowledged events a second as fast as it goes; then a
 * steady rate, and whether live state keeps up with it. One API and one worker process, PostgreSQL with fsync, and the
 * senders on the same machine.
 */
export async function measureIngest(): Promise<BenchRow[]> {
  const shop = await benchShop();
  try {
    const { pool, pubSub, log } = shop.platform;
    await new ProductService(pool, new Outbox(pool, pubSub, log)).upsert(demoProducts(new Date()));
    const { port, adminKey } = await shop.open();
    const send = sender(port, adminKey);
    console.error('warming up …');
    await rush(send, 3_000);
    await drained(shop);
    console.error('as fast as it goes …');
    const fast = await rush(send, RUSH_MS);
    const drainSeconds = await drained(shop);
    console.error(`steady, ${STEADY_RATE}/s for ${STEADY_MS / 1_000} s …`);
    const steady = await keepRate(shop, send);
    return [
      { name: 'acknowledged, batches of 500', subject: 'freshet', ...fast, unit: 'ev/s' },
      { name: 'drained to live state after it', subject: 'freshet', rate: drainSeconds, unit: 's' },
      { name: `acknowledged, steady ${STEADY_RATE}/s`, subject: 'freshet', ...steady.answered, unit: 'ev/s' },
      {
        name: 'backlog in the inbox: median, worst',
        subject: 'freshet',
        p50: steady.backlog50,
        p99: steady.backlog99,
        unit: 'events',
      },
      { name: 'backlog at the end', subject: 'freshet', rate: steady.backlogEnd, unit: 'events' },
      { name: 'live state at the end of the log after', subject: 'freshet', rate: steady.caughtUp, unit: 's' },
      { name: 'CPU of API and worker, a million events', subject: 'freshet', rate: steady.cpuSeconds, unit: 's' },
      { name: 'memory of API and worker, grown by', subject: 'freshet', rate: steady.memoryGrowth, unit: 'MiB' },
    ];
  } finally {
    await shop.close();
  }
}

type Send = () => Promise<number>;

/** Sends one batch of new events. The sender shares the machine, so making a batch is cheap. @returns milliseconds */
function sender(port: number, adminKey: string): Send {
  const agent = keepAliveAgent(SENDERS * 2);
  const random = seededRandom(1);
  let sequence = 0;
  return async () => {
    const now = new Date().toISOString();
    let events = '';
    for (let n = 0; n < BATCH; n++) {
      const product = demoId(Math.floor(DEMO_LINES * random()), Math.floor(DEMO_THINGS * random()));
      const type = random() < 0.9 ? 'VIEW' : 'ADD_TO_CART';
      const customer = Math.floor(CUSTOMERS * random());
      events += `${n === 0 ? '' : ','}{"type":"${type}","id":"b${++sequence}","occurredAt":"${now}","customerId":"c${customer}","productId":"${product}"}`;
    }
    const body = `{"query":"${RECORD}","variables":{"e":[${events}]}}`;
    const began = performance.now();
    for (;;) {
      const answer = await post(port, adminKey, agent, body);
      if (answer.includes(`"accepted":${BATCH}`)) return performance.now() - began;
      // What is refused as too much is sent again, and has taken the longer.
      const wait = /"retryAfterMs":(\d+)/.exec(answer)?.[1];
      if (!answer.includes('"OVERLOADED"')) throw new Error(`not all were accepted: ${answer.slice(0, 300)}`);
      await new Promise((resolve) => setTimeout(resolve, Number(wait)));
    }
  };
}

async function rush(send: Send, ms: number): Promise<{ rate: number; p50: number; p99: number }> {
  const began = performance.now();
  const times: number[] = [];
  const run = async () => {
    while (performance.now() - began < ms) times.push(await send());
  };
  await Promise.all(Array.from({ length: SENDERS }, run));
  const rate = (times.length * BATCH) / ((performance.now() - began) / 1_000);
  return { rate, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

async function keepRate(shop: BenchShop, send: Send) {
  const began = performance.now();
  const usage = shop.usage();
  const times: number[] = [];
  const backlogs: number[] = [];
  const inFlight = new Set<Promise<unknown>>();
  let sent = 0;
  let looked = began;
  while (performance.now() - began < STEADY_MS) {
    const due = Math.floor(((performance.now() - began) / 1_000) * STEADY_RATE) - sent;
    if (due >= BATCH && inFlight.size < SENDERS * 2) {
      sent += BATCH;
      const one = send()
        .then((ms) => times.push(ms))
        .finally(() => inFlight.delete(one));
      inFlight.add(one);
    } else await new Promise((resolve) => setTimeout(resolve, 2));
    if (performance.now() - looked < 1_000) continue;
    looked = performance.now();
    backlogs.push(await backlog(shop));
  }
  await Promise.all(inFlight);
  const seconds = (performance.now() - began) / 1_000;
  const backlogEnd = await backlog(shop);
  const caughtUp = await drained(shop);
  const after = shop.usage();
  return {
    answered: { rate: sent / seconds, p50: percentile(times, 0.5), p99: percentile(times, 0.99) },
    backlog50: percentile(backlogs, 0.5),
    backlog99: percentile(backlogs, 1),
    backlogEnd,
    caughtUp,
    cpuSeconds: ((after.cpuSeconds - usage.cpuSeconds) / sent) * 1_000_000,
    memoryGrowth: after.memoryMiB - usage.memoryMiB,
  };
}

/** Events that are acknowledged and not in the log yet. */
async function backlog({ platform }: BenchShop): Promise<number> {
  const { rows } = await platform.pool.query<{ n: number }>(
    'SELECT coalesce(sum(count), 0)::int AS n FROM inbox WHERE done_at IS NULL',
  );
  return rows[0].n;
}

/** Seconds until the learner has told everything that was acknowledged. */
async function drained(shop: BenchShop): Promise<number> {
  const began = performance.now();
  const { pool } = shop.platform;
  while ((await backlog(shop)) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  const { rows } = await pool.query<{ position: number }>('SELECT position FROM log_position');
  while ((await leasePosition(pool, LEARNER_LEASE)) < rows[0].position)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return (performance.now() - began) / 1_000;
}
