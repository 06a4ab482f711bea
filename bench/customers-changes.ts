import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { OpenShop } from './filled-shop';
import { pace, sender } from './ingest-load';
import { keepAliveAgent, post } from './post';
import { percentile, type BenchRow } from './row';

const SAMPLES = 200;
const WARM_UP = 10;
/** Pause between two samples, so that they do not queue. */
const PAUSE_MS = 60;
/** A change that takes longer counts as missing. */
const MAX_CHANGE_MS = 5_000;
/** A machine that is too slow gives fewer samples. */
const MAX_WAIT_MS = 90_000;
/** Events a second from other customers; three of a hundred are purchases. */
const AROUND = 500;
const AROUND_BATCH = 10;

const RECORD =
  'mutation($events: [EventInput!]!) { recordEvents(input: { events: $events }) { accepted errors { code } } }';
const UPSERT =
  'mutation($customers: [CustomerInput!]!) { upsertCustomers(input: { customers: $customers }) { errors { code } } }';
const UPDATED =
  'subscription($id: ID!) { customerUpdated(id: $id) { segment { id } predictions { purchaseProbability } behaviour { behaviour } } }';

interface Seen {
  readonly segment: { readonly id: string } | null;
  readonly predictions: object | null;
  readonly behaviour: { readonly behaviour: string } | null;
}

/**
 * Measures the time from sending `recordEvents` to the changed customer at a live graphql-ws subscriber, with 500
 * events a second from other customers: a new customer's first view, with which a behaviour is predicted, and then the
 * first purchase, with which the customer leaves the segment NEW and a value is predicted.
 */
export async function measureProfileChanges({ port, adminKey, products }: OpenShop): Promise<BenchRow[]> {
  const agent = keepAliveAgent(4);
  const ask = async (query: string, variables: object) => {
    const answer = await post(port, adminKey, agent, JSON.stringify({ query, variables }));
    if (!answer.includes('"errors":[]')) throw new Error(`answered with ${answer.slice(0, 300)}`);
  };
  const idOf = (n: number) => `watched-${n + WARM_UP}`;
  const customers = Array.from({ length: SAMPLES + WARM_UP }, (_, n) => ({ id: idOf(n - WARM_UP) }));
  await ask(UPSERT, { customers });
  const sockets = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { apiKey: adminKey },
  });
  let over = false;
  const around = pace(sender(port, adminKey, AROUND_BATCH, 'around-'), {
    batch: AROUND_BATCH,
    rate: AROUND,
    isOver: () => over,
  });
  const behaviours: number[] = [];
  const segments: number[] = [];
  const begun = performance.now();
  for (let n = -WARM_UP; n < SAMPLES && performance.now() - begun < MAX_WAIT_MS; n++) {
    const id = idOf(n);
    const watched = watch(sockets, id);
    await watched.until(() => true);
    const timeOf = async (event: object, isChanged: (seen: Seen) => boolean) => {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * (0.5 + Math.random())));
      const sentAt = performance.now();
      const changed = watched.until(isChanged);
      const sent = ask(RECORD, { events: [{ ...event, customerId: id }] });
      const milliseconds = (await changed) - sentAt;
      await sent;
      return milliseconds;
    };
    const productId = products[(n + WARM_UP) % products.length];
    const behaviour = await timeOf({ type: 'VIEW', productId }, (seen) => seen.behaviour !== null);
    const unitPrice = { amount: '20.00', currency: 'EUR' };
    const segment = await timeOf(
      { type: 'PURCHASE', productId, unitPrice },
      (seen) => seen.segment !== null && seen.segment.id !== 'NEW' && seen.predictions !== null,
    );
    watched.end();
    if (n < 0) continue;
    behaviours.push(behaviour);
    segments.push(segment);
  }
  over = true;
  if (behaviours.length < SAMPLES)
    console.error(`only ${behaviours.length} of ${SAMPLES} samples in ${MAX_WAIT_MS / 1_000} s`);
  const { sent, seconds } = await around;
  await sockets.dispose();
  agent.destroy();
  const row = (name: string, took: readonly number[]): BenchRow => {
    const arrived = took.filter((milliseconds) => !Number.isNaN(milliseconds));
    const missing = took.length - arrived.length;
    if (missing > 0) console.error(`${name}: ${missing} of ${took.length} did not arrive within ${MAX_CHANGE_MS} ms`);
    return {
      name: `${name}, ${AROUND} ev/s around`,
      subject: 'freshet',
      p50: percentile(arrived, 0.5),
      p95: percentile(arrived, 0.95),
      p99: missing > took.length / 100 ? MAX_CHANGE_MS : percentile(arrived, 0.99),
      rate: sent / seconds,
      unit: 'ev/s',
    };
  };
  return [
    row('sent → behaviour at a subscriber', behaviours),
    row('sent → segment and value at a subscriber', segments),
  ];
}

/** Subscribes to a customer. `until` resolves with the time of the first message that holds; NaN if there is none. */
function watch(sockets: ReturnType<typeof createClient>, id: string) {
  let seen: Seen | undefined;
  let heard: (() => void) | undefined;
  const end = sockets.subscribe<{ customerUpdated: Seen | null }>(
    { query: UPDATED, variables: { id } },
    {
      next: ({ data, errors }) => {
        if (errors) console.error(JSON.stringify(errors).slice(0, 300));
        seen = data?.customerUpdated ?? seen;
        heard?.();
      },
      error: (error) => console.error(error),
      complete: () => undefined,
    },
  );
  return {
    end,
    until: (holds: (seen: Seen) => boolean) =>
      new Promise<number>((resolve) => {
        const timer = setTimeout(() => resolve(NaN), MAX_CHANGE_MS);
        heard = () => {
          if (seen === undefined || !holds(seen)) return;
          clearTimeout(timer);
          heard = undefined;
          resolve(performance.now());
        };
        heard();
      }),
  };
}
