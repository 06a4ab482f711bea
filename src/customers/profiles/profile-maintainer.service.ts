import { LOG_TOPIC, type Outbox } from '../../events/outbox.service';
import { newestPosition } from '../../events/position.store';
import { PROFILES_LEASE } from '../../models/customer-leases';
import type { Lease } from '../../platform/lease';
import { LeasedLoop, type LeasedWork } from '../../platform/leased-loop';
import type { Logger } from '../../platform/log';
import type { Pool, PoolClient } from '../../platform/postgres';
import type { RedisPubSub } from '../../platform/pubsub';
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

const LEASE_MS = 5_000;
/** Interval at which workers without the lease try to acquire it. */
const ACQUIRE_MS = 1_000;
/** Polling interval in case a pub/sub message was lost. */
const POLL_MS = 1_000;
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
/** Profiles change without an event, because time passes since the last order. So all are computed again this often. */
const SWEEP_INTERVAL_MS = 24 * 3_600_000;

export interface ProfileMaintainerOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly outbox: Outbox;
  readonly log: Logger;
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
export class ProfileMaintainer {
  private readonly loop: LeasedLoop;
  private readonly updater: ProfileUpdater;
  private readonly now: () => number;
  private woken = false;
  /** Since when bulk work gives way; undefined if it does not. On the clock of `performance.now()`. */
  private givesWaySince: number | undefined;
  private prunedAt = -Infinity;

  constructor(private readonly options: ProfileMaintainerOptions) {
    this.now = options.now ?? Date.now;
    this.updater = new ProfileUpdater(options.pool, options.outbox, this.now, options.deliver);
    this.loop = new LeasedLoop({
      pool: options.pool,
      log: options.log,
      name: PROFILES_LEASE,
      leaseMs: LEASE_MS,
      acquireMs: ACQUIRE_MS,
      retryMs: ACQUIRE_MS,
      failure: 'profiles of customers not updated; retrying',
      begin: (lease) => this.maintainWith(lease),
    });
  }

  /** Runs until {@link close}. */
  async run(): Promise<void> {
    const stop = this.options.pubSub.listen(LOG_TOPIC, () => {
      this.woken = true;
      this.loop.wake();
    });
    await this.loop.run();
    stop();
  }

  /** Ends {@link run} after the current transaction. */
  close(): void {
    this.loop.close();
  }

  private maintainWith(lease: Lease): LeasedWork {
    let position = lease.storedPosition;
    let isNewActive: boolean | undefined;
    /** On the clock of `performance.now()`. Live purchases are processed meanwhile. */
    let bulkRestsUntil = 0;
    const setNewActive = async (active: boolean) => {
      if (isNewActive === active) return;
      await this.updater.setNewActive(active, lease);
      isNewActive = active;
    };
    const run = async () => {
      // This process may not have heard yet of versions that the previous owner of the lease has computed with.
      await this.options.models.refresh();
      while (!this.loop.isClosing && lease.held) {
        this.woken = false;
        const models = await this.loadedModels();
        const newest = await newestPosition(this.options.pool);
        const hasSegments = models !== null && models.segmentOf !== null;
        if (!hasSegments) await setNewActive(false);
        if (models === null) {
          // No profiles are served. When a version becomes active, a new sweep computes them from the log.
          await deleteSweep(this.options.pool);
          position = newest;
          if ((await this.updater.removeSome(MAX_CUSTOMERS, lease)) === 0) await this.loop.pause(POLL_MS);
          continue;
        }
        const reached = await this.followLog(lease, models, position, newest);
        const isBehind = reached < newest;
        position = reached;
        if (isBehind) continue;
        const began = performance.now();
        if (began < bulkRestsUntil) {
          await this.loop.pause(BATCH_WINDOW_MS);
          if (!this.woken) await this.loop.pauseUntilWoken(bulkRestsUntil - performance.now());
          continue;
        }
        const bulk = await this.bulkPage(lease, models);
        if (bulk !== 'NONE') {
          const ended = performance.now();
          bulkRestsUntil = ended + (bulk === 'WAITS' ? GIVE_WAY_MS : BULK_REST_FACTOR * (ended - began));
          continue;
        }
        // Only now every customer with an order is in a segment, so that the others are NEW.
        if (hasSegments) await setNewActive(true);
        await this.prune();
        await this.loop.pause(BATCH_WINDOW_MS);
        if (!this.woken) await this.loop.pauseUntilWoken(POLL_MS);
      }
    };
    return { run, position: () => position };
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
    const changed = await readChangedBuyers(this.options.pool, after, upTo);
    for (let from = 0; from < changed.length; from += MAX_CUSTOMERS) {
      if (this.loop.isClosing || !lease.held) return after;
      const page = changed.slice(from, from + MAX_CUSTOMERS);
      await this.updater.updateEach(page, { models, lease, notifies: true }, this.onFailure);
    }
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
