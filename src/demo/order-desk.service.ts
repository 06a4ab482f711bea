import type { OrderStatus } from '../orders/life-cycle';
import type { OrderService, Recorded } from '../orders/order.service';
import type { Pool } from '../platform/postgres';
import { nextStep, type OrderStep } from './order-life';

/** What is a day in an order's life takes so long in the live demo: paid in seconds, delivered in minutes. */
const DAY_LASTS_MS = 90_000;
const BY = { by: 'demo' } as const;
/** Orders that are looked at together. */
const MAX_ORDERS_PER_ROUND = 500;

interface OpenOrder {
  readonly id: string;
  readonly status: OrderStatus;
  readonly placedAt: number;
  readonly currency: string;
  readonly total: string;
  /** Charged and not refunded. */
  readonly paid: string;
}

/** The people behind the demo shop: they take payments, pack, ship, take back and refund, whoever has ordered. */
export class OrderDesk {
  /** What could not be moved, and will not be tried again. */
  private readonly stuck = new Set<string>();

  constructor(
    private readonly pool: Pool,
    private readonly orders: OrderService,
  ) {}

  /** Takes the next step of orders that wait for one, the newest first: somebody may be looking. @returns how many */
  async advance(now: number, most: number): Promise<number> {
    const due = (await this.open()).flatMap((order) => {
      const step = nextStep(order.status, order.id);
      const isDue = step && order.placedAt + step.after * DAY_LASTS_MS <= now && !this.stuck.has(order.id);
      return isDue ? [{ order, step }] : [];
    });
    for (const { order, step } of due.slice(0, most)) {
      const { errors } = await this.take(order, step, new Date(now));
      if (errors.length > 0) this.stuck.add(order.id);
    }
    return Math.min(due.length, most);
  }

  private take(order: OpenOrder, { what }: OrderStep, occurredAt: Date): Promise<Recorded> {
    if (what !== 'CHARGE' && what !== 'REFUND')
      return this.orders.move({ orderId: order.id, status: what, occurredAt }, BY);
    const amount = what === 'CHARGE' ? order.total : order.paid;
    const payment = {
      id: `${order.id}-${what.toLowerCase()}`,
      orderId: order.id,
      kind: what,
      amount: { amount, currency: order.currency },
      occurredAt,
      method: 'card',
    };
    return this.orders.pay([payment], BY);
  }

  /** Those with a step to take; of delivered ones only the newest may come back. */
  private async open(): Promise<OpenOrder[]> {
    const { rows } = await this.pool.query<OpenOrder>({
      name: 'demo-open-orders',
      text: `SELECT * FROM (
          SELECT o.id, o.status, round(extract(epoch FROM o.placed_at) * 1000)::float8 AS "placedAt", o.currency,
            o.total::text, (SELECT coalesce(sum(CASE kind WHEN 'CHARGE' THEN amount ELSE -amount END), 0)
                            FROM payments p WHERE p.order_id = o.id)::text AS paid
          FROM orders o
          WHERE o.kind = 'SALE' AND o.total > 0 AND (o.status IN ('PLACED', 'PAID', 'PACKED', 'SHIPPED', 'CANCELLED', 'RETURNED')
            OR o.status = 'DELIVERED' AND o.placed_at > now() - interval '1 hour')
        ) open WHERE status NOT IN ('CANCELLED', 'RETURNED') OR paid::numeric > 0
        ORDER BY "placedAt" DESC LIMIT ${MAX_ORDERS_PER_ROUND}`,
    });
    return rows;
  }
}
