import { subjectOf, subjectOfOrder } from '../events/log-event';
import type { EventLog, LogTransaction } from '../events/event-log';
import type { StoredEvent } from '../events/stored-event';
import type { LogChange } from '../events/position.store';
import { receiptOf } from '../events/receipts';
import { erasedFault, findErased } from '../events/tombstone.store';
import { ApiError } from '../graphql/errors';
import type { ItemError } from '../graphql/item-error.type';
import type { PoolClient } from '../platform/postgres';
import { faultOfMove, faultOfOrder, faultOfPayment } from './check-order';
import { LoggedEvents } from './logged-events.store';
import { mergeOrder } from './merge-order';
import { moveOrder } from './move-order';
import { conflict, isFault, type OrderFault } from './order-fault';
import { OrderBook } from './order-book';
import type { OrderInput, PaymentInput, UpdateOrderStatusInput } from './order-input.type';
import type { OrderRecord } from './order-record';
import { firstOrders, lockOrders, markOrders, ordersOfPayments, readOrders, writeOrders } from './order.store';
import { readPlacedEvents } from './placed-event.store';
import { paymentEvent, recordPayment } from './record-payment';
import { stepEvents } from './step-events';
import { changesValue, valueEvent, type ChangeTime } from './value-event';

export const MAX_ORDERS = 1_000;
export const MAX_LINES_PER_REQUEST = 5_000;
export const MAX_PAYMENTS = 1_000;
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

export interface OrderSender {
  /** The id of the API key, or `import`. */
  readonly by: string;
  /**
   * Whether the orders are historical. For historical orders, processes reload all histories instead of receiving each
   * change, and the watermarks of streams do not advance.
   */
  readonly backfill?: boolean;
}

/** Applies one input item to the orders. @returns whether anything changed, or the error */
type OrderChange = (book: OrderBook) => boolean | OrderFault;

class LostRaceError extends Error {}

/**
 * Writes orders. Each write is one transaction that also appends the events of the orders to the log. Like a batch of
 * events, it gets one log position.
 */
export class OrderService {
  constructor(
    private readonly eventLog: EventLog,
    private readonly now: () => number = Date.now,
  ) {}

  /** Upserts orders one by one. Invalid orders do not affect valid ones. */
  async record(inputs: readonly OrderInput[], sender: OrderSender): Promise<OrderWriteResult> {
    checkCount(inputs.length, MAX_ORDERS, 'orders');
    const lines = inputs.reduce((sum, input) => sum + (input.lines?.length ?? 0), 0);
    checkCount(lines, MAX_LINES_PER_REQUEST, 'lines');
    const now = this.now();
    const changeContext = { recordedAt: new Date(now).toISOString(), movedBy: sender.by };
    const subjects = inputs.map((input) => subjectOf(subjectIdsOf(input)));
    return this.commit(
      sender,
      inputs.map((input) => input.id),
      async (client) => {
        const erased = await findErased(client, [
          ...inputs.map(({ id }) => subjectOfOrder(id)),
          ...subjects.filter((subject) => subject !== undefined),
        ]);
        return inputs.map((input, index): OrderChange => {
          const wrong = faultOfErased(input, subjects[index], erased) ?? faultOfOrder(input, now);
          return (book) => {
            const merged = wrong ?? mergeOrder(book.get(input.id), input, changeContext);
            return isFault(merged) ? merged : book.put(merged, merged.updatedAt);
          };
        });
      },
    );
  }

  /** Moves an order or some of its units to another status. */
  async move(input: UpdateOrderStatusInput, sender: OrderSender): Promise<OrderWriteResult> {
    const now = this.now();
    const recordedAt = new Date(now).toISOString();
    const occurredAt = input.occurredAt?.toISOString() ?? recordedAt;
    const units = input.lines && Object.fromEntries(input.lines.map(({ lineId, quantity }) => [lineId, quantity]));
    return this.commit(sender, [input.orderId], () =>
      Promise.resolve([
        (book): boolean | OrderFault => {
          const wrong = faultOfMove(input, now);
          if (wrong) return wrong;
          const order = book.get(input.orderId);
          if (!order) return notFound(input.orderId);
          const move = { status: input.status, occurredAt, recordedAt, movedBy: sender.by, units: units ?? null };
          const moved = moveOrder(order, move);
          return isFault(moved) ? moved : book.put(moved, occurredAt);
        },
      ]),
    );
  }

  /** Records charges and refunds one by one. The statuses PAID and REFUNDED are derived from them. */
  async pay(inputs: readonly PaymentInput[], sender: OrderSender): Promise<OrderWriteResult> {
    checkCount(inputs.length, MAX_PAYMENTS, 'payments');
    const now = this.now();
    const recordedAt = new Date(now).toISOString();
    const orders = inputs.map((input) => input.orderId);
    return this.commit(sender, orders, async (client) => {
      const orderIdByPayment = await ordersOfPayments(
        client,
        inputs.map((input) => input.id),
      );
      return inputs.map((input): OrderChange => {
        const wrong = faultOfPayment(input, now);
        return (book) => {
          if (wrong) return wrong;
          const order = book.get(input.orderId);
          if (!order) return notFound(input.orderId);
          if ((orderIdByPayment.get(input.id) ?? order.id) !== order.id)
            return conflict('a payment with this id belongs to another order', 'id');
          orderIdByPayment.set(input.id, order.id);
          const paid = recordPayment(order, input, recordedAt);
          if (isFault(paid)) return paid;
          const payment = paid.payments.find(({ id }) => id === input.id);
          return book.put(paid, input.occurredAt.toISOString(), payment ? [paymentEvent(paid, payment)] : []);
        };
      });
    });
  }

