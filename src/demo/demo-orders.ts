import type { ProductInput } from '../catalog/product.type';
import { MS_PER_DAY } from '../learn/durations';
import type { OrderStatus } from '../orders/life-cycle';
import type { OrderInput, PaymentInput, UpdateOrderStatusInput } from '../orders/order-input.type';
import { demoParcel, type DemoParcel, MIN_RETURN_MS } from './demo-parcels';
import type { DemoOrder } from './demo-visit';
import { outcomeOf, nextStep, statusAfter } from './order-steps';

const CURRENCY = 'EUR';
const SHIPPING_CENTS = 490;
const FREE_SHIPPING_FROM_CENTS = 6_000;
/** Days from the order until the partial return, and until its refund. */
const PARTIAL_RETURN_DAYS = 7;
const PARTIAL_REFUND_DAYS = 8;

/** An order with its payments and returns, as a shop's back end would send them. */
export interface DemoOrderHistory {
  readonly order: OrderInput;
  /** The payments in order of time. */
  readonly payments: readonly PaymentInput[];
  /** Its parcel, if the order was shipped. */
  readonly parcel?: DemoParcel;
  /** The return of one unit of the order. */
  readonly partReturn?: UpdateOrderStatusInput;
}

export type PriceByProduct = ReadonlyMap<string, NonNullable<ProductInput['price']>>;

export function pricesByProduct(products: readonly ProductInput[]): PriceByProduct {
  return new Map(products.flatMap(({ id, price }) => (price ? [[id, price] as const] : [])));
}

/** Returns the order as it is sent to Freshet when it is placed. */
export function orderInput(order: DemoOrder, prices: PriceByProduct): OrderInput {
  const { id, customerId, sessionId, placedAt } = order;
  return {
    id,
    customerId,
    sessionId,
    placedAt: new Date(placedAt),
    updatedAt: new Date(placedAt),
    source: 'web',
    lines: order.lines.map(({ productId, quantity, requestId, placement }, index) => ({
      id: String(index + 1),
      requestId,
      placement,
      productId,
      quantity,
      unitPrice: prices.get(productId),
    })),
    shipping: euros(shippingOf(order, prices)),
    properties: { synthetic: true },
  };
}

/** Returns the history of an order until `now` (ms). The steps of the order are days apart, as in a real shop. */
export function demoOrderHistory(order: DemoOrder, prices: PriceByProduct, now: number): DemoOrderHistory {
  const payments: PaymentInput[] = [];
  const pay = (kind: PaymentInput['kind'], cents: number, at: number) =>
    payments.push({
      id: `${order.id}-${kind.toLowerCase()}`,
      orderId: order.id,
      kind,
      amount: euros(cents),
      occurredAt: new Date(at),
      method: 'card',
    });
  const totalCents = sumOf(order, prices) + shippingOf(order, prices);
  const timeOf = (days: number) => Math.round(order.placedAt + days * MS_PER_DAY);
  let status: OrderStatus = 'PLACED';
  let lastStatus: { status: OrderStatus; at: number } = { status, at: order.placedAt };
  let parcel: DemoParcel | undefined;
  let deliveredAt = Infinity;
  for (let step = nextStep(status, order.id); step; step = nextStep(status, order.id)) {
    const usual = Math.max(timeOf(step.afterDays), lastStatus.at);
    const at =
      step.action === 'DELIVERED'
        ? deliveredAt
        : status === 'DELIVERED'
          ? Math.max(usual, deliveredAt + MIN_RETURN_MS)
          : usual;
    if (at > now) break;
    status = statusAfter(step);
    if (status === 'SHIPPED') {
      parcel = demoParcel(order.id, at, false);
      deliveredAt = parcel.deliveredAt ?? Infinity;
    }
    if (step.action === 'CHARGE' || step.action === 'REFUND') pay(step.action, totalCents, at);
    else lastStatus = { status, at };
  }
  const input = { ...orderInput(order, prices), status: lastStatus.status, updatedAt: new Date(lastStatus.at) };
  const returnedAt = Math.max(timeOf(PARTIAL_RETURN_DAYS), deliveredAt + MIN_RETURN_MS);
  const refundedAt = returnedAt + (PARTIAL_REFUND_DAYS - PARTIAL_RETURN_DAYS) * MS_PER_DAY;
  if (status !== 'DELIVERED' || outcomeOf(order.id) !== 'PARTLY_RETURNED' || returnedAt > now)
    return { order: input, payments, parcel };
  if (refundedAt <= now) pay('REFUND', centsOf(order.lines[0]!.productId, prices), refundedAt);
  return {
    order: input,
    payments,
    parcel,
    partReturn: {
      orderId: order.id,
      status: 'RETURNED',
      occurredAt: new Date(returnedAt),
      lines: [{ lineId: '1', quantity: 1 }],
    },
  };
}

function sumOf({ lines }: DemoOrder, prices: PriceByProduct): number {
  return lines.reduce((sum, { productId, quantity }) => sum + quantity * centsOf(productId, prices), 0);
}

function shippingOf(order: DemoOrder, prices: PriceByProduct): number {
  return sumOf(order, prices) >= FREE_SHIPPING_FROM_CENTS ? 0 : SHIPPING_CENTS;
}

function centsOf(productId: string, prices: PriceByProduct): number {
  return Math.round(100 * Number(prices.get(productId)?.amount));
}

function euros(cents: number) {
  return { amount: (cents / 100).toFixed(2), currency: CURRENCY };
}
