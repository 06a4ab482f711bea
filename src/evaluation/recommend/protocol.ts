import type { LogEvent } from '../../events/log-event';
import { orderKeyOf, subjectOf } from '../../events/log-event';
import { IdTable } from '../../learn/id-table';
import { randomItem } from '../../learn/random-draws';
import { seededRandom } from '../../learn/seeded-random';

/** One line of an order, with the indexes of customer and product. */
export interface Line {
  readonly customer: number;
  readonly product: number;
  /** Empty if there are no orders, as in a file of ratings. */
  readonly order: string;
  readonly at: number;
}

/** The purchases of a customer in the test window. */
export interface TestCustomer {
  readonly customer: number;
  /** All distinct products bought in the window. */
  readonly truth: ReadonlySet<number>;
  /** The products of `truth` that the customer had not bought in training. */
  readonly truthNew: ReadonlySet<number>;
  /** Products bought in training. In mode *new* they are masked (left out of the ranked lists). */
  readonly boughtInTraining: ReadonlySet<number>;
}

/** A test invoice with one product held out. */
interface TestBasket {
  readonly customer: number;
  /** Time (ms) of the invoice's first line. */
  readonly at: number;
  readonly heldOut: number;
  /** The other products, sorted by index, because the order of the lines would reveal the held-out product. */
  readonly context: readonly number[];
  /** One random product of `context`. */
  readonly contextOne: number;
}

export interface TemporalSplit {
  readonly customers: IdTable;
  /** Products of training first, then products first seen in the test window. */
  readonly products: IdTable;
  readonly trainingProductCount: number;
  readonly testStart: number;
  readonly training: readonly Line[];
  readonly testCustomers: readonly TestCustomer[];
  readonly baskets: readonly TestBasket[];
}

/**
 * The temporal protocol: train on events before `from`, test on [from, to), both in ms. It uses only purchases. A test
 * customer needs at least one purchase in training. The truth is the distinct products bought in the window.
 * @param events sorted by `occurredAt`
 */
export function temporalSplit(events: readonly LogEvent[], from: number, to: number, seed: number): TemporalSplit {
  const customers = new IdTable();
  const products = new IdTable();
  const lineOf = (event: LogEvent): Line => ({
    customer: customers.intern(subjectOf(event) as string),
    product: products.intern(event.productId as string),
    order: orderKeyOf(event) as string,
    at: event.occurredAt,
  });
  const purchases = events.filter(
    (event) => event.type === 'PURCHASE' && event.productId !== undefined && subjectOf(event) !== undefined,
  );
  const training = purchases.filter((event) => event.occurredAt < from).map(lineOf);
  const trainingProductCount = products.size;
  const test = purchases.filter((event) => event.occurredAt >= from && event.occurredAt < to).map(lineOf);
  const historyByCustomer = productsByCustomer(training);
  const testCustomers: TestCustomer[] = [];
  for (const [customer, truth] of productsByCustomer(test)) {
    const earlierProducts = historyByCustomer.get(customer);
    if (earlierProducts === undefined) continue;
    const truthNew = new Set(Array.from(truth).filter((product) => !earlierProducts.has(product)));
    testCustomers.push({ customer, truth, truthNew, boughtInTraining: earlierProducts });
  }
  const baskets = holdOneOut(test, seed);
  return { customers, products, trainingProductCount, testStart: from, training, testCustomers, baskets };
}

export function productsByCustomer(lines: readonly Line[]): Map<number, Set<number>> {
  const byCustomer = new Map<number, Set<number>>();
  for (const { customer, product } of lines) {
    const products = byCustomer.get(customer);
    if (products === undefined) byCustomer.set(customer, new Set([product]));
    else products.add(product);
  }
  return byCustomer;
}

function holdOneOut(test: readonly Line[], seed: number): TestBasket[] {
  const random = seededRandom(seed);
  // Lines are sorted by time, so the first line of an order has the time of the order.
  const orders = new Map<string, { customer: number; at: number; products: Set<number> }>();
  for (const { order, customer, product, at } of test) {
    const found = orders.get(order);
    if (found === undefined) orders.set(order, { customer, at, products: new Set([product]) });
    else found.products.add(product);
  }
  const baskets: TestBasket[] = [];
  for (const { customer, at, products } of orders.values()) {
    if (products.size < 2) continue;
    const remaining = Array.from(products).sort((a, b) => a - b);
    const [heldOut] = remaining.splice(Math.floor(random() * remaining.length), 1);
    const contextOne = randomItem(remaining, random);
    baskets.push({ customer, at, heldOut, context: remaining, contextOne });
  }
  return baskets;
}
