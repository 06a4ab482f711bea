import { ProductService } from '../src/catalog/product.service';
import { demoProducts } from '../src/demo/demo-catalogue';
import { Outbox } from '../src/events/outbox.service';
import { backlog, drained, pace, rush, sender, type Backlog, type Send } from './ingest-load';
import { measureHistory } from './history';
import { createStreams } from './create-streams';
import { percentile, type BenchRow } from './row';
import { benchShop, type BenchShop } from './shop';
import { TEN_STREAMS } from './ten-streams';
import { measureWindow } from './live-window';

const BATCH = 500;
/** Batch sizes of the events around a window: a back end's batch, and many small requests. */
const AROUND_BATCHES = [BATCH, 50];
/** Duration at full speed. */
const RUSH_MS = 15_000;
/** Duration at a steady rate. */
const STEADY_RATE = Number(process.env.BENCH_INGEST_RATE ?? 10_000);
const STEADY_MS = 1_000 * Number(process.env.BENCH_INGEST_SECONDS ?? 60);

/**
 * Durable ingest over GraphQL in batches of 500, by a server key: acknowledged events a second at full speed; then a
 * steady rate, and whether live state keeps up with it. It runs first without streams, and then with ten streams, whose
 * windows also have to keep up. With streams it also measures the time from an event to its window at a subscriber, and
 * windows and analyses over a long log. One API and one worker process, PostgreSQL with fsync, and the senders share
 * the machine. Shop and events are synthetic.
 */
export async function measureIngest(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const shop = await benchShop();
  try {
    const { pool, pubSub, log } = shop.platform;
    await new ProductService(new Outbox(pool, pubSub, log)).upsert(demoProducts(new Date()));
    const { port, adminKey } = await shop.open();
    const send = sender(port, adminKey, BATCH, 'b');
    console.error('warming up …');
    await rush(send, BATCH, 3_000);
    await drained(shop);
    rows.push(...(await measureRates(shop, send, 'no streams')));
    await createStreams({ port, adminKey }, TEN_STREAMS);
    await rush(send, BATCH, 3_000);
    await drained(shop);
    rows.push(...(await measureRates(shop, send, 'ten streams')));
    for (const batch of AROUND_BATCHES) {
      rows.push(await measureWindow({ port, adminKey }, batch));
      await drained(shop);
    }
  } finally {
    await shop.close();
  }
  return [...rows, ...(await measureHistory())];
}

async function measureRates(shop: BenchShop, send: Send, streams: string): Promise<BenchRow[]> {
  console.error(`${streams}: as fast as it goes …`);
  const fast = await rush(send, BATCH, RUSH_MS);
  const drainSeconds = await drained(shop);
  console.error(`${streams}: steady, ${STEADY_RATE}/s for ${STEADY_MS / 1_000} s …`);
  const steady = await keepRate(shop, send);
  const row = (name: string, figures: Partial<BenchRow>): BenchRow => ({
    name: `${streams}: ${name}`,
    subject: 'freshet',
    ...figures,
  });
  return [
    row('acknowledged, batches of 500', { ...fast, unit: 'ev/s' }),
    row('drained to live state and windows after it', { rate: drainSeconds, unit: 's' }),
    row(`acknowledged, steady ${STEADY_RATE}/s`, { ...steady.answered, unit: 'ev/s' }),
    row('backlog in the inbox: median, worst', { ...steady.of('inbox'), unit: 'events' }),
    row('not in windows: median, worst', { ...steady.of('unfolded'), unit: 'events' }),
    row('backlog at the end', { rate: steady.end.inbox, unit: 'events' }),
    row('not in windows at the end', { rate: steady.end.unfolded, unit: 'events' }),
    row('live state and windows at the end of the log after', { rate: steady.caughtUp, unit: 's' }),
    row('CPU of API and worker, a million events', { rate: steady.cpuSeconds, unit: 's' }),
    row('CPU of PostgreSQL, a million events', { rate: steady.databaseSeconds, unit: 's' }),
    row('memory of API and worker, grown by', { rate: steady.memoryGrowth, unit: 'MiB' }),
  ];
}

async function keepRate(shop: BenchShop, send: Send) {
  const before = { shop: shop.usage(), database: await shop.databaseUsage() };
  const backlogs: Backlog[] = [];
  const { sent, seconds, times } = await pace(send, {
    batch: BATCH,
    rate: STEADY_RATE,
    isOver: (ms) => ms >= STEADY_MS,
    onSecond: async () => void backlogs.push(await backlog(shop)),
  });
  const end = await backlog(shop);
  const caughtUp = await drained(shop);
  const after = { shop: shop.usage(), database: await shop.databaseUsage() };
  const ofMillion = (cpuSeconds: number) => (cpuSeconds / sent) * 1_000_000;
  return {
    answered: { rate: sent / seconds, p50: percentile(times, 0.5), p99: percentile(times, 0.99) },
    of: (which: keyof Backlog) => {
      const samples = backlogs.map((each) => each[which]);
      return { p50: percentile(samples, 0.5), p99: percentile(samples, 1) };
    },
    end,
    caughtUp,
    cpuSeconds: ofMillion(after.shop.cpuSeconds - before.shop.cpuSeconds),
    databaseSeconds: ofMillion(after.database.cpuSeconds - before.database.cpuSeconds),
    memoryGrowth: after.shop.memoryMiB - before.shop.memoryMiB,
  };
}
