import { measureFollower, storeFollowerPosition } from '../../events/follower.store';
import { LeasedFollower, type FollowerOptions, type FollowerStep } from '../../events/leased-follower.service';
import type { Outbox } from '../../events/outbox.service';
import { PROFILES_LEASE } from '../../models/customer-leases';
import type { Lease } from '../../platform/lease';
import type { Pool, PoolClient } from '../../platform/postgres';
import { readProfiledCustomerIds } from '../purchases/purchase-lines.store';
import type { ProfileModels } from './profile';
import {
  deleteAllOutdated,
  deleteOutdated,
  deleteSweep,
  pruneProfileChanges,
  readChangedBuyers,
  readOutdated,
  readSweep,
  storeSweep,
  type SweepState,
} from './profile.store';
import { ProfileUpdater } from './profile-updater.service';

/** How long this process waits for an active version to be loaded. */
const LOAD_MS = 5_000;
const LOAD_CHECK_MS = 50;
/** Purchases that arrive within this time are processed together. */
const BATCH_WINDOW_MS = 50;
/** Maximum number of log positions that are read at once. */
const MAX_POSITIONS = 1_000;
/** Maximum number of customers in one transaction. */
const MAX_CUSTOMERS = 200;
/** The same for bulk work: sweeps, and outdated profiles after an import. */
const MAX_BULK_CUSTOMERS = 1_000;
/** Bulk work rests for this multiple of the time that a page took, because the same cores serve customers. */
const BULK_REST_FACTOR = 2;
/** Pause while bulk work gives way to other work, and how long it does so at most. */
const GIVE_WAY_MS = 500;
const MAX_GIVE_WAY_MS = 300_000;
const PRUNE_MS = 600_000;
/** Interval at which is looked whether a version of the models is active. */
const LOOK_MS = 1_000;
/** Profiles change without an event, because time passes since the last order. So all are computed again this often. */
const SWEEP_INTERVAL_MS = 24 * 3_600_000;

export interface ProfileMaintainerOptions extends FollowerOptions {
  readonly outbox: Outbox;
  readonly models: {
    /** Reads which versions are active. */
    refresh(): Promise<void>;
    /** Returns the active versions; null if there are none, undefined while they aren't loaded. */
    current(): ProfileModels | null | undefined;
  };
  /** Whether bulk work has to wait, because of other work or because it would soon have to be done again. */
  readonly mustGiveWay?: () => Promise<boolean>;
  readonly now?: () => number;
  /** Sends deliveries to webhooks that are stored. By default, the sweep of a worker sends them. */
  readonly deliver?: (deliveries: readonly string[]) => void;
}

/**
 * Updates the profiles of customers, in the worker that holds the lease. A customer's profile is computed again after
 * each purchase, return or merge, and once after an import, however many purchases it contained. All profiles are computed
 * again once a day, and when other versions of the models become active. This bulk work gives way to other work.
 */
export class ProfileMaintainer extends LeasedFollower {
  private readonly updater: ProfileUpdater;
  private readonly now: () => number;
  private isNewActive: boolean | undefined;
  /** Until when bulk work rests. Live purchases are processed meanwhile. On the clock of `performance.now()`. */
  private bulkRestsUntil = 0;
  /** Since when bulk work gives way; undefined if it does not. On the same clock. */
  private givesWaySince: number | undefined;
  private prunedAt = -Infinity;

  constructor(private readonly options: ProfileMaintainerOptions) {
    super({
      ...options,
      lease: PROFILES_LEASE,
      failure: 'profiles of customers not updated; retrying',
      batchWindowMs: BATCH_WINDOW_MS,
    });
    this.now = options.now ?? Date.now;
    this.updater = new ProfileUpdater(options.pool, options.outbox, this.now, options.deliver);
  }

  protected override begin(): Promise<void> {
    this.isNewActive = undefined;
    this.bulkRestsUntil = 0;
    // This process may not have heard yet of versions that the previous owner of the lease has computed with.
    return this.options.models.refresh();
  }

  protected async step(lease: Lease): Promise<FollowerStep> {
    const { pool } = this.options;
    const models = await this.loadedModels();
    const { position, newest } = await measureFollower(pool, PROFILES_LEASE);
    const hasSegments = models !== null && models.segmentOf !== null;
    if (!hasSegments) await this.setNewActive(false, lease);
    if (models === null) {
      // No profiles are served. When a version becomes active, a new sweep computes them from the log.
      await deleteSweep(pool);
      if (newest > position) await storeFollowerPosition(pool, PROFILES_LEASE, newest);
      const removed = await this.updater.removeSome(MAX_CUSTOMERS, lease);
      return { more: true, restMs: removed === 0 ? LOOK_MS : 0 };
    }
    if ((await this.followLog(lease, models, position, newest)) < newest) return { more: true };
    const began = performance.now();
    if (began < this.bulkRestsUntil) return { more: false, pollMs: this.bulkRestsUntil - began };
    const bulk = await this.bulkPage(lease, models);
    if (bulk !== 'NONE') {
      const ended = performance.now();
      this.bulkRestsUntil = ended + (bulk === 'WAITS' ? GIVE_WAY_MS : BULK_REST_FACTOR * (ended - began));
      return { more: true };
    }
    // Only now every customer with an order is in a segment, so that the others are NEW.
    if (hasSegments) await this.setNewActive(true, lease);
    await this.prune();
    return { more: false };
  }

