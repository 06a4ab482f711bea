import type { TemporalSplit } from '../protocol';

/** The distinct products of a customer, ascending, with the time (ms) of the newest line of each. */
export interface TimedProducts {
  readonly products: Int32Array;
  readonly times: Float64Array;
}

const NOTHING: TimedProducts = { products: new Int32Array(0), times: new Float64Array(0) };

/** Returns the products of each customer before the test window. */
export function timedHistories({ training }: TemporalSplit): (customer: number) => TimedProducts {
  const newest = new Map<number, Map<number, number>>();
  for (const { customer, product, at } of training) {
    const times = newest.get(customer) ?? new Map<number, number>();
    newest.set(customer, times.set(product, Math.max(at, times.get(product) ?? -Infinity)));
  }
  const histories = new Map<number, TimedProducts>();
  for (const [customer, times] of newest) {
    const products = Int32Array.from(times.keys()).sort();
    histories.set(customer, {
      products,
      times: Float64Array.from(products, (product) => times.get(product) as number),
    });
  }
  return (customer) => histories.get(customer) ?? NOTHING;
}

/** Returns how many distinct times are newer than each time. */
export function ranksOf(times: Float64Array): Float64Array {
  const distinct = Array.from(new Set(times)).sort((a, b) => b - a);
  const rankOf = new Map(distinct.map((time, rank) => [time, rank]));
  return times.map((time) => rankOf.get(time) as number);
}
