import { readBatchRange, type BatchRange } from '../events/batch-range.store';
import { storeFollowerPosition } from '../events/follower.store';
import { isOutage, isTransactionFailure } from '../platform/outage';
import { BEGIN_COMPUTING, inTransaction, isQueryTimeout, type Pool, type PoolClient } from '../platform/postgres';
import { lockAttribution, resetAttribution, storeSwept, type AttributionSettings } from './attribution-progress.store';
import { ATTRIBUTION_LEASE } from './attribution-topics';
import { addKeptLines } from './attribution.store';
import { markImported, markLive, postponeDueVisitor, takeDueVisitors } from './outdated-visitor.store';
import { recompute } from './recompute.service';

/** Approximate number of events whose visitors are marked in one transaction. */
const BATCH_EVENTS = 10_000;
/** Maximum number of visitors that are computed in one transaction. */
const MAX_VISITORS = 500;
/** Pause before a visitor whose figures could not be computed is tried again. */
const RETRY_MS = 600_000;
/** A visit is computed about this long after its first event that is not in the figures yet. An order is computed at once. */
export const VISIT_DELAY_MS = 2_000;

export interface AttributionOptions extends AttributionSettings {
  /** Whether an import is running: its events are attributed after it. */
  readonly isImporting: () => Promise<boolean>;
  /** Called if the figures of a visitor can't be computed. */
  readonly onFailure?: (error: Error) => void;
  readonly now?: () => number;
}

/** What a step of attribution did. */
export interface AttributionStep {
  /** Whether there is more to do at once. */
  readonly more: boolean;
  /** Whether figures have changed. */
  readonly changed: boolean;
  /** Log position up to which the visitors of live events are marked. */
  readonly position: number;
}

/**
 * Attributes orders to the lists that earned them, and counts visits. It follows the log: each batch marks the visitors
 * whose figures it may change, and marked visitors are computed again from the log and the orders as they are. So late
 * events, merges, cancellations and repeated work all lead to the same figures, which equal a recount.
 */
export class Attribution {
  constructor(
    private readonly pool: Pool,
    private readonly options: AttributionOptions,
  ) {}

  /** Does the next piece of work: marks a range of the log, or computes a page of visitors. */
  async step(): Promise<AttributionStep> {
    const { position, live, imported } = await this.mark();
    // A visitor of several ranges is computed once, after all of them are marked.
    const computed = live ? await this.computePage(imported, MAX_VISITORS) : { visitors: 0, changed: false };
    return {
      more: !live || imported === false || computed.visitors === MAX_VISITORS,
      changed: computed.changed,
      position,
    };
  }

  /**
   * Marks the visitors of the next range of the log.
   * @returns the position reached, whether it is the end of the log, and whether all imported batches are marked; null
   *   during an import
   */
  private async mark(): Promise<{ position: number; live: boolean; imported: boolean | null }> {
    const isImporting = await this.options.isImporting();
    return inTransaction(this.pool, async (client) => {
      const progress = await lockAttribution(client);
      const { timeZone, windowDays } = this.options;
      if (progress.timeZone !== timeZone || progress.windowDays !== windowDays) {
        await this.startAgain(client);
        return { position: 0, live: false, imported: null };
      }
      const live = await this.markLiveRange(client, progress.position);
      const imported = isImporting ? null : await this.markImportedRange(client, progress.swept, live.position);
      return { position: live.position, live: live.atEnd, imported: imported && imported.atEnd };
    });
  }

  /**
   * Computes due visitors again. If that fails, fewer are tried, so that a visitor whose figures can't be computed does
   * not stop the others.
   */
  private async computePage(imported: boolean | null, limit: number): Promise<{ visitors: number; changed: boolean }> {
    try {
      return await inTransaction(
        this.pool,
        async (client) => {
          await lockAttribution(client);
          const page = await takeDueVisitors(client, this.now(), imported ?? false, limit);
          const changed = page.length > 0 && (await recompute(client, page, this.options));
          return { visitors: page.length, changed };
        },
        BEGIN_COMPUTING,
      );
    } catch (error) {
      if (isOutage(error) && !isTransactionFailure(error) && !isQueryTimeout(error)) throw error;
      if (limit > 1)
        return { ...(await this.computePage(imported, Math.max(1, Math.floor(limit / 4)))), visitors: MAX_VISITORS };
      this.options.onFailure?.(error as Error);
      await this.postponeFirst(imported ?? false);
      return { visitors: MAX_VISITORS, changed: false };
    }
  }

  private async postponeFirst(imported: boolean): Promise<void> {
    const now = this.now();
    await postponeDueVisitor(this.pool, now, imported, new Date(now.getTime() + RETRY_MS));
  }

  /** Does everything that is due. @returns whether figures have changed */
  async run(): Promise<boolean> {
    for (let changed = false; ;) {
      const step = await this.step();
      changed ||= step.changed;
      if (!step.more) return changed;
    }
  }

  /** Deletes all figures, so that they are computed again from the beginning of the log. */
  async reset(): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await lockAttribution(client);
      await this.startAgain(client);
    });
  }

  private async startAgain(client: PoolClient): Promise<void> {
    await resetAttribution(client, this.options);
    await addKeptLines(client);
  }

  private async markLiveRange(client: PoolClient, position: number): Promise<BatchRange> {
    const range = await readBatchRange(client, position, BATCH_EVENTS);
    if (range === null) return { position, atEnd: true };
    const now = this.now();
    await markLive(client, {
      after: position,
      until: range.position,
      visitsDue: new Date(now.getTime() + VISIT_DELAY_MS),
      ordersDue: now,
    });
    await storeFollowerPosition(client, ATTRIBUTION_LEASE, range.position);
    return range;
  }

  /** Marks the visitors of the next imported batches, none of which is after `until`. */
  private async markImportedRange(client: PoolClient, swept: number, until: number): Promise<BatchRange> {
    if (swept >= until) return { position: swept, atEnd: true };
    const range = await readBatchRange(client, swept, BATCH_EVENTS);
    const position = Math.min(range?.position ?? until, until);
    await markImported(client, swept, position);
    await storeSwept(client, position);
    return { position, atEnd: position === until };
  }

  private now(): Date {
    return new Date(this.options.now?.() ?? Date.now());
  }
}
