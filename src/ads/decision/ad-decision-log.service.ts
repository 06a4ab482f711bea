import { LRUCache } from 'lru-cache';
import { storedBytes, type StorageSender } from '../../events/storage-sender';
import { MS_PER_HOUR } from '../../learn/durations';
import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import {
  writeDecisions,
  type AdDecisionRow,
  type AuctionKey,
  type AuctionOutcome,
  type LineItemOutcome,
} from './ad-decision.store';

const FLUSH_MS = 250;
/** Maximum number of decisions that wait to be stored. Further ones are not explained later. */
const MAX_WAITING = 10_000;
/** So many decisions of a visit in an hour are stored, and of further ones, one in {@link SAMPLING}. */
export const STORED_PER_HOUR = 100;
export const SAMPLING = 20;
/** If there are more visits, the one without a decision for the longest time is forgotten. */
const MAX_VISITS = 50_000;

export interface AdDecisionLogOptions {
  readonly pool: Pool;
  readonly log: Logger;
  /** Returns whether a decision may be stored, and counts its bytes. */
  readonly mayStore: (sender: StorageSender, bytes: number) => boolean;
  readonly now?: () => number;
}

/**
 * Stores the explanations and counts of decisions in batches. Answers don't wait for it. The counts have all decisions.
 * Explanations are large, so those for storefront keys are sampled and limited.
 */
export class AdDecisionLog {
  private waiting: AdDecisionRow[] = [];
  private counts = new Map<string, AuctionKey & Record<AuctionOutcome, number>>();
  private readonly decided = new LRUCache<string, { hour: number; count: number }>({ max: MAX_VISITS });
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;

  constructor(private readonly options: AdDecisionLogOptions) {}

  /**
   * @param outcomes of the line items that took part, or that could not because of a budget or cap
   * @param sender null with a key of the shop: its decisions are all stored
   */
  add(decision: AdDecisionRow, outcomes: readonly LineItemOutcome[], sender: StorageSender | null): void {
    for (const one of outcomes) this.count(one);
    if (this.waiting.length < MAX_WAITING && this.isStored(decision, sender)) this.waiting.push(decision);
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  /** Stores what waits. One write runs at a time, so that a slow database makes no queue of them. */
  async flush(): Promise<void> {
    await this.writing;
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting.length + this.counts.size === 0) return this.writing;
    const { waiting, counts } = this;
    this.waiting = [];
    this.counts = new Map();
    this.writing = writeDecisions(this.options.pool, waiting, [...counts.values()]).catch((error: Error) =>
      this.options.log.warn({ error: error.message, decisions: waiting.length }, 'explanations of ads not stored'),
    );
    await this.writing;
  }

  private isStored(decision: AdDecisionRow, sender: StorageSender | null): boolean {
    if (sender === null) return true;
    const hour = Math.floor((this.options.now?.() ?? Date.now()) / MS_PER_HOUR);
    const before = this.decided.get(decision.subject);
    const count = before?.hour === hour ? before.count + 1 : 1;
    this.decided.set(decision.subject, { hour, count });
    const isSampled = count <= STORED_PER_HOUR || count % SAMPLING === 0;
    return isSampled && this.options.mayStore(sender, storedBytes([decision]));
  }

  private count({ campaignId, day, lineItem, placement, productId, outcome }: LineItemOutcome): void {
    const key = `${day} ${lineItem} ${placement.length} ${placement}${productId}`;
    let counts = this.counts.get(key);
    if (counts === undefined) {
      counts = { campaignId, day, lineItem, placement, productId, won: 0, lostRank: 0, lostBudget: 0, lostCap: 0 };
      this.counts.set(key, counts);
    }
    counts[outcome]++;
  }
}
