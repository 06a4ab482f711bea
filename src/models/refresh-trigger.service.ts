import { isBackfillRunning } from './backfill-activity.store';
import { leasePosition } from '../platform/lease';
import type { Pool } from '../platform/postgres';
import type { ModelJob } from './job.store';
import type { Fitter } from './fitter';
import type { ModelKind } from './model-kind';
import { refreshLeaseName } from './run-refresh';
import { countEvents, isUpgradeDue, readRefreshState } from './refresh-trigger.store';

/**
 * A refresh is due if at least this share of the events in the log is new. An event is new if the last fit did not read
 * it.
 */
const MIN_GROWTH = 0.05;
/** A refresh because of new events also requires at least this many new events. */
const MIN_NEW_EVENTS = 500;
/** A refresh is also due if there is at least one new event and the last refresh ended longer ago than this. */
const MAX_AGE_MS = 24 * 3_600_000;
/** How long a refresh waits for imports. A shop may import something all the time. */
const MAX_WAIT_MS = 3_600_000;

/**
 * Decides whether a kind of model should be fitted again. Reuse one instance and call it often: each call reads only
 * the new part of the log.
 */
export class RefreshTrigger {
  private readonly totalEvents = new EventCount();
  private readonly fittedEvents = new EventCount();
  private isUpgradeRequested = false;

  constructor(
    private readonly pool: Pool,
    readonly kind: ModelKind,
    private readonly fitter: Pick<Fitter, 'format' | 'minIntervalMs' | 'isDue'>,
  ) {}

  /** Returns why a refresh is due; null if it is not. */
  async dueReason(): Promise<Exclude<ModelJob['reason'], 'OPERATOR'> | null> {
    const { pool, kind, fitter } = this;
    if (await this.isUpgradeDue()) return 'UPGRADE';
    const fittedPosition = await leasePosition(pool, refreshLeaseName(kind));
    const { newest, ageMs, rests } = await readRefreshState(pool, kind);
    if (ageMs !== null && ageMs < (fitter.minIntervalMs ?? 0)) return null;
    if (fitter.isDue !== undefined)
      return !rests && (await fitter.isDue(pool, ageMs === null ? null : fittedPosition)) ? 'EVENTS' : null;
    const totalCount = await this.totalEvents.upTo(pool, newest);
    const newCount = totalCount - (await this.fittedEvents.upTo(pool, fittedPosition));
    if (!rests && newCount >= MIN_NEW_EVENTS && newCount >= MIN_GROWTH * totalCount) return 'EVENTS';
    return newCount > 0 && ageMs !== null && ageMs > MAX_AGE_MS ? 'SCHEDULE' : null;
  }

  /**
   * Returns whether a refresh is due because the active version has another format than the versions that this release
   * fits. Until then, this release serves it without the new features, or not at all. Returns true at most once per
   * process. Returns false if the newest version already has the format of this release, even if the gate refused that
   * version.
   */
  private async isUpgradeDue(): Promise<boolean> {
    if (this.isUpgradeRequested) return false;
    this.isUpgradeRequested = await isUpgradeDue(this.pool, this.kind, this.fitter.format);
    return this.isUpgradeRequested;
  }
}

/**
 * Returns whether a refresh has to wait, because an import is running: it would have to be repeated afterwards. It waits for
 * at most an hour. One that an operator has requested, or without which this release can't serve the model, does not wait.
 */
export async function mustWait(
  pool: Pool,
  { reason, requestedAt }: Pick<ModelJob, 'reason' | 'requestedAt'>,
  now = Date.now(),
): Promise<boolean> {
  if (reason === 'OPERATOR' || reason === 'UPGRADE') return false;
  return now < requestedAt.getTime() + MAX_WAIT_MS && (await isBackfillRunning(pool));
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
      const newEvents = await countEvents(pool, from, position);
      this.events = (from === 0 ? 0 : this.events) + newEvents;
      this.position = position;
    }
    return this.events;
  }
}
