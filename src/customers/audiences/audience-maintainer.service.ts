import { measureFollower, storeFollowerPosition } from '../../events/follower.store';
import { LeasedFollower, type FollowerOptions, type FollowerStep } from '../../events/leased-follower.service';
import { newestPosition } from '../../events/position.store';
import { isNewActive } from '../../events/segment-history.store';
import { requireNoErasureSince } from '../../events/tombstone.store';
import { AUDIENCES_LEASE } from '../../models/customer-leases';
import { fence } from '../../platform/artefacts';
import type { Lease } from '../../platform/lease';
import { inTransaction, type PoolClient } from '../../platform/postgres';
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

/**
 * Maintains the members of audiences and their sizes, in the worker that holds the lease. It examines the customers that
 * triggers have marked as changed, and all customers after an audience was created or its condition was changed.
 */
export class AudienceMaintainer extends LeasedFollower {
  private readonly conditions = new Map<number, AudienceCondition | null>();
  /** The definitions at the last search for members of former definitions. */
  private cleanedDefinitions: string | undefined;

  constructor(private readonly options: FollowerOptions) {
    super({
      ...options,
      lease: AUDIENCES_LEASE,
      failure: 'audiences not updated; retrying',
      batchWindowMs: BATCH_WINDOW_MS,
      topics: [AUDIENCE_DEFINITIONS_TOPIC],
    });
  }

  protected async step(lease: Lease): Promise<FollowerStep> {
    const { pool } = this.options;
    const { position, newest } = await measureFollower(pool, AUDIENCES_LEASE);
    const audiences = await this.readPrepared();
    if (audiences.length === 0) {
      // The examination of a later audience sees all that has happened until now.
      await deleteAudienceChanges(pool);
      if (newest > position) await storeFollowerPosition(pool, AUDIENCES_LEASE, newest);
      return { more: false };
    }
    const newIsActive = await isNewActive(pool);
    const isRestarted = await this.restartOutdated(audiences, newIsActive);
    const context = { lease, newIsActive };
    const upTo = Math.min(newest, position + MAX_POSITIONS);
    const marks = await this.updateChanged(audiences, position, upTo, context);
    if (isRestarted) return { more: true };
    const hasExamined = await this.examinePage(audiences, context);
    if (marks >= MAX_CUSTOMERS || upTo < newest) return { more: true };
    return { more: hasExamined, restMs: hasExamined ? PAGE_PAUSE_MS : 0 };
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
   * Examines the next customers that are marked as changed, and those of merges in a range of the log.
   * @returns the number of marks
   */
  private async updateChanged(
    audiences: readonly PreparedAudience[],
    after: number,
    upTo: number,
    context: ExamineContext,
  ): Promise<number> {
    const merged = upTo > after ? await readMergedWithEvents(this.options.pool, after, upTo) : [];
    let marks = 0;
    await this.examine(audiences, context, async (client) => {
      const taken = await takeAudienceChanges(client, MAX_CUSTOMERS);
      marks = taken.marks;
      if (upTo > after) await storeFollowerPosition(client, AUDIENCES_LEASE, upTo);
      return [...new Set([...taken.customerIds, ...merged])];
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
