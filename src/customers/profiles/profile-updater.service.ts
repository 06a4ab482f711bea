import { setImmediate } from 'node:timers/promises';
import { commitChange } from '../../events/commit-change';
import type { Outbox } from '../../events/outbox.service';
import { newestPosition } from '../../events/position.store';
import type { ProfileChange } from './profile-change';
import { isNewActive, storeSegmentPeriod } from '../../events/segment-history.store';
import { requireNoErasureSince } from '../../events/tombstone.store';
import { ErasureConflict } from '../../platform/erasure-conflict';
import { fence, FencedOff } from '../../platform/artefacts';
import { isOutage } from '../../platform/outage';
import { inTransaction, type Pool, type PoolClient } from '../../platform/postgres';
import { queueChangeDeliveries } from '../../webhooks/delivery.store';
import { readPurchaseLines } from '../purchases/purchase-lines.store';
import { computeProfile, type Profile, type ProfileModels } from './profile';
import {
  deleteProfiles,
  lockProfiledCustomers,
  lockSegments,
  readBackfillBatches,
  readBuyersOf,
  readSomeProfiles,
  removeProfiles,
  storeOptOuts,
  storeOutdated,
  storeProfiles,
  storeProfileChanges,
} from './profile.store';

/** Number of imported batches whose customers are read at once. A batch has up to 5,000 events. */
const BACKFILL_BATCHES = 20;
/** Number of profiles that are computed without a pause. */
const PROFILES_AT_ONCE = 25;

export interface UpdateContext {
  readonly models: ProfileModels;
  readonly lease: { readonly name: string; readonly token: number };
  /** Whether subscribers of these customers are notified even if no segment changes. */
  readonly notifies: boolean;
  /** Runs at the end of the transaction. */
  readonly finish?: (client: PoolClient) => Promise<void>;
}

