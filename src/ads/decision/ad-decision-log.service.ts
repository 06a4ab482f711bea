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

/** Stores the explanations and counts of decisions in batches. Answers don't wait for it. */
export class AdDecisionLog {
  private waiting: AdDecisionRow[] = [];
  private counts = new Map<string, AuctionKey & Record<AuctionOutcome, number>>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly log: Logger,
  ) {}

  /** @param outcomes of the line items that took part, or that could not because of a budget or cap */
  add(decision: AdDecisionRow, outcomes: readonly LineItemOutcome[]): void {
    for (const one of outcomes) this.count(one);
    if (this.waiting.length < MAX_WAITING) this.waiting.push(decision);
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  /** Stores what waits. One write runs at a time, so that a slow database makes no queue of them. */
  async flush(): Promise<void> {
    await this.writing;
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting.length === 0) return this.writing;
    const { waiting, counts } = this;
    this.waiting = [];
    this.counts = new Map();
    this.writing = writeDecisions(this.pool, waiting, [...counts.values()]).catch((error: Error) =>
      this.log.warn({ error: error.message, decisions: waiting.length }, 'explanations of ads not stored'),
    );
    await this.writing;
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
