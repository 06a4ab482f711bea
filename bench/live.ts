import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { seededRandom } from '../src/learn/seeded-random';
import { fillings, inFilledShop, type OpenShop } from './filled-shop';
import { keepAliveAgent, post } from './post';
import { percentile, type BenchRow } from './row';

const SAMPLES = 300;
const WARM_UP = 30;
/** Between two samples, so that they do not queue up behind each other. */
const PAUSE_MS = 60;
const TIMEOUT_MS = 5_000;
/** Events a second by other customers, all the while. */
const AROUND = [500, 2_000];
const AROUND_EVERY_MS = 20;

const RECORD =
  'mutation($events: [EventInput!]!) { recordEvents(input: { events: $events }) { accepted errors { code } } }';
const LIVE =
  'subscription { recommendationsUpdated(input: { intent: PERSONAL, customerId: "watched" }, first: 10) { revision nodes { id } } }';

/**
 * From sending `recordEvents` to the changed list at a live graphql-ws subscriber, with other customers' events around
 * it: on the synthetic demo shop, and on Online Retail where the file is there. Real processes, PostgreSQL with fsync,
 * Redis with its append-only file.
 */
export async function measureLive(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const filling of fillings())
    await inFilledShop(filling, async (shop) => {
      for (const rate of AROUND) rows.push(await measureAround(shop, rate));
    });
  return rows;
}

/** @param samples changes that are timed */
export async function measureAround(
  { name, port, adminKey, products }: Pick<OpenShop, 'name' | 'port' | 'adminKey' | 'products'>,
  rate: number,
  samples = SAMPLES,
): Promise<BenchRow> {
  const agent = keepAliveAgent(20);
  const record = (events: object[]) =>
    post(port, adminKey, agent, JSON.stringify({ query: RECORD, variables: { events } }));
  const random = seededRandom(rate);
  const anyProduct = () => products[Math.floor(products.length * random())];
  const sockets = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { apiKey: adminKey },
  });
  let heard: ((ids: string) => void) | undefined;
  let list = '';
  const unsubscribe = sockets.subscribe<{ recommendationsUpdated: { nodes: { id: string }[] } }>(
    { query: LIVE },
    {
      next: ({ data }) => {
        list = data?.recommendationsUpdated.nodes.map((node) => node.id).join() ?? '';
        heard?.(list);
      },
      error: (error) => console.error(error),
      complete: () => undefined,
    },
  );
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
    const sent = record(events).finally(() => inFlight.delete(sent));
    inFlight.add(sent);
  }, AROUND_EVERY_MS);
  const took: number[] = [];
  let unchanged = 0;
  for (let n = -WARM_UP; n < samples; n++) {
    await pause(PAUSE_MS * (0.5 + random()));
    // Disliking what is on the list changes the list for sure; liking it again afterwards keeps the shop as it was.
    const target = list.split(',')[Math.floor(random() * 5)] || anyProduct();
    const changed = new Promise<number>((resolve) => {
      const timer = setTimeout(() => resolve(NaN), TIMEOUT_MS);
      heard = (ids) => {
        if (ids.split(',').includes(target)) return;
        clearTimeout(timer);
        resolve(performance.now());
      };
    });
    const sentAt = performance.now();
    const disliked = record([{ type: 'DISLIKE', customerId: 'watched', productId: target }]);
    const milliseconds = (await changed) - sentAt;
    heard = undefined;
    await disliked;
    if (n >= 0 && Number.isNaN(milliseconds)) unchanged++;
    else if (n >= 0) took.push(milliseconds);
    await record([{ type: 'LIKE', customerId: 'watched', productId: target }]);
  }
  clearInterval(around);
  await Promise.all(inFlight);
  unsubscribe();
  await sockets.dispose();
  agent.destroy();
  if (unchanged > 0) console.error(`${unchanged} of ${samples} changes were not heard within ${TIMEOUT_MS} ms`);
  const seconds = (performance.now() - begun) / 1000;
  return {
    name: `${name}: sent → changed list, ${rate} ev/s around`,
    subject: 'freshet',
    p50: percentile(took, 0.5),
    p99: unchanged > samples / 100 ? TIMEOUT_MS : percentile(took, 0.99),
    rate: sentAround / seconds,
    unit: 'ev/s',
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
