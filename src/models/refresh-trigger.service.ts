import { leasePosition } from '../platform/lease';
import type { Pool } from '../platform/postgres';
import { queryFirst, queryOne } from '../platform/sql';
import type { ModelJob } from './job-store.service';
import type { ModelKind } from './model-kind';
import { refreshLeaseName } from './run-refresh';

/**
 * A refresh is due if at least this share of the events in the log is new. An event is new if the last fit did not read
 * it.
 */
const MIN_GROWTH = 0.05;
/** A refresh because of new events also requires at least this many new events. */
const MIN_NEW_EVENTS = 500;
/** A refresh is also due if there is at least one new event and the last refresh ended longer ago than this. */
const MAX_AGE_MS = 24 * 3_600_000;
/**
 * Minimum pause after a refresh before new events can cause another one, as a multiple of the duration of the last
 * refresh. It prevents continuous training while the log grows fast.
 */
const PAUSE_FACTOR = 5;

/**
 * Decides whether a kind of model should be fitted again. Reuse one instance and call it often: each call reads only
 * the new part of the log.
 */
export class RefreshTrigger {
  private readonly totalEvents = new EventCount();
  private readonly fittedEvents = new EventCount();
  private isUpgradeRequested = false;

  /** @param format the format of stored versions that this release can serve */
  constructor(
    private readonly pool: Pool,
    private readonly kind: ModelKind,
    private readonly format: string,
  ) {}

  /** Returns why a refresh is due; null if it is not. */
  async dueReason(): Promise<Exclude<ModelJob['reason'], 'OPERATOR'> | null> {
    const { pool, kind } = this;
    if (await this.isUpgradeDue()) return 'UPGRADE';
    const fittedPosition = await leasePosition(pool, refreshLeaseName(kind));
    const { newest, ageMs, rests } = await queryOne<{ newest: number; ageMs: number | null; rests: boolean | null }>(
      pool,
      `SELECT (SELECT coalesce(max(position), 0) FROM log_batches) AS newest,
         (SELECT extract(epoch FROM now() - max(ended_at)) * 1000 FROM jobs WHERE model = $1)::float8 AS "ageMs",
         (SELECT now() < ended_at + $2::float8 * (ended_at - started_at) FROM jobs
          WHERE model = $1 AND ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT 1) AS rests`,
      [kind, PAUSE_FACTOR],
    );
    const totalCount = await this.totalEvents.upTo(pool, newest);
    const newCount = totalCount - (await this.fittedEvents.upTo(pool, fittedPosition));
    if (!rests && newCount >= MIN_NEW_EVENTS && newCount >= MIN_GROWTH * totalCount) return 'EVENTS';
    return newCount > 0 && ageMs !== null && ageMs > MAX_AGE_MS ? 'SCHEDULE' : null;
  }

  /**
   * Returns whether a refresh is due because the active version has a format that this release can't serve; responses
   * then use no model. Returns true at most once per process. Returns false if the newest version already has the
   * format of this release, even if the gate refused that version.
   */
  private async isUpgradeDue(): Promise<boolean> {
    if (this.isUpgradeRequested) return false;
    const row = await queryFirst<{ due: boolean }>(
      this.pool,
      `SELECT parameters->>'format' IS DISTINCT FROM $2 AS due FROM model_versions
       WHERE kind = $1 AND EXISTS (SELECT FROM active_models a JOIN model_versions v ON v.id = a.artefact_id
         WHERE a.kind = $1 AND v.parameters->>'format' IS DISTINCT FROM $2)
       ORDER BY number DESC LIMIT 1`,
      [this.kind, this.format],
    );
    this.isUpgradeRequested = row?.due ?? false;
    return this.isUpgradeRequested;
  }
}

/**
 * Counts the events of the log up to a position. Each call adds the events since the last call to the last count.
 * Events that have been deleted in the meantime are therefore still counted; their number is small.
 */
class EventCount {
  private position = 0;
  private events = 0;

  async upTo(pool: Pool, position: number): Promise<number> {
    const from = position < this.position ? 0 : this.position;
    if (position !== this.position) {
      const row = await queryOne<{ events: number }>(
        pool,
        'SELECT coalesce(sum(events), 0)::float8 AS events FROM log_batches WHERE position > $1 AND position <= $2',
        [from, position],
      );
      this.events = (from === 0 ? 0 : this.events) + row.events;
      this.position = position;
    }
    return this.events;
  }
}
