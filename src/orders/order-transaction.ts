import type { EventLog, LogTransaction } from '../events/event-log';
import type { LogChange } from '../events/position.store';
import { receiptOf } from '../events/receipts';
import type { StoredEvent } from '../events/stored-event';
import { findErased } from '../events/tombstone.store';
import type { ItemError } from '../graphql/item-error.type';
import type { PoolClient } from '../platform/postgres';
import type { GroupedRequest } from './group-queue';
import { LoggedEvents } from './logged-events.store';
import { OrderBook } from './order-book';
import type { OrderFault } from './order-fault';
import { lockOrders } from './order-locks.store';
import type { OrderRecord } from './order-record';
import { firstOrders, markOrders, ordersOfPayments, readOrders, writeOrders } from './order.store';
import { readPlacedEvents } from './placed-event.store';
import { stepEvents } from './step-events';
import { changesValue, valueEvent, type ChangeTime } from './value-event';

/**
 * Maximum number of attempts of a transaction. It is repeated if another writer meanwhile adds an event that the
 * transaction also adds, with other content.
 */
const MAX_RACE_ATTEMPTS = 3;

export interface OrderWriteResult {
  /** Number of items without an error. */
  readonly accepted: number;
  /** Number of accepted items that changed nothing. */
  readonly unchanged: number;
  /** Number of new or changed lines. */
  readonly changedLines: number;
  readonly receipt: string;
  readonly errors: readonly ItemError[];
}

/** Applies one input item to the orders. @returns whether anything changed, or the error */
export type OrderChange = (book: OrderBook) => boolean | OrderFault;

/** What a transaction has read in addition to the orders. */
export interface OrderContext {
  /** The erased ones among the subjects and orders of all requests. */
  readonly erased: ReadonlySet<string>;
  /** The order of each stored payment among those of all requests. */
  readonly orderIdByPayment: Map<string, string>;
}

/** One call of an order mutation. */
export interface OrderRequest extends GroupedRequest {
  readonly orders: readonly string[];
  readonly payments: readonly string[];
  /** Subjects that own new orders. */
  readonly owners: readonly string[];
  /** Subjects, including those of orders, that must not be erased. */
  readonly unerased: readonly string[];
  readonly backfill: boolean;
  changes(context: OrderContext): readonly OrderChange[];
}

class LostRaceError extends Error {}

/**
 * Runs requests in one transaction, one after the other. The requests must not have orders or payments in common. If
 * something changed, the transaction ends with a log position, and the change is published.
 * @param now milliseconds since 1970
 * @returns the result of each request
 */
export async function commitOrders(
  eventLog: EventLog,
  requests: readonly OrderRequest[],
  now: number,
  attempt = 1,
): Promise<OrderWriteResult[]> {
  try {
    const { position, results } = await eventLog.commit((transaction) => apply(transaction, requests, now));
    return results.map((result) => ({ ...result, receipt: receiptOf(position) }));
  } catch (error) {
    if (!(error instanceof LostRaceError) || attempt === MAX_RACE_ATTEMPTS) throw error;
    return commitOrders(eventLog, requests, now, attempt + 1);
  }
}

async function apply(transaction: LogTransaction, requests: readonly OrderRequest[], now: number) {
  const { client } = transaction;
  const orderIds = distinct(requests.flatMap(({ orders }) => orders));
  const payments = distinct(requests.flatMap((request) => request.payments));
  // Locks the tombstones (hashes of erased subjects) before any personal data is read. So an erasure that begins later
  // waits for this transaction.
  const erased = await findErased(client, distinct(requests.flatMap(({ unerased }) => unerased)));
  const subjects = distinct(requests.flatMap(({ owners }) => owners));
  await lockOrders(client, { subjects, orders: orderIds, payments });
  const stored = await readOrders(client, orderIds);
  const context = { erased, orderIdByPayment: await ordersOfPayments(client, payments) };
  const { book, outcomes } = await applyRequests(client, requests, stored, context);
  const orders = book.changedOrders();
  const changedLines = countChangedLines(orders, stored);
  const results = requests.map((request, n) => ({
    ...outcomes[n]!,
    changedLines: distinct(request.orders).reduce((sum, id) => sum + (changedLines.get(id) ?? 0), 0),
  }));
  if (orders.length === 0) return { results, change: null };
  const change = await write(transaction, book, stored, { now, isBackfill: requests[0]!.backfill });
  const changedIds = orders.map(({ id }) => id);
  return { results, change, afterPosition: (position: number) => markOrders(client, changedIds, position) };
}

