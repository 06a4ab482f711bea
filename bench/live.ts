import { seededRandom } from '../src/learn/seeded-random';
import { fillings, inFilledShop, type OpenShop } from './filled-shop';
import { percentile, type BenchRow } from './row';
import { MAX_CHANGE_MS, WatchedList } from './watched-list';

const SAMPLES = 300;
const WARM_UP = 30;
/** Pause between two samples, so that they do not queue. */
const PAUSE_MS = 60;
/** Events a second from other customers during the measurement. */
const AROUND = [500, 2_000];
const AROUND_EVERY_MS = 20;

/**
 * Measures the time from sending `recordEvents` to the changed list at a live graphql-ws subscriber, while other
 * customers' events arrive: on the synthetic demo shop, and on Online Retail if its file exists. Real processes,
 * PostgreSQL with fsync, Redis with its append-only file.
 */
export async function measureLive(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const filling of fillings())
    await inFilledShop(filling, async (shop) => {
      for (const rate of AROUND) rows.push(await measureAround(shop, rate));
    });
  return rows;
}

/** @param samples the number of changes to time */
export async function measureAround(
  { name, port, adminKey, products }: Pick<OpenShop, 'name' | 'port' | 'adminKey' | 'products'>,
  rate: number,
  samples = SAMPLES,
): Promise<BenchRow> {
  const random = seededRandom(rate);
  const anyProduct = () => products[Math.floor(products.length * random())];
  const watched = new WatchedList({ port, adminKey }, random, anyProduct);
  let sentAround = 0;
  const inFlight = new Set<Promise<string>>();
  const begun = performance.now();
  const around = setInterval(() => {
    const due = Math.floor(((performance.now() - begun) / 1000) * rate) - sentAround;
    if (due <= 0) return;
    sentAround += due;
    const events = Array.from({ length: Math.min(due, 1_000) }, () => ({
      type: random() < 0.9 ? 'VIEW' : 'ADD_TO_CART',
      sessionId: `around-${rate}-${Math.floor(random() * 5_000)}`,
      productId: anyProduct(),
    }));
    const sent = watched.record(events).finally(() => inFlight.delete(sent));
    inFlight.add(sent);
  }, AROUND_EVERY_MS);
  const took: number[] = [];
  let unchanged = 0;
  for (let n = -WARM_UP; n < samples; n++) {
    await pause(PAUSE_MS * (0.5 + random()));
    const milliseconds = await watched.change();
    if (n >= 0 && Number.isNaN(milliseconds)) unchanged++;
    else if (n >= 0) took.push(milliseconds);
  }
  clearInterval(around);
  await Promise.all(inFlight);
  await watched.close();
  if (unchanged > 0) console.error(`${unchanged} of ${samples} changes did not arrive within ${MAX_CHANGE_MS} ms`);
  const seconds = (performance.now() - begun) / 1000;
  return {
    name: `${name}: sent → changed list, ${rate} ev/s around`,
    subject: 'freshet',
    p50: percentile(took, 0.5),
    p99: unchanged > samples / 100 ? MAX_CHANGE_MS : percentile(took, 0.99),
    rate: sentAround / seconds,
    unit: 'ev/s',
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
