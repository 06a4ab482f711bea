import type { ProductInput } from '../catalog/product.type';
import type { StoredEvent } from '../events/stored-event';
import { MS_PER_DAY } from '../learn/durations';
import { seededRandom } from '../learn/seeded-random';
import { seasonalDemand, visitingTime } from './demo-calendar';
import {
  DEMO_CUSTOMER_COUNT,
  type DemoCustomer,
  demoCustomer,
  type Preferences,
  randomPreferences,
} from './demo-customers';
import { pricesByProduct } from './demo-orders';
import { DemoSearch } from './demo-search';
import { type DemoOrder, PASSING_VISITORS, VisitSimulator } from './demo-visit';
import type { IssueRequestId } from './visit-recorder';

const DEFAULT_SEED = 92;
const LEAVING_SEED = 4_711;
/**
 * Five months: the ranker learns from three windows of 30 days, and the features of the oldest window are computed from
 * the two months before it.
 */
const DEFAULT_DAYS = 150;
/**
 * Before these days, the log has only the purchases of older customers, as a shop imports them: predictions of a
 * customer's value need nine months of purchases.
 */
const EARLIER_DAYS = 130;
/** Every so many customers are older customers. */
const OLDER_CUSTOMERS = 2;
/** Share of the customers who stop visiting the shop, at an instant of the whole history. */
const LEAVING_SHARE = 0.4;
/** Minimum time since the start of the newest visit, so that all visits of the history have ended. */
const MIN_AGE_MS = 30 * 60_000;
/** The number of anonymous visits per visit of a customer. */
const ANONYMOUS_SHARE = 0.15;
const PACE_SECONDS = 40;
/** Visitors who only pass by come within this time before a visitor who stays. */
const PASSING_SPREAD_MS = 3_600_000;

export interface DemoHistory {
  /** The purchases of older customers before the first visit, in order of time. */
  readonly earlierPurchases: readonly StoredEvent[];
  /** The events in order of time. */
  readonly events: readonly StoredEvent[];
  readonly orders: readonly DemoOrder[];
}

export interface DemoSize {
  readonly customers?: number;
  readonly days?: number;
  /** With another seed, the same customers make other visits. */
  readonly seed?: number;
}

/**
 * Returns the synthetic history of the demo shop, which depends only on the arguments. Customers visit the shop more
 * often in the season of their preferred product line, view products that match their preferences, order, and buy again
 * what has run out.
 * @param now milliseconds since 1970; the newest visits start at least half an hour earlier
 * @param issueRequestId issues the ids of lists and searches; if absent, they are unsigned
 */
