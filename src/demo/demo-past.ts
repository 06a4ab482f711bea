import type { ProductInput } from '../catalog/product.type';
import type { StoredEvent } from '../events/stored-event';
import { seededRandom } from '../learn/seeded-random';
import { DAY_MS, seasonOf, visitingTime } from './demo-calendar';
import { DEMO_CUSTOMERS, type DemoCustomer, demoCustomer, tasteOf } from './demo-customers';
import { DemoSearch } from './demo-search';
import { type DemoOrder, Visitors } from './demo-visit';

const DEFAULT_SEED = 90;
/**
 * The ranker learns from three windows of 30 days, and what it is taught on the oldest rests on what came before: two months,
 * for the rhythms of customers to show.
 */
const DEFAULT_DAYS = 150;
/** What was begun shortly before may still go on. */
const LATEST_MS = 30 * 60_000;
/** For each customer's visit, of somebody who does not sign in. */
const ANONYMOUS_SHARE = 0.15;
const PACE_SECONDS = 40;

export interface DemoPast {
  /** In order of time. */
  readonly events: readonly StoredEvent[];
  readonly orders: readonly DemoOrder[];
}

export interface DemoExtent {
  readonly customers?: number;
  readonly days?: number;
  /** Another seed makes other visits of the same customers. */
  readonly seed?: number;
}

/**
 * The past of the demo shop, the same for the same `now`: customers with tastes, habits and seasons, who come now and then,
 * look around, put things into the cart, order, and come back for what runs out.
 * @param now milliseconds since 1970; the last visits are of half an hour before
 */
export function demoPast(
  products: readonly ProductInput[],
  now: number,
  { customers = DEMO_CUSTOMERS, days = DEFAULT_DAYS, seed = DEFAULT_SEED }: DemoExtent = {},
): DemoPast {
  const visitors = new Visitors({ products, search: new DemoSearch(products) });
  const random = seededRandom(seed);
  const events: StoredEvent[] = [];
  const orders: DemoOrder[] = [];
  let visits = 0;
  const come = (at: number, customer?: DemoCustomer, lastBought = new Map<string, number>()) => {
    const taste = customer ?? tasteOf(random);
    const due = customer === undefined ? [] : ranOut(customer, lastBought, at);
    const id = `demo-visit-${++visits}`;
    const visit = visitors.visit({ id, taste, customer, at, pace: PACE_SECONDS, due }, random);
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
      if (at > now - LATEST_MS) break;
      if (random() > seasonOf(customer.main, at)) continue;
      come(at, customer, lastBought);
      if (random() < ANONYMOUS_SHARE) come(at);
    }
  }
  return {
    events: events.sort((a, b) => a.occurredAt - b.occurredAt),
    orders: orders.sort((a, b) => a.placedAt - b.placedAt),
  };
}

/** What somebody has bought so long ago that they need more, or never yet. */
function ranOut({ staples }: DemoCustomer, lastBought: ReadonlyMap<string, number>, at: number): string[] {
  return staples
    .filter(({ productId, days }) => at - (lastBought.get(productId) ?? 0) >= 0.8 * days * DAY_MS)
    .map(({ productId }) => productId);
}
