import { subjectOf, subjectOfOrder } from '../events/log-event';
import type { EventLog } from '../events/event-log';
import { erasedFault } from '../events/tombstone.store';
import { checkItemCount } from '../graphql/item-count';
import { faultOfMove, faultOfOrder, faultOfPayment } from './check-order';
import { GroupQueue } from './group-queue';
import { mergeOrder } from './merge-order';
import { moveOrder, takeBackDelivery } from './move-order';
import { MOVED_BY_SHIPMENTS } from './life-cycle';
import { lockNames } from './order-locks.store';
import { conflict, isFault, type OrderFault } from './order-fault';
import type { OrderInput, PaymentInput, UpdateOrderStatusInput } from './order-input.type';
import { commitOrders, type OrderChange, type OrderRequest, type OrderWriteResult } from './order-transaction';
import { paymentEvent, recordPayment } from './record-payment';

export const MAX_ORDERS = 1_000;
export const MAX_LINES_PER_REQUEST = 5_000;
export const MAX_PAYMENTS = 1_000;
/**
 * How long a request waits for other writers before it is refused. It is longer than the timeout of statements, so that
 * requests that wait while the database hangs are refused for that reason.
 */
const MAX_WAIT_MS = 6_000;
/** Number of order lines that cost as much as one order. */
const LINES_PER_ORDER = 50;

export interface OrderSender {
  /** The id of the API key, or `import`. */
  readonly by: string;
  /**
   * Whether the orders are historical. For historical orders, processes read the changed histories again instead of
   * receiving each event, and the watermarks of streams do not advance.
   */
  readonly backfill?: boolean;
}

/**
 * Writes orders. Each write is one transaction that also appends the events of the orders to the log. Like a batch of
 * events, it gets one log position. Writes that wait for others are written together ({@link GroupQueue}).
 */
export class OrderService {
  private readonly queue: GroupQueue<OrderRequest, OrderWriteResult>;

  constructor(
    eventLog: EventLog,
    private readonly now: () => number = Date.now,
  ) {
    this.queue = new GroupQueue(
      (requests, waits) => commitOrders(eventLog, requests, { now: this.now(), waits }),
      MAX_WAIT_MS,
    );
  }

  /** Number of requests that wait for others. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Upserts orders one by one. Invalid orders do not affect valid ones. */
  async record(inputs: readonly OrderInput[], sender: OrderSender): Promise<OrderWriteResult> {
    checkItemCount(inputs.length, MAX_ORDERS, 'orders');
    const lines = inputs.reduce((sum, input) => sum + (input.lines?.length ?? 0), 0);
    checkItemCount(lines, MAX_LINES_PER_REQUEST, 'lines');
    const now = this.now();
    const changeContext = { recordedAt: new Date(now).toISOString(), movedBy: sender.by };
    const subjects = inputs.map((input) => subjectOf(subjectIdsOf(input)));
    const owners = subjects.filter((subject) => subject !== undefined);
    const orders = inputs.map(({ id }) => id);
    return this.run(sender, {
      orders,
      owners,
      size: Math.max(orders.length, Math.ceil(lines / LINES_PER_ORDER)),
      unerased: [...orders.map(subjectOfOrder), ...owners],
      changes: ({ erased }) =>
        inputs.map((input, index): OrderChange => {
          const wrong = faultOfErased(input, subjects[index], erased) ?? faultOfOrder(input, now);
          return (book) => {
            const merged = wrong ?? mergeOrder(book.get(input.id), input, changeContext);
            return isFault(merged) ? merged : book.put(merged, merged.updatedAt);
          };
        }),
    });
  }

  /** Moves an order or some of its units to another status. */
  async move(input: UpdateOrderStatusInput, sender: OrderSender): Promise<OrderWriteResult> {
    const now = this.now();
    const recordedAt = new Date(now).toISOString();
    const occurredAt = input.occurredAt?.toISOString() ?? recordedAt;
    const units = input.lines && Object.fromEntries(input.lines.map(({ lineId, quantity }) => [lineId, quantity]));
    const change: OrderChange = (book) => {
      const wrong = faultOfMove(input, now);
      if (wrong) return wrong;
      const order = book.get(input.orderId);
      if (!order) return notFound(input.orderId);
      const move = { status: input.status, occurredAt, recordedAt, movedBy: sender.by, units: units ?? null };
      const moved = moveOrder(order, move);
      return isFault(moved) ? moved : book.put(moved, occurredAt);
    };
    return this.run(sender, { orders: [input.orderId], changes: () => [change] });
  }

  /**
   * Takes back that an order was delivered by parcels, because they turned out not to be.
   * @param deliveredAt when they were delivered instead; null if they were not
   */
  async takeBackDelivery(orderId: string, deliveredAt: Date | null): Promise<OrderWriteResult> {
    const recordedAt = new Date(this.now()).toISOString();
    const change: OrderChange = (book) => {
      const order = book.get(orderId);
      if (!order) return notFound(orderId);
      return book.put(takeBackDelivery(order, recordedAt, deliveredAt?.toISOString() ?? null), recordedAt);
    };
    return this.run({ by: MOVED_BY_SHIPMENTS }, { orders: [orderId], changes: () => [change] });
  }

  /** Records charges and refunds one by one. The statuses PAID and REFUNDED are derived from them. */
  async pay(inputs: readonly PaymentInput[], sender: OrderSender): Promise<OrderWriteResult> {
    checkItemCount(inputs.length, MAX_PAYMENTS, 'payments');
    const now = this.now();
    const recordedAt = new Date(now).toISOString();
    return this.run(sender, {
      orders: inputs.map((input) => input.orderId),
      payments: inputs.map(({ id }) => id),
      changes: ({ orderIdByPayment }) =>
        inputs.map((input): OrderChange => {
          const wrong = faultOfPayment(input, now);
          return (book) => {
            if (wrong) return wrong;
            const order = book.get(input.orderId);
            if (!order) return notFound(input.orderId);
            if ((orderIdByPayment.get(input.id) ?? order.id) !== order.id)
              return conflict('a payment with this id belongs to another order', 'id');
            const paid = recordPayment(order, input, recordedAt);
            if (isFault(paid)) return paid;
            const payment = paid.payments.find(({ id }) => id === input.id);
            const changed = book.put(
              paid,
              input.occurredAt.toISOString(),
              payment ? [paymentEvent(paid, payment)] : [],
            );
            if (typeof changed === 'boolean') orderIdByPayment.set(input.id, order.id);
            return changed;
          };
        }),
    });
  }

  private run(
    { backfill = false }: OrderSender,
    request: Pick<OrderRequest, 'orders' | 'changes'> & Partial<OrderRequest>,
  ): Promise<OrderWriteResult> {
    const { orders, payments = [], owners = [], unerased = [], size = orders.length } = request;
    return this.queue.add({
      ...request,
      payments,
      owners,
      unerased,
      backfill,
      keys: [...orders.map(lockNames.order), ...payments.map(lockNames.payment)],
      size,
      kind: backfill ? 'historical' : 'live',
    });
  }
}

function subjectIdsOf({ customerId, sessionId }: OrderInput): { customerId?: string; sessionId?: string } {
  return { customerId: customerId ?? undefined, sessionId: sessionId ?? undefined };
}

function notFound(id: string): OrderFault {
  return { code: 'NOT_FOUND', message: `there is no order ${JSON.stringify(id)}`, path: 'orderId' };
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