export function demoHistory(...input: Parameters<typeof demoHistoryInSteps>): DemoHistory {
  const steps = demoHistoryInSteps(...input);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Like {@link demoHistory}, as a task that can yield after each customer. */
export function* demoHistoryInSteps(
  products: readonly ProductInput[],
  now: number,
  { customers = DEMO_CUSTOMER_COUNT, days = DEFAULT_DAYS, seed = DEFAULT_SEED }: DemoSize = {},
  issueRequestId?: IssueRequestId,
): Generator<undefined, DemoHistory, undefined> {
  const search = new DemoSearch(products);
  const visitors = new VisitSimulator({ products, search, issueRequestId });
  const random = seededRandom(seed);
  const events: StoredEvent[] = [];
  const orders: DemoOrder[] = [];
  let visits = 0;
  const nextPlan = (at: number, taste: Preferences) => {
    return { id: `demo-visit-${++visits}`, taste, at, pace: PACE_SECONDS, dueProductIds: [] };
  };
  const addPassingVisitors = (at: number) => {
    for (let number = 1; number <= PASSING_VISITORS; number++) {
      const passing = visitors.passBy(
        nextPlan(at - Math.round(PASSING_SPREAD_MS * random()), randomPreferences(random)),
        random,
      );
      events.push(...passing.events);
    }
  };
  const addVisit = (at: number, customer?: DemoCustomer, lastBought = new Map<string, number>()) => {
    const taste = customer ?? randomPreferences(random);
    const dueProductIds = customer === undefined ? [] : dueStaples(customer, lastBought, at);
    const visit = visitors.simulate({ ...nextPlan(at, taste), customer, dueProductIds }, random);
    events.push(...visit.events);
    if (!visit.order) return;
    orders.push(visit.order);
    for (const { productId } of visit.order.lines) lastBought.set(productId, at);
  };
  for (let number = 1; number <= customers; number++) {
    const customer = demoCustomer(number);
    const lastBought = new Map<string, number>();
    const began = now - days * MS_PER_DAY;
    const leavesAt = leavingTime(number, now, days);
    for (let day = customer.gapDays * random(); ; day += customer.gapDays * (0.5 + random())) {
      const at = visitingTime(began + day * MS_PER_DAY, random);
      if (at > Math.min(now - MIN_AGE_MS, leavesAt)) break;
      if (random() > seasonalDemand(customer.mainLine, at)) continue;
      addVisit(at, customer, lastBought);
      addPassingVisitors(at);
      if (random() < ANONYMOUS_SHARE) addVisit(at);
    }
    yield;
  }
  return {
    earlierPurchases: yield* earlierPurchases(products, new VisitSimulator({ products, search }), now, {
      customers,
      days,
      seed,
    }),
    events: events.sort((a, b) => a.occurredAt - b.occurredAt),
    orders: orders.sort((a, b) => a.placedAt - b.placedAt),
  };
}

/** Whether a customer has bought before the first visit. */
function isOlderCustomer(number: number): boolean {
  return number % OLDER_CUSTOMERS === 1;
}

/** Returns when a customer stops visiting (ms since 1970); infinity for most. */
function leavingTime(number: number, now: number, days: number): number {
  const random = seededRandom(LEAVING_SEED + number);
  if (random() >= LEAVING_SHARE) return Infinity;
  return now - (days + (isOlderCustomer(number) ? EARLIER_DAYS : 0)) * random() * MS_PER_DAY;
}

/**
 * The purchases of older customers in the {@link EARLIER_DAYS} days before the first visit. They do not change the random
 * numbers of the visits.
 */
function* earlierPurchases(
  products: readonly ProductInput[],
  visitors: VisitSimulator,
  now: number,
  { customers, days, seed }: Required<DemoSize>,
): Generator<undefined, StoredEvent[], undefined> {
  const end = now - days * MS_PER_DAY;
  const random = seededRandom(seed + 1);
  const prices = pricesByProduct(products);
  const events: StoredEvent[] = [];
  for (let number = 1; number <= customers; number++) {
    if (!isOlderCustomer(number)) continue;
    const customer = demoCustomer(number);
    const lastBought = new Map<string, number>();
    const leavesAt = leavingTime(number, now, days);
    let visits = 0;
    for (let day = customer.gapDays * random(); ; day += customer.gapDays * (0.5 + random())) {
      const at = visitingTime(end - (EARLIER_DAYS - day) * MS_PER_DAY, random);
      if (at > Math.min(end, leavesAt)) break;
      if (random() > seasonalDemand(customer.mainLine, at)) continue;
      const id = `demo-earlier-${number}-${++visits}`;
      const dueProductIds = dueStaples(customer, lastBought, at);
      const { order } = visitors.simulate(
        { id, taste: customer, customer, at, pace: PACE_SECONDS, dueProductIds },
        random,
      );
      for (const [line, { productId, quantity }] of (order?.lines ?? []).entries()) {
        lastBought.set(productId, at);
        events.push({
          source: 'ORDERS',
          id: `${order!.id}:${line + 1}`,
          type: 'PURCHASE',
          occurredAt: order!.placedAt,
          customerId: customer.id,
          productId,
          quantity,
          unitPrice: prices.get(productId)?.amount,
          currency: prices.get(productId)?.currency,
          properties: { synthetic: true },
        });
      }
    }
    yield;
  }
  return events.sort((a, b) => a.occurredAt - b.occurredAt);
}

/** Returns the ids of staples that a customer has never bought, or bought so long ago that they have nearly run out. */
function dueStaples({ staples }: DemoCustomer, lastBought: ReadonlyMap<string, number>, at: number): string[] {
  return staples
    .filter(({ productId, days }) => at - (lastBought.get(productId) ?? 0) >= 0.8 * days * MS_PER_DAY)
    .map(({ productId }) => productId);
}