  /** Runs the changes in one transaction. If something changed, allocates a position and publishes the change. */
  private async commit(
    sender: OrderSender,
    orderIds: readonly string[],
    plan: (client: PoolClient) => Promise<readonly OrderChange[]>,
    attempt = 1,
  ): Promise<OrderWriteResult> {
    try {
      const { position, ...recorded } = await this.eventLog.commit(async (transaction) => {
        const { client } = transaction;
        // Locks the tombstones (hashes of erased subjects) before any personal data is read. So an erasure that begins
        // later waits for this transaction.
        await findErased(client, []);
        await lockOrders(client);
        const stored = await readOrders(client, [...new Set(orderIds)]);
        const orderChanges = await plan(client);
        // The first run finds the events to look up in the log. The second run compares them with the logged ones.
        const dryRun = applyChanges(new OrderBook(stored, LoggedEvents.NONE), orderChanges);
        const logged = await LoggedEvents.read(client, dryRun.book.events);
        const { book, ...outcome } = applyChanges(new OrderBook(stored, logged), orderChanges);
        const orders = book.changedOrders();
        if (orders.length === 0) return { ...outcome, changedLines: 0, change: null };
        return {
          ...outcome,
          changedLines: countChangedLines(orders, stored),
          change: await this.write(transaction, orders, stored, book, sender.backfill ?? false),
          afterPosition: (at: number) =>
            markOrders(
              client,
              orders.map(({ id }) => id),
              at,
            ),
        };
      });
      return { ...recorded, receipt: receiptOf(position) };
    } catch (error) {
      if (!(error instanceof LostRaceError) || attempt === MAX_RACE_ATTEMPTS) throw error;
      return this.commit(sender, orderIds, plan, attempt + 1);
    }
  }

  /** @returns the change to publish */
  private async write(
    { client, append }: LogTransaction,
    orders: readonly OrderRecord[],
    stored: ReadonlyMap<string, OrderRecord>,
    book: OrderBook,
    backfill: boolean,
  ): Promise<LogChange> {
    await writeOrders(client, orders);
    const ids = orders.map(({ id }) => id);
    const firstOrderIds = await firstOrders(
      client,
      ids.filter((id) => !stored.has(id)),
    );
    const now = this.now();
    const extraEvents = [
      ...orders.flatMap((order) => stepEvents(stored.get(order.id), order, firstOrderIds.has(order.id))),
      ...(await valueEvents(client, orders, stored, { now, isBackfill: backfill })),
    ];
    const events = [...book.events, ...extraEvents];
    if (events.length === 0) return { orders: ids };
    const receivedAt = new Date(now);
    const { inserted, conflicts } = await append(events, { receivedAt: () => receivedAt, backfill });
    // A conflict means that a batch of events has added the event since it was looked up. Conflicts of `order_…` events
    // are ignored: the logged event stays.
    const extraEventIds = new Set(extraEvents.map(({ id }) => id));
    const conflictingEvent = conflicts.find(({ id }) => !extraEventIds.has(id));
    if (conflictingEvent)
      throw new LostRaceError(
        `The log has the event ${conflictingEvent.id} with different content. Repeat the request.`,
      );
    return backfill ? { reload: 'histories' } : { events: inserted, orders: ids };
  }
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

function applyChanges(book: OrderBook, orderChanges: readonly OrderChange[]) {
  const errors: ItemError[] = [];
  let unchanged = 0;
  orderChanges.forEach((applyChange, index) => {
    const outcome = applyChange(book);
    if (typeof outcome === 'object') errors.push({ ...outcome, index, path: outcome.path ?? null });
    else if (!outcome) unchanged++;
  });
  return { book, accepted: orderChanges.length - errors.length, unchanged, errors };
}

function countChangedLines(orders: readonly OrderRecord[], stored: ReadonlyMap<string, OrderRecord>): number {
  let changed = 0;
  for (const order of orders) {
    const before = new Map(stored.get(order.id)?.lines.map((line) => [line.id, JSON.stringify(line)]));
    for (const line of order.lines) if (before.get(line.id) !== JSON.stringify(line)) changed++;
  }
  return changed;
}

function subjectIdsOf({ customerId, sessionId }: OrderInput): { customerId?: string; sessionId?: string } {
  return { customerId: customerId ?? undefined, sessionId: sessionId ?? undefined };
}

function notFound(id: string): OrderFault {
  return { code: 'NOT_FOUND', message: `there is no order ${JSON.stringify(id)}`, path: 'orderId' };
}

function checkCount(count: number, max: number, items: string): void {
  if (count > max) throw new ApiError('BAD_USER_INPUT', `A request may have at most ${max} ${items}; got ${count}.`);
}

function faultOfErased(
  { id, customerId }: OrderInput,
  subject: string | undefined,
  erased: ReadonlySet<string>,
): OrderFault | undefined {
  if (subject !== undefined && erased.has(subject))
    return { ...erasedFault(subject), path: customerId == null ? 'sessionId' : 'customerId' };
  return erased.has(subjectOfOrder(id)) ? { ...erasedFault(subjectOfOrder(id)), path: 'id' } : undefined;
}