/** Applies the requests to the orders, and compares the events that result with the logged ones. */
async function applyRequests(
  client: PoolClient,
  requests: readonly OrderRequest[],
  stored: ReadonlyMap<string, OrderRecord>,
  context: OrderContext,
) {
  const run = (logged: LoggedEvents) => {
    const book = new OrderBook(stored, logged);
    const { erased, orderIdByPayment } = context;
    const changes = requests.map((each) => each.changes({ erased, orderIdByPayment: new Map(orderIdByPayment) }));
    return { book, outcomes: changes.map((each) => applyChanges(book, each)) };
  };
  // The first run finds the events to look up in the log. If the log has some of them, the second run compares them.
  const first = run(LoggedEvents.NONE);
  const logged = await LoggedEvents.read(client, first.book.events);
  return logged.isEmpty ? first : run(logged);
}

/** @returns the change to publish */
async function write(
  { client, append }: LogTransaction,
  book: OrderBook,
  stored: ReadonlyMap<string, OrderRecord>,
  time: ChangeTime,
): Promise<LogChange> {
  const orders = book.changedOrders();
  const ids = orders.map(({ id }) => id);
  await writeOrders(client, orders);
  const newIds = ids.filter((id) => !stored.has(id));
  const firstOrderIds = await firstOrders(client, newIds);
  const extraEvents = [
    ...orders.flatMap((order) => stepEvents(stored.get(order.id), order, firstOrderIds.has(order.id))),
    ...(await valueEvents(client, orders, stored, time)),
  ];
  const events = [...book.events, ...extraEvents];
  if (events.length === 0) return { orders: ids };
  const receivedAt = new Date(time.now);
  const arrival = { receivedAt: () => receivedAt, backfill: time.isBackfill };
  const { inserted, conflicts } = await append(events, arrival);
  // A conflict means that a batch of events has added the event since it was looked up. Conflicts of `order_…` events
  // are ignored: the logged event stays.
  const extraEventIds = new Set(extraEvents.map(({ id }) => id));
  const conflictingEvent = conflicts.find(({ id }) => !extraEventIds.has(id));
  if (conflictingEvent)
    throw new LostRaceError(`The log has the event ${conflictingEvent.id} with different content. Repeat the request.`);
  return time.isBackfill ? { reload: 'histories' } : { events: inserted, orders: ids };
}

async function valueEvents(
  client: PoolClient,
  orders: readonly OrderRecord[],
  stored: ReadonlyMap<string, OrderRecord>,
  time: ChangeTime,
): Promise<StoredEvent[]> {
  const changed = orders.filter((order) => changesValue(stored.get(order.id), order));
  const placed = await readPlacedEvents(
    client,
    changed.flatMap(({ id }) => (stored.has(id) ? [id] : [])),
  );
  return changed.flatMap((order) => {
    const before = stored.get(order.id);
    // The `order_placed` event of a new order is not in the log yet, because it is part of the same batch.
    const event = valueEvent(before, order, before === undefined ? order : placed.get(order.id), time);
    return event === undefined ? [] : [event];
  });
}

function applyChanges(book: OrderBook, changes: readonly OrderChange[]) {
  const errors: ItemError[] = [];
  let unchanged = 0;
  changes.forEach((change, index) => {
    const outcome = change(book);
    if (typeof outcome === 'object') errors.push({ ...outcome, index, path: outcome.path ?? null });
    else if (!outcome) unchanged++;
  });
  return { accepted: changes.length - errors.length, unchanged, errors };
}

/** Returns the number of new or changed lines by order id. */
function countChangedLines(
  orders: readonly OrderRecord[],
  stored: ReadonlyMap<string, OrderRecord>,
): ReadonlyMap<string, number> {
  return new Map(
    orders.map(({ id, lines }) => {
      const before = new Map(stored.get(id)?.lines.map((line) => [line.id, JSON.stringify(line)]));
      return [id, lines.filter((line) => before.get(line.id) !== JSON.stringify(line)).length];
    }),
  );
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
