import type { EventLog, LogTransaction } from '../events/event-log';
import { historicalChange } from '../events/historical-change';
import type { LogChange } from '../events/position.store';
import { receiptOf } from '../events/receipts';
import type { StoredEvent } from '../events/stored-event';
import { findErased } from '../events/tombstone.store';
import type { ItemError } from '../graphql/item-error.type';
import { isTransactionFailure } from '../platform/outage';
import type { PoolClient } from '../platform/postgres';
import type { GroupedRequest } from './group-queue';
import { LoggedEvents } from './logged-events.store';
import { OrderBook } from './order-book';
import type { OrderFault } from './order-fault';
import { lockNames, lockOrders, tryLockOrders, type OrderLocks } from './order-locks.store';
import type { OrderRecord } from './order-record';
import { markOrders, ordersOfPayments, readFirstSales, readOrders, writeOrders } from './order.store';
import { readPlacedEvents } from './placed-event.store';
import { stepEvents } from './step-events';
import { changesValue, valueEvent, type ChangeTime } from './value-event';

/**
 * Maximum number of attempts of a transaction. It is repeated after a deadlock, and if another writer meanwhile adds an
 * event that the transaction also adds, with other content.
 */
const MAX_ATTEMPTS = 3;

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

export interface CommitOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether to wait for locks. Otherwise the requests whose locks other transactions hold are left out. */
  readonly waits: boolean;
}

/**
 * Runs requests in one transaction, one after the other. The requests must not have orders or payments in common. If
 * something changed, the transaction ends with a log position, and the change is published.
 * @returns the result of each request; undefined if it was left out
 */
export async function commitOrders(
  eventLog: EventLog,
  requests: readonly OrderRequest[],
  options: CommitOptions,
  attempt = 1,
): Promise<(OrderWriteResult | undefined)[]> {
  try {
    const { position, results } = await eventLog.commit((transaction) => apply(transaction, requests, options));
    return results.map((result) => result && { ...result, receipt: receiptOf(position) });
  } catch (error) {
    const canRepeat = error instanceof LostRaceError || isTransactionFailure(error);
    if (!canRepeat || attempt === MAX_ATTEMPTS) throw error;
    return commitOrders(eventLog, requests, options, attempt + 1);
  }
}

async function apply(transaction: LogTransaction, requested: readonly OrderRequest[], { now, waits }: CommitOptions) {
  const { client } = transaction;
  // Locks the tombstones (hashes of erased subjects) before any personal data is read. So an erasure that begins later
  // waits for this transaction.
  const erased = await findErased(client, distinct(requested.flatMap(({ unerased }) => unerased)));
  const requests = await lock(client, requested, waits);
  const { orders: orderIds, payments } = locksOf(requests);
  const stored = await readOrders(client, orderIds);
  const context = { erased, orderIdByPayment: await ordersOfPayments(client, payments) };
  const { book, outcomes } = await applyRequests(client, requests, stored, context);
  const orders = book.changedOrders();
  const changedLines = countChangedLines(orders, stored);
  const results = requested.map((request) => {
    const outcome = outcomes[requests.indexOf(request)];
    const lines = distinct(request.orders).reduce((sum, id) => sum + (changedLines.get(id) ?? 0), 0);
    return outcome && { ...outcome, changedLines: lines };
  });
  if (orders.length === 0) return { results, change: null };
  const firstOrderIds = await findFirstOrders(client, requests, book, stored);
  const change = await write(transaction, book, { stored, firstOrderIds, now, isBackfill: requests[0]!.backfill });
  const changedIds = orders.map(({ id }) => id);
  return { results, change, afterPosition: (position: number) => markOrders(client, changedIds, position) };
}

/** Locks what the requests depend on. @returns the requests without those that are left out */
async function lock(client: PoolClient, requests: readonly OrderRequest[], waits: boolean) {
  if (waits) {
    await lockOrders(client, locksOf(requests));
    return requests;
  }
  const busy = await tryLockOrders(client, locksOf(requests));
  return requests.filter(
    ({ owners, orders, payments }) =>
      !owners.some((subject) => busy.has(lockNames.owner(subject))) &&
      !orders.some((id) => busy.has(lockNames.order(id))) &&
      !payments.some((id) => busy.has(lockNames.payment(id))),
  );
}

function locksOf(requests: readonly OrderRequest[]): Required<OrderLocks> {
  return {
    owners: distinct(requests.flatMap(({ owners }) => owners)),
    orders: distinct(requests.flatMap(({ orders }) => orders)),
    payments: distinct(requests.flatMap(({ payments }) => payments)),
  };
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

/** Returns the ids of the new orders that are the first sale of their customer, request by request. */
async function findFirstOrders(
  client: PoolClient,
  requests: readonly OrderRequest[],
  book: OrderBook,
  stored: ReadonlyMap<string, OrderRecord>,
): Promise<ReadonlySet<string>> {
  const newSales = requests.map(({ orders }) =>
    distinct(orders)
      .filter((id) => !stored.has(id))
      .flatMap((id) => book.get(id) ?? [])
      .flatMap(({ id, kind, customerId, placedAt }) =>
        kind === 'SALE' && customerId !== null ? [{ id, customerId, placedAt }] : [],
      ),
  );
  const firstSales = await readFirstSales(client, distinct(newSales.flat().map(({ customerId }) => customerId)));
  const firstOrderIds = new Set<string>();
  for (const sales of newSales) {
    for (const { customerId, ...sale } of sales) {
      const first = firstSales.get(customerId);
      if (first === undefined || comesBefore(sale, first)) firstSales.set(customerId, sale);
    }
    for (const { customerId, id } of sales) if (firstSales.get(customerId)?.id === id) firstOrderIds.add(id);
  }
  return firstOrderIds;
}

function comesBefore(a: Pick<OrderRecord, 'id' | 'placedAt'>, b: Pick<OrderRecord, 'id' | 'placedAt'>): boolean {
  return a.placedAt === b.placedAt ? a.id < b.id : a.placedAt < b.placedAt;
}

interface WriteOptions extends ChangeTime {
  readonly stored: ReadonlyMap<string, OrderRecord>;
  readonly firstOrderIds: ReadonlySet<string>;
}

/** @returns the change to publish */
async function write(
  { client, append }: LogTransaction,
  book: OrderBook,
  { stored, firstOrderIds, ...time }: WriteOptions,
): Promise<LogChange> {
  const orders = book.changedOrders();
  const ids = orders.map(({ id }) => id);
  await writeOrders(client, orders);
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
  return time.isBackfill ? { ...historicalChange(inserted), orders: ids } : { events: inserted, orders: ids };
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
