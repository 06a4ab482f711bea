import { MS_PER_DAY } from '../learn/durations';
/** A line of a customer's order, or a return. */
export interface PurchaseLine {
  /** When it was ordered or returned, in milliseconds since 1970 (UTC). */
  readonly at: number;
  /** Lines with the same key belong to one order. It is ignored for a return. */
  readonly orderKey: string;
  readonly productId: string;
  /** The product's first category; null if it has none. */
  readonly category: string | null;
  /** Number of units, at least 1. */
  readonly units: number;
  readonly isReturn: boolean;
  /** Price of a unit in the shop's main currency; 0 if it is unknown. */
  readonly unitPrice: number;
  /** The product's list price at that time, in the same currency; null if it is unknown. */
  readonly listPrice: number | null;
}

export interface OrderTotal {
  /** When its first line was ordered, in milliseconds since 1970 (UTC). */
  readonly at: number;
  /** Sum of its lines in the shop's main currency, without later returns. */
  readonly amount: number;
  readonly units: number;
}

export interface ReturnTotal {
  /** In milliseconds since 1970 (UTC). */
  readonly at: number;
  readonly amount: number;
}

/** What a customer bought before an instant. Amounts are in the shop's main currency. */
export interface PurchaseSummary {
  /** The instant, in milliseconds since 1970 (UTC). */
  readonly asOf: number;
  /** By time, oldest first. Orders of the same time are in order of their keys. */
  readonly orders: readonly OrderTotal[];
  /** One entry for each returned line, by time, oldest first. */
  readonly returns: readonly ReturnTotal[];
  /** Amount of all orders minus the amount of all returns. Negative if the log has returns without their orders. */
  readonly netAmount: number;
  readonly returnedAmount: number;
  readonly lineCount: number;
  readonly productCount: number;
  /** Share of the ordered amount that was bought below the list price, of what has a list price; 0 if nothing has. */
  readonly discountShare: number;
  /** Ordered amount by category, without products that have none. Sorted by category. */
  readonly categoryAmounts: ReadonlyMap<string, number>;
  /** Share of the orders on Saturday or Sunday (UTC); 0 without orders. */
  readonly weekendShare: number;
}

/**
 * Computes the summary of a customer's purchases and returns before an instant. Training calls it with past instants,
 * serving with the present. The result depends on the set of lines and not on their sequence, bit for bit.
 * @param asOf milliseconds since 1970 (UTC); lines at or after it are ignored
 */
export function summarizePurchases(lines: readonly PurchaseLine[], asOf: number): PurchaseSummary {
  const before = lines.filter(({ at }) => at < asOf).sort(compareLines);
  const orders = new Map<string, { at: number; amount: number; units: number }>();
  const returns: ReturnTotal[] = [];
  const products = new Set<string>();
  const categories = new Map<string, number>();
  let netAmount = 0;
  let returnedAmount = 0;
  let lineCount = 0;
  let comparableAmount = 0;
  let discountedAmount = 0;
  for (const { at, orderKey, productId, category, units, isReturn, unitPrice, listPrice } of before) {
    const amount = units * unitPrice;
    if (isReturn) {
      netAmount -= amount;
      returnedAmount += amount;
      returns.push({ at, amount });
      continue;
    }
    netAmount += amount;
    lineCount++;
    products.add(productId);
    const order = orders.get(orderKey);
    if (order === undefined) orders.set(orderKey, { at, amount, units });
    else {
      order.amount += amount;
      order.units += units;
    }
    if (category !== null) categories.set(category, (categories.get(category) ?? 0) + amount);
    if (listPrice !== null) {
      comparableAmount += amount;
      if (unitPrice < listPrice) discountedAmount += amount;
    }
  }
  const orderTotals = Array.from(orders.values());
  const weekendCount = orderTotals.filter(({ at }) => isWeekend(at)).length;
  return {
    asOf,
    orders: orderTotals,
    returns,
    netAmount,
    returnedAmount,
    lineCount,
    productCount: products.size,
    discountShare: comparableAmount > 0 ? discountedAmount / comparableAmount : 0,
    categoryAmounts: new Map([...categories].sort(([a], [b]) => (a < b ? -1 : 1))),
    weekendShare: orderTotals.length > 0 ? weekendCount / orderTotals.length : 0,
  };
}

/** The order in which lines are added up. It covers all fields, so that sums of the same lines are equal bit for bit. */
function compareLines(a: PurchaseLine, b: PurchaseLine): number {
  return (
    a.at - b.at ||
    compareText(a.orderKey, b.orderKey) ||
    compareText(a.productId, b.productId) ||
    Number(a.isReturn) - Number(b.isReturn) ||
    a.units - b.units ||
    a.unitPrice - b.unitPrice ||
    (a.listPrice ?? -1) - (b.listPrice ?? -1) ||
    compareText(a.category ?? '', b.category ?? '')
  );
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function isWeekend(at: number): boolean {
  const dayOfWeek = (Math.floor(at / MS_PER_DAY) + 4) % 7; // 1970-01-01 was a Thursday
  return dayOfWeek === 0 || dayOfWeek === 6;
}
