import { orderKeyOf, type LogEvent } from '../events/log-event';
import { interestPoints, NEUTRAL_RATING, SIGNALS, unitsOf } from './signals';

/** Maximum number of products in a history. Beyond it, the product whose newest event is the oldest is dropped. */
const MAX_PRODUCTS = 2000;

export interface PurchasedProduct {
  readonly productId: string;
  /** Times (ms) of the orders with units of the product left after all returns, ascending; at least one. */
  readonly orderTimes: readonly number[];
  /** Units bought minus units returned, over all orders. */
  readonly netUnits: number;
}

export interface InterestingProduct {
  readonly productId: string;
  /** Time of the newest event (ms). */
  readonly lastAt: number;
}

/** What one order says of a product. An order of kind RETURN has only returned units. */
interface OrderLine {
  readonly orderKey: string;
  units: number;
  firstPurchaseAt: number;
  firstReturnAt: number;
}

interface Opinion {
  readonly at: number;
  readonly tieBreak: string;
  readonly liked: boolean;
}

interface ProductRecord {
  points: number;
  lastAt: number;
  lastViewAt: number;
  opinion: Opinion | undefined;
  readonly lines: OrderLine[];
}

interface Summary {
  readonly interests: readonly InterestingProduct[];
  readonly purchases: readonly PurchasedProduct[];
  readonly orderTimes: readonly number[];
}

let historyCount = 0;

/**
 * The history of one subject (a customer or an anonymous session). It depends on the SET of applied events and not on
 * their sequence, unless products were dropped because of the limit. The caller must apply each logged event exactly
 * once.
 */
export class CustomerHistory {
  private readonly records = new Map<string, ProductRecord>();
  private summary: Summary | undefined;
  private changes = 0;
  /** Identifies this object among all histories of the process; > 0. */
  readonly instanceId = ++historyCount;

  /** Increases with each applied event that changes the history. */
  get revision(): number {
    return this.changes;
  }

  apply(event: LogEvent): void {
    const signal = SIGNALS[event.type];
    if (event.productId === undefined || (signal.points === 0 && signal.units === 0)) return;
    this.summary = undefined;
    this.changes++;
    const record = this.recordOf(event.productId);
    record.points += interestPoints(event);
    record.lastAt = Math.max(record.lastAt, event.occurredAt);
    if (event.type === 'VIEW') record.lastViewAt = Math.max(record.lastViewAt, event.occurredAt);
    if (signal.units !== 0) applyLine(record.lines, event);
    const liked = likes(event);
    if (liked !== undefined) {
      const opinion = { at: event.occurredAt, tieBreak: `${event.source}:${event.id}`, liked };
      if (record.opinion === undefined || isNewer(opinion, record.opinion)) record.opinion = opinion;
    }
    if (this.records.size > MAX_PRODUCTS) this.dropOldest();
  }

  get size(): number {
    return this.records.size;
  }

  /** Products with positive interest points that are not disliked, sorted by id. */
  interests(): readonly InterestingProduct[] {
    return this.summarize().interests;
  }

  /** Products with units left in at least one order after returns, sorted by id. */
  purchases(): readonly PurchasedProduct[] {
    return this.summarize().purchases;
  }

  /** Times (ms) of the orders with units left after all returns, ascending. */
  orderTimes(): readonly number[] {
    return this.summarize().orderTimes;
  }

  /** Returns whether the newest opinion (LIKE, DISLIKE, RATE) on the product is negative. */
  dislikes(productId: string): boolean {
    return this.records.get(productId)?.opinion?.liked === false;
  }

  /** Returns the distinct products by the time of their latest VIEW, newest first. */
  recentlyViewed(): string[] {
    const viewed = Array.from(this.records).filter(([, record]) => record.lastViewAt > -Infinity);
    viewed.sort(([idA, a], [idB, b]) => b.lastViewAt - a.lastViewAt || compareIds(idA, idB));
    return viewed.map(([productId]) => productId);
  }

  private recordOf(productId: string): ProductRecord {
    let record = this.records.get(productId);
    if (record === undefined) {
      record = { points: 0, lastAt: -Infinity, lastViewAt: -Infinity, opinion: undefined, lines: [] };
      this.records.set(productId, record);
    }
    return record;
  }

