import { DEMO_LINE_COUNT, DEMO_PRODUCTS_PER_LINE, demoId } from '../src/demo/demo-catalogue';
import { seededRandom } from '../src/learn/seeded-random';
import { measureBacklog } from '../src/monitoring/backlog.store';
import { SHOP } from '../src/shop';
import { keepAliveAgent, post } from './post';
import { percentile } from './row';
import type { BenchShop } from './shop';

/** Concurrent requests when sending at full speed. */
const SENDERS = 8;
const CUSTOMERS = 20_000;
const PLACEMENTS = ['home', 'cart', 'search'];

const RECORD = 'mutation($e:[EventInput!]!){recordEvents(input:{events:$e}){accepted errors{code}}}';

/** Sends one batch of new events. @returns milliseconds until it was acknowledged */
export type Send = () => Promise<number>;

/** Sends events of a synthetic shop. The sender shares the machine, so making a batch is cheap. */
export function sender(port: number, adminKey: string, batch: number, name: string): Send {
  const random = seededRandom(1);
  const below = (n: number) => Math.floor(n * random());
  let sequence = 0;
  return sendWith(port, adminKey, batch, (now) => {
    const kind = random();
    const common = `"id":"${name}${++sequence}","occurredAt":"${now}","customerId":"c${below(CUSTOMERS)}","productId":"${demoId(below(DEMO_LINE_COUNT), below(DEMO_PRODUCTS_PER_LINE))}"`;
    if (kind < 0.9) return `{"type":"VIEW","placement":"${PLACEMENTS[below(3)]}",${common}}`;
    if (kind < 0.97) return `{"type":"ADD_TO_CART",${common}}`;
    const price = `{"amount":"${1 + below(200)}.${10 + below(90)}","currency":"EUR"}`;
    return `{"type":"PURCHASE","quantity":${1 + below(3)},"unitPrice":${price},${common}}`;
  });
}

/**
 * Sends one batch of events.
 * @param event the next event as JSON, given the time (ISO 8601)
 * @param record the mutation: its variable `e` is the list of events, and it returns how many are `accepted`
 */
export function sendWith(
  port: number,
  adminKey: string,
  batch: number,
  event: (now: string) => string,
  record = RECORD,
): Send {
  const agent = keepAliveAgent(SENDERS * 2);
  return async () => {
    const now = new Date().toISOString();
    const events = Array.from({ length: batch }, () => event(now)).join();
    const body = `{"query":"${record}","variables":{"e":[${events}]}}`;
    const began = performance.now();
    for (;;) {
      const answer = await post(port, adminKey, agent, body);
      if (answer.includes(`"accepted":${batch}`)) return performance.now() - began;
      // A batch that is refused because of overload is sent again; its time includes the wait.
      const wait = /"retryAfterMs":(\d+)/.exec(answer)?.[1];
      if (!answer.includes('"OVERLOADED"')) throw new Error(`some events were not accepted: ${answer.slice(0, 300)}`);
      await new Promise((resolve) => setTimeout(resolve, Number(wait)));
    }
  };
}

/** Sends at full speed. @param batch events in one call of `send` */
export async function rush(send: Send, batch: number, ms: number): Promise<{ rate: number; p50: number; p99: number }> {
  const began = performance.now();
  const times: number[] = [];
  const run = async () => {
    while (performance.now() - began < ms) times.push(await send());
  };
  await Promise.all(Array.from({ length: SENDERS }, run));
  const rate = (times.length * batch) / ((performance.now() - began) / 1_000);
  return { rate, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

/** Sends the given number of batches at full speed. */
export async function sendBatches(send: Send, batches: number): Promise<void> {
  let left = batches;
  const run = async () => {
    while (left-- > 0) await send();
  };
  await Promise.all(Array.from({ length: SENDERS }, run));
}

/**
 * Sends batches at a steady rate until `isOver` returns true and all responses have arrived.
 * @param onSecond called about once a second
 * @returns the number of events sent, the seconds it took, and the response times in milliseconds
 */
export async function pace(
  send: Send,
  { batch, rate, isOver, onSecond }: Pace,
): Promise<{ sent: number; seconds: number; times: number[] }> {
  const began = performance.now();
  const times: number[] = [];
  const inFlight = new Set<Promise<unknown>>();
  let sent = 0;
  let looked = began;
  while (!isOver(performance.now() - began)) {
    const due = Math.floor(((performance.now() - began) / 1_000) * rate) - sent;
    if (due >= batch && inFlight.size < SENDERS * 2) {
      sent += batch;
      const one = send()
        .then((ms) => times.push(ms))
        .finally(() => inFlight.delete(one));
      inFlight.add(one);
    } else await new Promise((resolve) => setTimeout(resolve, 2));
    if (performance.now() - looked < 1_000) continue;
    looked = performance.now();
    await onSecond?.();
  }
  await Promise.all(inFlight);
  return { sent, seconds: (performance.now() - began) / 1_000, times };
}

interface Pace {
  readonly batch: number;
  /** Events a second. */
  readonly rate: number;
  /** Called repeatedly with the milliseconds since the start. */
  readonly isOver: (ms: number) => boolean;
  readonly onSecond?: () => Promise<void>;
}

export interface Backlog {
  /** Acknowledged events that are not in the log yet. */
  readonly inbox: number;
  /** Events in the log that are not merged into the windows of all streams yet. */
  readonly unfolded: number;
}

export async function backlog({ platform }: BenchShop): Promise<Backlog> {
  const { rows } = await platform.pool.query<Backlog>(
    `SELECT (SELECT coalesce(sum(count), 0)::int FROM inbox WHERE done_at IS NULL) AS inbox,
       (SELECT coalesce(sum(events), 0)::int FROM log_batches WHERE batch IN (SELECT batch FROM stream_parts)) AS unfolded`,
  );
  return rows[0];
}

/**
 * Waits until the learner has published everything that was acknowledged and all of it is in windows. @returns seconds
 */
export async function drained({ platform }: BenchShop): Promise<number> {
  const began = performance.now();
  for (;;) {
    const { inbox, learner, streams } = (await measureBacklog(platform.pool, SHOP)).parts;
    if (inbox + learner + streams === 0) return (performance.now() - began) / 1_000;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
