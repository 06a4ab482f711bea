import { orderKeyOf, type LogEvent } from '../events/log-event';
import { interestPoints, NEUTRAL_RATING, SIGNALS, unitsOf } from './signals';

/** Products remembered; beyond, those touched least recently are forgotten. */
const MAX_PRODUCTS = 2000;

export interface PurchasedProduct {
  readonly productId: string;
  /** Times (ms) of the distinct orders that still hold it, ascending; at least one. */
  readonly orderTimes: readonly number[];
  /** Bought minus returned, in whichever order. */
  readonly netUnits: number;
}

export interface InterestingProduct {
  readonly productId: string;
  /** Newest event (ms). */
  readonly lastAt: number;
}

interface OrderLine {
  readonly orderKey: string;
  units: number;
  firstPurchaseAt: number;
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

let histories = 0;

/**
 * What is known of one subject (a customer, or an anonymous session). A function of the SET of events applied, up to
 * the cap on products; the caller applies each logged event once.
 */
export class CustomerHistory {
  private readonly records = new Map<string, ProductRecord>();
  private summary: Summary | undefined;
  private changes = 0;
  /** Tells this history from any other that this process has had; > 0. */
  readonly serial = ++histories;

  /** Moves with each event applied that says something. */
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
    if (this.records.size > MAX_PRODUCTS) this.forgetOldest();
  }

  /** Products touched. */
  get size(): number {
    return this.records.size;
  }

  /** Products with more interest than taken away, disliked ones excepted; by id. */
  interests(): readonly InterestingProduct[] {
    return this.summarize().interests;
  }

  /** Products of which an order still holds some; by id. */
  purchases(): readonly PurchasedProduct[] {
    return this.summarize().purchases;
  }

  /** Times (ms) of the orders that still hold something, ascending. */
  orderTimes(): readonly number[] {
    return this.summarize().orderTimes;
  }

  /** The newest opinion (LIKE, DISLIKE, RATE) is against it. */
  dislikes(productId: string): boolean {
    return this.records.get(productId)?.opinion?.liked === false;
  }

  /** Distinct products by latest VIEW, newest first. */
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

  private forgetOldest(): void {
    let oldest: [string, ProductRecord] | undefined;
    for (const entry of this.records) {
      const isOlder = oldest === undefined || entry[1].lastAt < oldest[1].lastAt;
      const isTie = oldest !== undefined && entry[1].lastAt === oldest[1].lastAt;
      if (isOlder || (isTie && compareIds(entry[0], (oldest as [string, ProductRecord])[0]) < 0)) oldest = entry;
    }
    if (oldest !== undefined) this.records.delete(oldest[0]);
  }

  /** Sorted, so that whatever sums floats over it gets the same bits from the same set of events. */
  private summarize(): Summary {
    if (this.summary !== undefined) return this.summary;
    const interests: InterestingProduct[] = [];
    const purchases: PurchasedProduct[] = [];
    const orders = new Map<string, number>();
    for (const [productId, record] of this.records) {
      if (record.points > 0 && record.opinion?.liked !== false) interests.push({ productId, lastAt: record.lastAt });
      const held = record.lines.filter((line) => line.units > 0);
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

/** Code-unit order: the tie-break of every list. */
export function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function applyLine(lines: OrderLine[], event: LogEvent): void {
  const orderKey = orderKeyOf(event);
  if (orderKey === undefined) return;
  let line = lines.find((candidate) => candidate.orderKey === orderKey);
  if (line === undefined) {
    line = { orderKey, units: 0, firstPurchaseAt: Infinity };
    lines.push(line);
  }
  line.units += unitsOf(event);
  if (event.type === 'PURCHASE') line.firstPurchaseAt = Math.min(line.firstPurchaseAt, event.occurredAt);
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
