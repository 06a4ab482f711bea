import { LOG_TOPIC } from '../../events/outbox.service';
import { newestPosition } from '../../events/position.store';
import { isNewActive } from '../../events/segment-history.store';
import { requireNoErasureSince } from '../../events/tombstone.store';
import { AUDIENCES_LEASE } from '../../models/customer-leases';
import { fence } from '../../platform/artefacts';
import type { Lease } from '../../platform/lease';
import { LeasedLoop, type LeasedWork } from '../../platform/leased-loop';
import type { Logger } from '../../platform/log';
import { inTransaction, type Pool, type PoolClient } from '../../platform/postgres';
import type { RedisPubSub } from '../../platform/pubsub';
import type { AudienceCondition } from './audience-condition';
import {
  advanceExamination,
  countCustomers,
  deleteAudienceChanges,
  deleteFormerMembers,
  findFormerDefinition,
  readAudienceCustomers,
  readCustomerIdsAfter,
  readMembershipsOf,
  readMergedWithEvents,
  restartExamination,
  storeMemberships,
  takeAudienceChanges,
} from './audience-membership.store';
import { readAudiences } from './audience.store';
import { AUDIENCE_DEFINITIONS_TOPIC, AUDIENCE_SIZES_TOPIC } from './audience-topics';
import { computeMemberships, prepareAudiences, withoutMemberships, type PreparedAudience } from './prepare-audiences';

const LEASE_MS = 5_000;
/** Interval at which workers without the lease try to acquire it. */
const ACQUIRE_MS = 1_000;
/** Polling interval, because the daily computation of profiles is not published, and messages can be lost. */
const POLL_MS = 1_000;
/** Changes that arrive within this time are processed together. */
const BATCH_WINDOW_MS = 50;
/** Maximum number of log positions that are read at once. */
const MAX_POSITIONS = 1_000;
/** Maximum number of customers in one transaction. */
const MAX_CUSTOMERS = 1_000;
/** Pause between two pages of the examination of all customers, because the same process ingests events. */
const PAGE_PAUSE_MS = 20;
/** Maximum number of members of a former definition that are deleted at once. */
const MAX_DELETED = 10_000;

export interface AudienceMaintainerOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly log: Logger;
}

/**
 * Maintains the members of audiences and their sizes, in the worker that holds the lease. It examines the customers that
 * triggers have marked as changed, and all customers after an audience was created or its condition was changed.
 */
export class AudienceMaintainer {
  private readonly loop: LeasedLoop;
  private readonly conditions = new Map<number, AudienceCondition | null>();
  /** The definitions at the last search for members of former definitions. */
  private cleanedDefinitions: string | undefined;
  private woken = false;

  constructor(private readonly options: AudienceMaintainerOptions) {
    this.loop = new LeasedLoop({
      pool: options.pool,
      log: options.log,
      name: AUDIENCES_LEASE,
      leaseMs: LEASE_MS,
      acquireMs: ACQUIRE_MS,
      retryMs: ACQUIRE_MS,
      failure: 'audiences not updated; retrying',
      begin: (lease) => this.maintainWith(lease),
    });
  }

  /** Runs until {@link close}. */
  async run(): Promise<void> {
    const wake = () => {
      this.woken = true;
      this.loop.wake();
    };
    const stops = [LOG_TOPIC, AUDIENCE_DEFINITIONS_TOPIC].map((topic) => this.options.pubSub.listen(topic, wake));
    await this.loop.run();
    for (const stop of stops) stop();
  }

  /** Ends {@link run} after the current transaction. */
  close(): void {
    this.loop.close();
  }

  private maintainWith(lease: Lease): LeasedWork {
    let position = lease.storedPosition;
    const { pool } = this.options;
    const run = async () => {
      while (!this.loop.isClosing && lease.held) {
        this.woken = false;
        const newest = await newestPosition(pool);
        const audiences = await this.readPrepared();
        if (audiences.length === 0) {
          // The examination of a later audience sees all that has happened until now.
          await deleteAudienceChanges(pool);
          position = newest;
          if (!this.woken) await this.loop.pauseUntilWoken(POLL_MS);
          continue;
        }
        const newIsActive = await isNewActive(pool);
        const isRestarted = await this.restartOutdated(audiences, newIsActive);
        const context = { lease, newIsActive };
        const upTo = Math.min(newest, position + MAX_POSITIONS);
        const revived = upTo > position ? await readMergedWithEvents(pool, position, upTo) : [];
        const marks = await this.updateChanged(audiences, revived, context);
        position = upTo;
        if (isRestarted) continue;
        const hasExamined = await this.examinePage(audiences, context);
        if (marks >= MAX_CUSTOMERS || upTo < newest) continue;
        await this.loop.pause(hasExamined ? PAGE_PAUSE_MS : BATCH_WINDOW_MS);
        if (!hasExamined && !this.woken) await this.loop.pauseUntilWoken(POLL_MS);
      }
    };
    return { run, position: () => position };
  }

