import { demoProducts } from '../src/demo/demo-catalogue';
import { demoCustomer } from '../src/demo/demo-customers';
import { DemoSearch } from '../src/demo/demo-search';
import { type DemoOrder, VisitSimulator } from '../src/demo/demo-visit';
import type { StoredEvent } from '../src/events/stored-event';
import { seededRandom } from '../src/learn/seeded-random';
import type { Pool } from '../src/platform/postgres';

const DAY_MS = 86_400_000;
/** Purchases go back this far: VALUE is fitted on the orders that followed past instants. */
const PURCHASE_DAYS = 420;
/** Each customer has one visit in the last days, of which all events are in the log. Of earlier visits, only orders are. */
const SESSION_DAYS = 60;
/** The mean number of days between two visits is that of a demo customer, times this. */
const GAP_FACTOR = 3;
const PACE_SECONDS = 40;
/** Events of one log position, as an import writes them. */
const BATCH = 5_000;
const CONNECTIONS = 2;

export interface CustomersWritten {
  readonly customers: number;
  /** Visits whose events are all in the log. */
  readonly sessions: number;
  readonly orderLines: number;
  readonly events: number;
}

/** Returns the id of a customer, from 0. */
export const customerId = (number: number): string => `c${number}`;

/**
 * Appends synthetic customers to the log of a demo shop: each has a session of the last days and at least one order of
 * the last 420. Visits are those of the demo's simulator. The function writes with SQL, as if workers had written the
 * events; it skips the workers' checks and the followers' learning.
 */
export async function writeCustomers(pool: Pool, customers: number): Promise<CustomersWritten> {
  await pool.query(
    `INSERT INTO customers (id, created_at) SELECT 'c' || n, now() FROM generate_series(0, $1::int - 1) AS n`,
    [customers],
  );
  const written = { customers, sessions: customers, orderLines: 0, events: 0 };
  const lines = customerEvents(customers, Date.now());
  const writer = async () => {
    for (;;) {
      const batch = takeBatch(lines);
      if (batch.length === 0) return;
      written.events += batch.length;
      for (const { source } of batch) if (source === 'ORDERS') written.orderLines++;
      await appendBatch(pool, batch);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, writer));
  // Autovacuum does this in a long-running shop.
  await pool.query(`SELECT brin_summarize_new_values('events_occurred_at_idx')`);
  await pool.query('VACUUM (ANALYZE) events, log_batches, customers');
  return written;
}

/** Yields the events of one customer after the other. */
function* customerEvents(customers: number, now: number): Generator<StoredEvent> {
  const products = demoProducts(new Date(now));
  const prices = new Map(products.map(({ id, price }) => [id, price]));
  const simulator = new VisitSimulator({ products, search: new DemoSearch(products) });
  const random = seededRandom(7);
  function* linesOf({ id, customerId: customer, placedAt, lines }: DemoOrder): Generator<StoredEvent> {
    for (const [line, { productId, quantity }] of lines.entries())
      yield {
        source: 'ORDERS',
        id: `${id}:${line + 1}`,
        type: 'PURCHASE',
        occurredAt: placedAt,
        customerId: customer,
        productId,
        quantity,
        unitPrice: prices.get(productId)?.amount,
        currency: 'EUR',
      };
  }
  for (let number = 0; number < customers; number++) {
    const customer = { ...demoCustomer(number + 1), id: customerId(number) };
    let visits = 0;
    const visit = (at: number) => {
      const id = `v${number}-${++visits}`;
      const dueProductIds = customer.staples.filter(() => random() < 0.3).map(({ productId }) => productId);
      return simulator.simulate({ id, taste: customer, customer, at, pace: PACE_SECONDS, dueProductIds }, random);
    };
    let orders = 0;
    const since = PURCHASE_DAYS * random();
    for (let day = since; day > SESSION_DAYS; day -= GAP_FACTOR * customer.gapDays * (0.5 + random())) {
      const { order } = visit(now - day * DAY_MS);
      if (order === undefined) continue;
      orders++;
      yield* linesOf(order);
    }
    const last = visit(now - (0.1 + (SESSION_DAYS - 0.1) * random()) * DAY_MS);
    yield* last.events;
    if (last.order !== undefined) yield* linesOf(last.order);
    else if (orders === 0) {
      const productId = last.events.find((event) => event.productId !== undefined)?.productId ?? products[0].id;
      const placedAt = Math.round(now - (SESSION_DAYS + (PURCHASE_DAYS - SESSION_DAYS) * random()) * DAY_MS);
      const lines = [{ productId, quantity: 1 }];
      yield* linesOf({ id: `v${number}-0`, customerId: customer.id, sessionId: '', placedAt, lines });
    }
  }
}

function takeBatch(events: Iterator<StoredEvent>): StoredEvent[] {
  const batch: StoredEvent[] = [];
  while (batch.length < BATCH) {
    const next = events.next();
    if (next.done) break;
    batch.push(next.value);
  }
  return batch;
}

async function appendBatch(pool: Pool, events: readonly StoredEvent[]): Promise<void> {
  const column = (value: (event: StoredEvent) => unknown) => events.map((event) => value(event) ?? null);
  await pool.query(APPEND, [
    events.length,
    column(({ source }) => source),
    column(({ id }) => id),
    column(({ occurredAt }) => occurredAt),
    column(({ type }) => type),
    column((event) => event.customerId),
    column((event) => event.sessionId),
    column((event) => event.productId),
    column(({ quantity }) => quantity),
    column((event) => event.unitPrice),
    column((event) => event.currency),
    column((event) => event.query),
    column((event) => event.requestId),
    column((event) => event.properties && JSON.stringify(event.properties)),
  ]);
}

/** $1: the number of events; the others: their columns. Products are as the shop knows them now. */
const APPEND = `
  WITH moved AS (UPDATE log_position SET position = position + 1 RETURNING position),
  appended AS (
    INSERT INTO log_batches (position, events, known_at) SELECT position, $1::int, position - 1 FROM moved RETURNING batch
  )
  INSERT INTO events (source, id, occurred_at, received_at, batch, sequence, type, subject, customer_id, session_id,
    product_id, quantity, unit_price, currency, query, request_id, properties, backfill, digest)
  SELECT source, id, to_timestamp(at / 1000), now(), batch, n - 1, type, 'c:' || customer, customer, session,
    product, quantity, price::numeric, currency, query, request, properties::jsonb, true, n
  FROM appended, unnest($2::text[], $3::text[], $4::float8[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[],
    $10::text[], $11::text[], $12::text[], $13::text[], $14::text[]) WITH ORDINALITY
    AS e (source, id, at, type, customer, session, product, quantity, price, currency, query, request, properties, n)`;