  private async setNewActive(active: boolean, lease: Lease): Promise<void> {
    if (this.isNewActive === active) return;
    await this.updater.setNewActive(active, lease);
    this.isNewActive = active;
  }

  /**
   * Returns the active versions; null if there are none.
   * @throws Error if this process can't load them in time. Then another one, with another release, can take the lease
   */
  private async loadedModels(): Promise<ProfileModels | null> {
    const end = performance.now() + LOAD_MS;
    for (;;) {
      const models = this.options.models.current();
      if (models !== undefined) return models;
      if (this.loop.isClosing || performance.now() > end)
        throw new Error('an active version of the models could not be loaded');
      await this.loop.pause(LOAD_CHECK_MS);
    }
  }

  /**
   * Processes log positions above `after`, at most {@link MAX_POSITIONS}.
   * @returns the position up to which all are processed
   */
  private async followLog(lease: Lease, models: ProfileModels, after: number, newest: number): Promise<number> {
    if (newest <= after) return after;
    const upTo = Math.min(newest, after + MAX_POSITIONS);
    await this.updater.storeOutdated(after, upTo);
    const storePosition = (client: Pool | PoolClient) => storeFollowerPosition(client, PROFILES_LEASE, upTo);
    const changed = await readChangedBuyers(this.options.pool, after, upTo);
    for (let from = 0; from < changed.length; from += MAX_CUSTOMERS) {
      if (this.loop.isClosing || !lease.held) return after;
      const page = changed.slice(from, from + MAX_CUSTOMERS);
      const finish = from + MAX_CUSTOMERS < changed.length ? undefined : storePosition;
      await this.updater.updateEach(page, { models, lease, notifies: true, finish }, this.onFailure);
    }
    if (changed.length === 0) await storePosition(this.options.pool);
    return upTo;
  }

  /**
   * Computes the profiles of the next customers of the sweep, or else the next outdated ones.
   * @returns whether they were computed, have to wait, or there are none
   */
  private async bulkPage(lease: Lease, models: ProfileModels): Promise<'DONE' | 'WAITS' | 'NONE'> {
    const { pool } = this.options;
    const sweep = this.currentSweep(await readSweep(pool), models);
    const outdated = sweep === null ? await readOutdated(pool, MAX_BULK_CUSTOMERS) : [];
    if (sweep === null && outdated.length === 0) {
      this.givesWaySince = undefined;
      return 'NONE';
    }
    if (await this.givesWay()) return 'WAITS';
    if (sweep === null) {
      const finish = (client: PoolClient) => deleteOutdated(client, outdated);
      await this.updater.updateEach(outdated, { models, lease, notifies: true, finish }, this.onFailure);
      return 'DONE';
    }
    const page = await readProfiledCustomerIds(pool, sweep.cursor ?? '', MAX_BULK_CUSTOMERS);
    const next: SweepState = { ...sweep, cursor: page.at(-1) ?? null };
    const finish = async (client: PoolClient) => {
      // The sweep computes the profiles of all customers, also of these.
      if (sweep.cursor === '') await deleteAllOutdated(client);
      await storeSweep(client, next);
    };
    await this.updater.updateEach(page, { models, lease, notifies: false, finish }, this.onFailure);
    return 'DONE';
  }

  /** Returns whether bulk work has to wait. */
  private async givesWay(): Promise<boolean> {
    const mustWait = (await this.options.mustGiveWay?.()) ?? false;
    this.givesWaySince = mustWait ? (this.givesWaySince ?? performance.now()) : undefined;
    return this.givesWaySince !== undefined && performance.now() < this.givesWaySince + MAX_GIVE_WAY_MS;
  }

  /** Logs the reason without the id of the customer, because that is personal data. */
  private readonly onFailure = (error: Error): void => {
    this.options.log.error({ error: error.message }, 'the profile of a customer could not be computed; it is skipped');
  };

  private async prune(): Promise<void> {
    if (performance.now() < this.prunedAt + PRUNE_MS) return;
    if ((await pruneProfileChanges(this.options.pool)) === 0) this.prunedAt = performance.now();
  }

  /** Returns the running sweep, or the one to start; null if none is due. */
  private currentSweep(stored: SweepState | undefined, models: ProfileModels): SweepState | null {
    const isSame = stored !== undefined && stored.versions.join() === models.versions.join();
    if (isSame && stored.cursor !== null) return stored;
    const isFresh = isSame && this.now() - stored.startedAt.getTime() < SWEEP_INTERVAL_MS;
    return isFresh ? null : { versions: models.versions, cursor: '', startedAt: new Date(this.now()) };
  }
}
