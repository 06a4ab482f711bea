import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { seededRandom } from '../src/learn/seeded-random';
import type { Door } from './create-streams';
import { pace, sender } from './ingest-load';
import { keepAliveAgent, post } from './post';
import { percentile, type BenchRow } from './row';

const SAMPLES = 300;
const WARM_UP = 30;
/** Pause between two samples, so that they do not queue. */
const PAUSE_MS = 60;
const TIMEOUT_MS = 5_000;
/** A machine that is too slow gives fewer samples. */
const MAX_WAIT_MS = 60_000;
/** Events a second from other customers during the measurement. */
const AROUND = 5_000;

const RECORD =
  'mutation($events: [EventInput!]!) { recordEvents(input: { events: $events }) { accepted errors { code } } }';
const WATCHED = 'subscription { windowUpdated(stream: "customers-by-day", key: "watched") { events } }';
/** A chart that is subscribed to during the measurement. */
const CHART = 'subscription { windowUpdated(stream: "types-by-minute") { key start events values { decimal } } }';

/**
 * Measures the time from sending `recordEvents` to the changed window at a live graphql-ws subscriber, in a shop with
 * {@link import('./ten-streams').TEN_STREAMS} and 5,000 other synthetic events a second.
 * @param batch how many of the other events a request has
 */
export async function measureWindow({ port, adminKey }: Door, batch: number): Promise<BenchRow> {
  const name = `ten streams: sent → window at a subscriber, ${AROUND} ev/s around in batches of ${batch}`;
  console.error(`${name} …`);
  const agent = keepAliveAgent(2);
  const sockets = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { apiKey: adminKey },
  });
  const subscribe = <Data>(query: string, next: (data: Data) => void) =>
    sockets.subscribe<Data>(
      { query },
      {
        next: ({ data }) => data && next(data),
        error: (error) => console.error(error),
        complete: () => undefined,
      },
    );
  let events = 0;
  let heard: (() => void) | undefined;
  const unsubscribe = [
    subscribe<{ windowUpdated: { events: number } }>(WATCHED, ({ windowUpdated }) => {
      events = Math.max(events, windowUpdated.events);
      heard?.();
    }),
    subscribe(CHART, () => undefined),
  ];
  let over = false;
  const around = pace(sender(port, adminKey, batch, `w${batch}-`), {
    batch,
    rate: AROUND,
    isOver: () => over,
  });
  const random = seededRandom(AROUND);
  const samples: number[] = [];
  let unheard = 0;
  const begun = performance.now();
  for (let n = -WARM_UP; n < SAMPLES && performance.now() - begun < MAX_WAIT_MS; n++) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * (0.5 + random())));
    const wanted = events + 1;
    const counted = new Promise<number>((resolve) => {
      const timer = setTimeout(() => resolve(NaN), TIMEOUT_MS);
      heard = () => {
        if (events < wanted) return;
        clearTimeout(timer);
        resolve(performance.now());
      };
    });
    const sentAt = performance.now();
    const variables = { events: [{ type: 'VIEW', customerId: 'watched', productId: 'demo-01-01' }] };
    const answered = post(port, adminKey, agent, JSON.stringify({ query: RECORD, variables }));
    const milliseconds = (await counted) - sentAt;
    heard = undefined;
    await answered;
    if (n < 0) continue;
    if (Number.isNaN(milliseconds)) unheard++;
    else samples.push(milliseconds);
  }
  over = true;
  const { sent, seconds } = await around;
  for (const stop of unsubscribe) stop();
  await sockets.dispose();
  agent.destroy();
  const asked = samples.length + unheard;
  if (asked < SAMPLES) console.error(`only ${asked} of ${SAMPLES} samples in ${MAX_WAIT_MS / 1_000} s`);
  if (unheard > 0) console.error(`${unheard} of ${asked} windows did not arrive within ${TIMEOUT_MS} ms`);
  return {
    name,
    subject: 'freshet',
    p50: percentile(samples, 0.5),
    p95: percentile(samples, 0.95),
    p99: unheard > asked / 100 ? TIMEOUT_MS : percentile(samples, 0.99),
    rate: sent / seconds,
    unit: 'ev/s',
  };
}