/** Computes profiles of customers from the log and stores them. */
export class ProfileUpdater {
  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox,
    private readonly now: () => number = Date.now,
    /** Sends the deliveries to webhooks that a transaction has queued. */
    private readonly deliver: (deliveries: readonly string[]) => void = () => undefined,
  ) {}

  /**
   * As {@link update}. If it fails because of the data and not because of the database, it is repeated for each half of
   * the customers, down to the single customer whose profile can't be computed: the others do not wait for it.
   * @param onFailure called for each such customer. The stored profile stays unchanged
   */
  async updateEach(
    customerIds: readonly string[],
    context: UpdateContext,
    onFailure: (error: Error) => void,
  ): Promise<void> {
    try {
      await this.update(customerIds, context);
    } catch (error) {
      if (customerIds.length === 0 || isOutage(error) || error instanceof FencedOff || error instanceof ErasureConflict)
        throw error;
      if (customerIds.length === 1) {
        onFailure(error as Error);
        if (context.finish !== undefined) await this.update([], context);
        return;
      }
      const middle = customerIds.length >> 1;
      await this.updateEach(customerIds.slice(0, middle), { ...context, finish: undefined }, onFailure);
      await this.updateEach(customerIds.slice(middle), context, onFailure);
    }
  }

  /**
   * Computes the profiles of customers and stores them in one transaction. A customer without orders, who has opted out
   * or who no longer exists has no profile. Changed segments are logged with the position of the transaction.
   * @throws FencedOff if the lease has a newer owner, ErasureConflict if a person was erased after the log was read
   */
  async update(customerIds: readonly string[], { models, lease, notifies, finish }: UpdateContext): Promise<void> {
    const readAt = await newestPosition(this.pool);
    const lines = await readPurchaseLines(this.pool, customerIds, models.currency);
    const now = this.now();
    const profiles = new Map<string, Profile | null>();
    for (const [id, own] of lines) {
      profiles.set(id, computeProfile(id, own, models, now));
      // The same process ingests events.
      if (profiles.size % PROFILES_AT_ONCE === 0) await setImmediate();
    }
    let deliveries: readonly string[] = [];
    await commitChange(this.outbox, async (client) => {
      await requireNoErasureSince(client, readAt);
      const profiled = await lockProfiledCustomers(client, customerIds);
      const before = await lockSegments(client, customerIds);
      const stored = customerIds.flatMap((id) => (profiled.has(id) ? (profiles.get(id) ?? []) : []));
      const removed = customerIds.filter((id) => before.has(id) && !stored.some(({ customerId }) => customerId === id));
      await storeProfiles(client, stored, models.currency);
      await deleteProfiles(
        client,
        removed.filter((id) => profiled.has(id)),
      );
      // A customer who was merged with one who has opted out is opted out, too, and still has a profile here.
      const optOuts = await removeProfiles(
        client,
        removed.filter((id) => !profiled.has(id)),
      );
      await finish?.(client);
      await fence(client, lease);
      const changes = [
        ...stored.map(({ customerId, segmentId }) => ({ customerId, to: segmentId })),
        ...removed.filter((id) => profiled.has(id)).map((customerId) => ({ customerId, to: null })),
      ]
        .map(({ customerId, to }): ProfileChange => ({ customerId, from: before.get(customerId) ?? null, to }))
        .filter(({ from, to }) => notifies || from !== to);
      if (changes.length === 0 && optOuts.length === 0) return { change: null };
      const afterPosition = async (position: number) => {
        await storeProfileChanges(client, position, changes);
        await storeOptOuts(client, position, optOuts);
        deliveries = await queueChangeDeliveries(client, position);
      };
      return { change: { profiles: [...changes, ...optOuts] }, afterPosition };
    });
    this.deliver(deliveries);
  }

  /**
   * Stores that the profiles of the customers with imported purchases or returns in a range of the log are outdated.
   * @throws ErasureConflict if a person was erased meanwhile
   */
  async storeOutdated(after: number, upTo: number): Promise<void> {
    const readAt = await newestPosition(this.pool);
    const batches = await readBackfillBatches(this.pool, after, upTo);
    for (let from = 0; from < batches.length; from += BACKFILL_BATCHES) {
      const customerIds = await readBuyersOf(this.pool, batches.slice(from, from + BACKFILL_BATCHES));
      await inTransaction(this.pool, async (client) => {
        await requireNoErasureSince(client, readAt);
        await storeOutdated(client, customerIds);
      });
    }
  }

  /**
   * Logs that customers without an order are in the segment NEW from now on, or no longer. Does nothing if the log says
   * so already.
   * @throws FencedOff if the lease has a newer owner
   */
  async setNewActive(active: boolean, lease: UpdateContext['lease']): Promise<void> {
    if ((await isNewActive(this.pool)) === active) return;
    await commitChange(this.outbox, async (client) => {
      await fence(client, lease);
      return { change: {}, afterPosition: (position) => storeSegmentPeriod(client, position, active) };
    });
  }

  /**
   * Deletes some profiles, because no version of a model is active.
   * @returns the number of deleted profiles; 0 if there are none left
   * @throws FencedOff if the lease has a newer owner
   */
  async removeSome(count: number, lease: UpdateContext['lease']): Promise<number> {
    const customerIds = await readSomeProfiles(this.pool, count);
    if (customerIds.length === 0) return 0;
    let deliveries: readonly string[] = [];
    await commitChange(this.outbox, async (client) => {
      const segments = await lockSegments(client, customerIds);
      await deleteProfiles(client, customerIds);
      await fence(client, lease);
      const changes = Array.from(segments, ([customerId, from]): ProfileChange => ({ customerId, from, to: null }));
      const afterPosition = async (position: number) => {
        await storeProfileChanges(client, position, changes);
        deliveries = await queueChangeDeliveries(client, position);
      };
      return { change: changes.length > 0 ? { profiles: changes } : null, afterPosition };
    });
    this.deliver(deliveries);
    return customerIds.length;
  }
}
