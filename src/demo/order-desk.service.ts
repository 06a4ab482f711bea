import type { EventService } from '../events/event.service';
import type { OrderService } from '../orders/order.service';
import type { OrderWriteResult } from '../orders/order-transaction';
import type { Pool } from '../platform/postgres';
import { isOpen } from '../orders/life-cycle';
import { demoParcel, parcelIdOf } from './demo-parcels';
import { nextStep, type OrderStep } from './order-steps';
import { readHandOver, readOpenOrders, readRequestedCancellations, type OpenOrder } from './order-desk.store';

/** Duration of one day of `OrderStep.afterDays` in the live demo: short, so that orders are delivered in minutes. */
const SIMULATED_DAY_MS = 90_000;
const SENDER = { by: 'demo' } as const;
/** How long the desk waits until the parcel of an order is known, before it marks the order as shipped. */
const TRACKED_POLLS = 25;
const TRACKED_POLL_MS = 200;
/** How long the desk thinks about a requested cancellation, so that a visitor sees that it is requested. */
const CANCELLATION_MS = 6_000;

export interface OrderDeskOptions {
  readonly pool: Pool;
  readonly orders: OrderService;
  readonly events: Pick<EventService, 'recordInternal'>;
  /** Time when the demo was opened, in milliseconds since 1970 (UTC). The courier delivers all later orders. */
  readonly openedAt: number;
}

/**
 * Simulates the staff of the demo shop, who charge, pack, ship, cancel, take back and refund orders, also because customers
 * request it, and the carriers, who scan parcels. The last scan of a parcel makes its order DELIVERED.
 */
export class OrderDesk {
  /** The ids of orders whose step failed; they are not retried. */
  private readonly failedIds = new Set<string>();
  /** Number of events of a parcel that this process has recorded, by order. */
  private readonly recordedCounts = new Map<string, number>();

  constructor(private readonly options: OrderDeskOptions) {}

  /**
   * Performs the next step of up to `maxSteps` orders whose next step is due. The newest order comes first, because a
   * visitor may be watching it.
   * @returns the number of steps
   */
  async advance(now: number, maxSteps: number): Promise<number> {
    const open = await readOpenOrders(this.options.pool);
    const openIds = new Set(open.map(({ id }) => id));
    for (const id of this.recordedCounts.keys()) if (!openIds.has(id)) this.recordedCounts.delete(id);
    for (const order of open)
      if (order.status === 'SHIPPED' && order.shippedAt !== null) await this.scanParcel(order, order.shippedAt, now);
    const requested = new Set(await readRequestedCancellations(this.options.pool, CANCELLATION_MS));
    const cancelled = open.filter(({ id, status }) => isOpen(status) && requested.has(id));
    for (const { id } of cancelled)
      await this.options.orders.move({ orderId: id, status: 'CANCELLED', occurredAt: new Date(now) }, SENDER);
    const due = open.flatMap((order) => {
      const step = order.status === 'SHIPPED' ? null : nextStep(order.status, order.id);
      const isDue =
        step &&
        !cancelled.includes(order) &&
        order.placedAt + step.afterDays * SIMULATED_DAY_MS <= now &&
        !this.failedIds.has(order.id);
      return isDue ? [{ order, step }] : [];
    });
    for (const { order, step } of due.slice(0, maxSteps)) {
      const { errors } = await this.performStep(order, step, new Date(now));
      if (errors.length > 0) this.failedIds.add(order.id);
    }
    return Math.min(due.length, maxSteps);
  }

  private async performStep(order: OpenOrder, { action }: OrderStep, now: Date): Promise<OrderWriteResult> {
    const { orders } = this.options;
    const occurredAt = action === 'SHIPPED' ? new Date(await this.handOver(order, now.getTime())) : now;
    if (action !== 'CHARGE' && action !== 'REFUND')
      return orders.move({ orderId: order.id, status: action, occurredAt }, SENDER);
    const amount = action === 'CHARGE' ? order.total : order.paid;
    const payment = {
      id: `${order.id}-${action.toLowerCase()}`,
      orderId: order.id,
      kind: action,
      amount: { amount, currency: order.currency },
      occurredAt,
      method: 'card',
    };
    return orders.pay([payment], SENDER);
  }

  /** Records the parcel of an order, unless it is recorded, and waits until customers can see it. @returns since when */
  private async handOver(order: OpenOrder, now: number): Promise<number> {
    const read = () => readHandOver(this.options.pool, parcelIdOf(order.id));
    const known = await read();
    if (known !== undefined) return known;
    await this.scanParcel(order, now, now);
    for (let poll = 0; poll < TRACKED_POLLS && (await read()) === undefined; poll++)
      await new Promise((resolve) => setTimeout(resolve, TRACKED_POLL_MS));
    return now;
  }

  /** Records the scans of a parcel until now. Scans that are already recorded change nothing. */
  private async scanParcel({ id, placedAt }: OpenOrder, shippedAt: number, now: number): Promise<void> {
    const { events, openedAt } = this.options;
    const happened = demoParcel(id, shippedAt, placedAt >= openedAt).events.filter(
      ({ occurredAt }) => occurredAt <= now,
    );
    const recorded = this.recordedCounts.get(id) ?? 0;
    if (happened.length <= recorded) return;
    await events.recordInternal(happened.slice(recorded));
    this.recordedCounts.set(id, happened.length);
  }
}