  private dropOldest(): void {
    let oldest: [string, ProductRecord] | undefined;
    for (const entry of this.records) {
      const isOlder = oldest === undefined || entry[1].lastAt < oldest[1].lastAt;
      const isTie = oldest !== undefined && entry[1].lastAt === oldest[1].lastAt;
      if (isOlder || (isTie && compareIds(entry[0], (oldest as [string, ProductRecord])[0]) < 0)) oldest = entry;
    }
    if (oldest !== undefined) this.records.delete(oldest[0]);
  }

  /**
   * Returns the lists of interests, purchases and order times. They are sorted, so that floating-point sums over them
   * are bitwise equal for the same set of events.
   */
  private summarize(): Summary {
    if (this.summary !== undefined) return this.summary;
    const interests: InterestingProduct[] = [];
    const purchases: PurchasedProduct[] = [];
    const orders = new Map<string, number>();
    for (const [productId, record] of this.records) {
      if (record.points > 0 && record.opinion?.liked !== false) interests.push({ productId, lastAt: record.lastAt });
      const held = linesWithUnits(record.lines);
      if (held.length === 0) continue;
      for (const { orderKey, firstPurchaseAt } of held) {
        orders.set(orderKey, Math.min(orders.get(orderKey) ?? Infinity, firstPurchaseAt));
      }
      const orderTimes = held.map((line) => line.firstPurchaseAt).sort((a, b) => a - b);
      purchases.push({ productId, orderTimes, netUnits: record.lines.reduce((sum, line) => sum + line.units, 0) });
    }
    const byId = (a: { productId: string }, b: { productId: string }): number => compareIds(a.productId, b.productId);
    const orderTimes = Array.from(orders.values()).sort((a, b) => a - b);
    this.summary = { interests: interests.sort(byId), purchases: purchases.sort(byId), orderTimes };
    return this.summary;
  }
}

/** Compares ids by UTF-16 code units. Lists use this order for products with equal scores. */
export function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function applyLine(lines: OrderLine[], event: LogEvent): void {
  const orderKey = orderKeyOf(event);
  if (orderKey === undefined) return;
  let line = lines.find((candidate) => candidate.orderKey === orderKey);
  if (line === undefined) {
    line = { orderKey, units: 0, firstPurchaseAt: Infinity, firstReturnAt: Infinity };
    lines.push(line);
  }
  line.units += unitsOf(event);
  if (event.type === 'PURCHASE') line.firstPurchaseAt = Math.min(line.firstPurchaseAt, event.occurredAt);
  else line.firstReturnAt = Math.min(line.firstReturnAt, event.occurredAt);
}

/**
 * Returns the lines of a product with units left. What came back in an order of its own, which does not name the order
 * it was bought in, is taken from the newest purchases before it.
 */
function linesWithUnits(lines: readonly OrderLine[]): readonly OrderLine[] {
  const bought = lines.filter(({ units }) => units > 0);
  const returns = lines.filter(({ firstPurchaseAt, units }) => firstPurchaseAt === Infinity && units < 0);
  if (bought.length === 0 || returns.length === 0) return bought;
  returns.sort((a, b) => a.firstReturnAt - b.firstReturnAt || compareIds(a.orderKey, b.orderKey));
  const newestFirst = bought.map((line) => ({ line, left: line.units }));
  newestFirst.sort(
    (a, b) => b.line.firstPurchaseAt - a.line.firstPurchaseAt || compareIds(a.line.orderKey, b.line.orderKey),
  );
  for (const { units, firstReturnAt } of returns) {
    let back = -units;
    for (const each of newestFirst) {
      if (each.line.firstPurchaseAt > firstReturnAt) continue;
      const taken = Math.min(each.left, back);
      each.left -= taken;
      back -= taken;
    }
  }
  return newestFirst.filter(({ left }) => left > 0).map(({ line }) => line);
}

function likes(event: LogEvent): boolean | undefined {
  if (event.type === 'LIKE') return true;
  if (event.type === 'DISLIKE') return false;
  if (event.type === 'RATE' && event.rating !== undefined) return event.rating >= NEUTRAL_RATING;
  return undefined;
}

function isNewer(a: Opinion, b: Opinion): boolean {
  return a.at > b.at || (a.at === b.at && compareIds(a.tieBreak, b.tieBreak) > 0);
}