  /** Returns the audiences with valid conditions, and deletes members of former definitions. */
  private async readPrepared(): Promise<PreparedAudience[]> {
    const audiences = await readAudiences(this.options.pool);
    const definitions = audiences.map(({ definition }) => definition).join();
    if (definitions !== this.cleanedDefinitions) {
      const former = await findFormerDefinition(this.options.pool);
      if (former === undefined) this.cleanedDefinitions = definitions;
      else await deleteFormerMembers(this.options.pool, former, MAX_DELETED);
    }
    return prepareAudiences(audiences, this.conditions, (id, { message }) =>
      this.options.log.error(
        { audience: id, error: message },
        'the condition of an audience is invalid; it is skipped',
      ),
    );
  }

  /** @returns whether an examination begins at the first customer */
  private async restartOutdated(audiences: readonly PreparedAudience[], newIsActive: boolean): Promise<boolean> {
    const outdated = audiences.filter(
      (audience) =>
        audience.isNewActive === null || (audience.prepared.readsSegment && audience.isNewActive !== newIsActive),
    );
    if (outdated.length === 0) return false;
    const { pool } = this.options;
    const definitions = outdated.map(({ definition }) => definition);
    await restartExamination(pool, definitions, await countCustomers(pool), newIsActive);
    return true;
  }

  /**
   * Examines the next customers that are marked as changed.
   * @param more further customers to examine
   * @returns the number of marks
   */
  private async updateChanged(
    audiences: readonly PreparedAudience[],
    more: readonly string[],
    context: ExamineContext,
  ): Promise<number> {
    let marks = 0;
    await this.examine(audiences, context, async (client) => {
      const taken = await takeAudienceChanges(client, MAX_CUSTOMERS);
      marks = taken.marks;
      return [...new Set([...taken.customerIds, ...more])];
    });
    return marks;
  }

  /** Examines the next page of all customers. @returns whether there was one to examine */
  private async examinePage(audiences: readonly PreparedAudience[], context: ExamineContext): Promise<boolean> {
    const first = audiences.find(({ cursor }) => cursor !== null);
    if (first === undefined) return false;
    // Audiences that have come equally far are examined together.
    const group = audiences.filter(({ cursor }) => cursor === first.cursor);
    const findPage = (client: PoolClient) => readCustomerIdsAfter(client, first.cursor ?? '', MAX_CUSTOMERS);
    await this.examine(group, context, findPage, async (client, page) => {
      const cursor = page.length < MAX_CUSTOMERS ? null : (page.at(-1) ?? null);
      const definitions = group.map(({ definition }) => definition);
      await advanceExamination(client, definitions, cursor, page.length);
    });
    return true;
  }

  /**
   * Computes the memberships of customers and stores what has changed, in one transaction.
   * @throws FencedOff if the lease has a newer owner, ErasureConflict if a person is erased at the same time
   */
  private async examine(
    audiences: readonly PreparedAudience[],
    { lease, newIsActive }: ExamineContext,
    findCustomers: (client: PoolClient) => Promise<readonly string[]>,
    finish?: (client: PoolClient, customerIds: readonly string[]) => Promise<void>,
  ): Promise<void> {
    const readAt = await newestPosition(this.options.pool);
    const isChanged = await inTransaction(this.options.pool, async (client) => {
      await requireNoErasureSince(client, readAt);
      const customerIds = await findCustomers(client);
      if (customerIds.length === 0 && finish === undefined) return false;
      const definitions = audiences.map(({ definition }) => definition);
      const stored = await readMembershipsOf(client, customerIds, definitions);
      const customers = await readAudienceCustomers(client, customerIds);
      const current = computeMemberships(audiences, customers, newIsActive);
      const entries = withoutMemberships(current, stored);
      const exits = withoutMemberships(stored, current);
      await storeMemberships(client, entries, exits);
      await finish?.(client, customerIds);
      await fence(client, lease);
      return finish !== undefined || entries.length + exits.length > 0;
    });
    if (isChanged) this.options.pubSub.publish(AUDIENCE_SIZES_TOPIC, {});
  }
}

interface ExamineContext {
  readonly lease: Lease;
  /** Whether customers without an order are in the segment NEW. */
  readonly newIsActive: boolean;
}
