import { seededRandom } from '../src/learn/seeded-random';
import type { OpenShop } from './filled-shop';
import { paced } from './paced';

const RECOMMENDATIONS = `query($customerId: ID!) {
  recommendations(input: { intent: PERSONAL, customerId: $customerId }, first: 10) { nodes { id title brand categories availability } } }`;
const RECORD =
  'mutation($events: [EventInput!]!) { recordEvents(input: { events: $events }) { accepted errors { code } } }';
const CONNECTIONS = 4;
const LISTS_A_SECOND = 100;
const EVENTS_A_SECOND = 50;
const CUSTOMERS = 1_000;

/** Response times in milliseconds. */
export interface Latencies {
  readonly lists: number[];
  readonly events: number[];
}

/**
 * Sends a storefront's ordinary traffic at a steady rate, independent of response times: 100 lists of 10 products a
 * second for random customers, and 50 events a second, each a separate request, over four connections each.
 * The wait for a free connection counts: seconds in these figures mean a machine that is too busy to measure on.
 * @returns a function that stops the load and returns the measurements after the last response; it throws if a request
 * failed
 */
export async function steadyLoad({ platform, port, adminKey, products }: OpenShop): Promise<() => Promise<Latencies>> {
  const { rows: customers } = await platform.pool.query<{ id: string }>(
    'SELECT customer_id AS id FROM events WHERE customer_id IS NOT NULL GROUP BY 1 ORDER BY md5(customer_id) LIMIT $1',
    [CUSTOMERS],
  );
  const random = seededRandom(7);
  const anyOf = <Value>(values: readonly Value[]) => values[Math.floor(values.length * random())];
  const customer = () => anyOf(customers).id;
  const event = () => ({ type: 'VIEW', customerId: customer(), productId: anyOf(products) });
  let wrong: string | undefined;
  const stream = (rate: number, next: () => object) =>
    paced({ port, adminKey }, { rate, connections: CONNECTIONS, onBody }, next);
  const onBody = (body: string) => {
    if (/"errors":\[\{|"nodes":\[\]/.test(body)) wrong ??= body;
  };
  const streams = [
    stream(LISTS_A_SECOND, () => ({ query: RECOMMENDATIONS, variables: { customerId: customer() } })),
    stream(EVENTS_A_SECOND, () => ({ query: RECORD, variables: { events: [event()] } })),
  ];
  return async () => {
    const [lists, events] = await Promise.all(streams.map((stop) => stop()));
    if (wrong !== undefined) throw new Error(`answered with ${wrong}`);
    return { lists: lists.times, events: events.times };
  };
}
