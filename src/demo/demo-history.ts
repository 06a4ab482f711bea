import type { ProductInput } from '../catalog/product.type';
import type { StoredEvent } from '../events/stored-event';
import { seededRandom } from '../learn/seeded-random';
import { DAY_MS, seasonalDemand, visitingTime } from './demo-calendar';
import { DEMO_CUSTOMER_COUNT, type DemoCustomer, demoCustomer, randomPreferences } from './demo-customers';
import { DemoSearch } from './demo-search';
import { type DemoOrder, VisitSimulator } from './demo-visit';

const DEFAULT_SEED = 90;
/**
 * Five months: the ranker learns from three windows of 30 days, and the features of the oldest window are computed from
 * the two months before it.
 */
const DEFAULT_DAYS = 150;
/** Minimum time since the start of the newest visit, so that all visits of the history have ended. */
const MIN_AGE_MS = 30 * 60_000;
/** The number of anonymous visits per visit of a customer. */
const ANONYMOUS_SHARE = 0.15;
const PACE_SECONDS = 40;

export interface DemoHistory {
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
 */
export function demoHistory(
  products: readonly ProductInput[],
  now: number,
  { customers = DEMO_CUSTOMER_COUNT, days = DEFAULT_DAYS, seed = DEFAULT_SEED }: DemoSize = {},
): DemoHistory {
  const visitors = new VisitSimulator({ products, search: new DemoSearch(products) });
  const random = seededRandom(seed);
  const events: StoredEvent[] = [];
  const orders: DemoOrder[] = [];
  let visits = 0;
  const addVisit = (at: number, customer?: DemoCustomer, lastBought = new Map<string, number>()) => {
    const taste = customer ?? randomPreferences(random);
    const dueProductIds = customer === undefined ? [] : dueStaples(customer, lastBought, at);
    const id = `demo-visit-${++visits}`;
    const visit = visitors.simulate({ id, taste, customer, at, pace: PACE_SECONDS, dueProductIds }, random);
    events.push(...visit.events);
    if (!visit.order) return;
    orders.push(visit.order);
    for (const { productId } of visit.order.lines) lastBought.set(productId, at);
  };
  for (let number = 1; number <= customers; number++) {
    const customer = demoCustomer(number);
    const lastBought = new Map<string, number>();
    const began = now - days * DAY_MS;
    for (let day = customer.gapDays * random(); ; day += customer.gapDays * (0.5 + random())) {
      const at = visitingTime(began + day * DAY_MS, random);
      if (at > now - MIN_AGE_MS) break;
      if (random() > seasonalDemand(customer.mainLine, at)) continue;
      addVisit(at, customer, lastBought);
      if (random() < ANONYMOUS_SHARE) addVisit(at);
    }
  }
  return {
    events: events.sort((a, b) => a.occurredAt - b.occurredAt),
    orders: orders.sort((a, b) => a.placedAt - b.placedAt),
  };
}

/** Returns the ids of staples that a customer has never bought, or bought so long ago that they have nearly run out. */
function dueStaples({ staples }: DemoCustomer, lastBought: ReadonlyMap<string, number>, at: number): string[] {
  return staples
    .filter(({ productId, days }) => at - (lastBought.get(productId) ?? 0) >= 0.8 * days * DAY_MS)
    .map(({ productId }) => productId);
}
