import { subjectOfCustomer, subjectOfSession, type Merge } from '../events/log-event';
import { commitChange, type Written } from '../events/commit-change';
import type { Outbox } from '../events/outbox.service';
import {
  claimMerge,
  countFailure,
  finishMerge,
  insertPendingMerge,
  readyMerges,
  filterUnfinished,
  findMergeDependencies,
} from '../events/pending-merges.store';
import { newestPosition, type LogChange } from '../events/position.store';
import { receiptOf } from '../events/receipts';
import { rejectEvents } from '../events/rejected-event.service';
import { toRejectedMerge } from '../events/rejected-merge';
import { erasedFault, findErased } from '../events/tombstone.store';
import { isTransactionFailure, isOutage, isWaitTimeout } from '../platform/outage';
import { inTransaction, type Pool, type PoolClient } from '../platform/postgres';
import { retryTransaction } from '../platform/retry-outages';
import { lockOrdersOfMerge, moveOrdersTo } from '../orders/order-owner.store';
import { markOrders } from '../orders/order.store';
import { forgetSegments } from '../streams/stream.store';
import { queueChangeDeliveries } from '../webhooks/delivery.store';
import { storeProfilingSince } from './customer.store';
import type { MergeCustomerInput, MergeCustomerPayload } from './merge.type';
import { removeProfiles, storeOptOuts } from './profiles/profile.store';
import { inheritOptOut, insertCustomer, insertMerge, isAlreadyMerged } from './merge.store';

/**
 * What a merge moves in a room that is above this one. Runs in the transaction of the merge.
 * @returns what it adds to the published change, and what writes the position of the merge to what it has moved
 */
export type MergeEffect = (
  client: PoolClient,
  merge: Merge,
) => Promise<{ readonly change: LogChange; readonly afterPosition: (position: number) => Promise<void> }>;

/** How long a merge waits until all events that were acknowledged before it are in the log. Then it becomes pending. */
const MAX_WAIT_MS = 2_000;
const POLL_MS = 20;
/** Maximum number of pending merges that a worker executes per call. */
const MAX_MERGES_PER_CALL = 100;
/** Number of failures, not counting outages, after which a pending merge is rejected. */
const MAX_ATTEMPTS = 3;

/**
 * Merges two subjects (customers or visits) that are the same person. A merge is a new log entry, and existing entries
 * do not change. From the position of the merge on, all earlier events of the first subject count as events of the
 * second. Later events of the first subject are not merged, so that an old token on a shared machine does not show the
 * person's history. If events that were acknowledged before the merge are not in the log yet, the merge is stored as
 * pending, and a worker executes it once they are.
 */
export class MergeService {
  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox,
    private readonly effects: () => readonly MergeEffect[] = () => [],
  ) {}

  async merge(input: MergeCustomerInput): Promise<MergeCustomerPayload> {
    const wrong = faultOf(input);
    if (wrong) return { receipt: null, errors: [{ index: 0, code: 'BAD_USER_INPUT', ...wrong }] };
    const [path, from] =
      input.fromCustomerId == null
        ? ['fromSessionId', subjectOfSession(input.fromSessionId as string)]
        : ['fromCustomerId', subjectOfCustomer(input.fromCustomerId)];
    const into = subjectOfCustomer(input.intoCustomerId);
    const unfinishedIds = await this.awaitUnfinished({ from, into });
    const write = async (client: PoolClient): Promise<MergeWrite> => {
      const erased = await findErased(client, [from, into]);
      if (erased.size > 0) return { change: null, erased: erased.has(into) ? 'intoCustomerId' : path };
      if (unfinishedIds.length === 0) return this.mergeSubjects(client, { from, into }, []);
      return { change: null, pending: await insertPendingMerge(client, { from, into }, unfinishedIds) };
    };
    const merged = await retryTransaction(() => commitChange(this.outbox, write));
    if (merged.erased !== undefined)
      return {
        receipt: null,
        errors: [{ index: 0, ...erasedFault(merged.erased === path ? from : into), path: merged.erased }],
      };
    return { receipt: merged.pending ?? receiptOf(merged.position), errors: [] };
  }

  /**
   * Executes the pending merges that no longer wait for anything. A failing merge does not stop the others. Any number
   * of workers may run it concurrently.
   */
  async executePending(): Promise<void> {
    for (const id of await readyMerges(this.pool, MAX_MERGES_PER_CALL)) {
      try {
        await this.executeMerge(id);
      } catch (error) {
        if (!isOutage(error)) await this.recordFailure(id, (error as Error).message);
        else if (!isTransactionFailure(error) && !isWaitTimeout(error)) throw error;
      }
    }
  }

  /** Does nothing if another worker has claimed the merge. The merge has no effect if a subject is erased. */
  private async executeMerge(id: string): Promise<void> {
    await commitChange(this.outbox, async (client) => {
      // This call acquires the lock on tombstones (the marks of erased subjects), which is needed before any personal
      // data is read.
      await findErased(client, []);
      const pending = await claimMerge(client, id);
      if (pending === null) return null;
      const erased = await findErased(client, [pending.from, pending.into]);
      if (erased.size > 0) {
        await finishMerge(client, id, await newestPosition(client));
        return null;
      }
      const merged = await this.mergeSubjects(client, pending, [id]);
      if (merged.change === null) await finishMerge(client, id, await newestPosition(client));
      const afterPosition = async (position: number) => {
        await merged.afterPosition?.(position);
        await finishMerge(client, id, position);
      };
      return { ...merged, afterPosition };
    });
  }

  /** Counts a failure. After {@link MAX_ATTEMPTS} failures the merge is rejected, and nothing waits for it anymore. */
  private async recordFailure(id: string, message: string): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await findErased(client, []);
      const pending = await claimMerge(client, id);
      if (pending === null || (await countFailure(client, id)) < MAX_ATTEMPTS) return;
      await rejectEvents(client, id, pending.requestedAt, [
        { event: toRejectedMerge(pending), code: 'POISON', message },
      ]);
      await finishMerge(client, id, await newestPosition(client));
    });
  }

  /**
   * Waits up to {@link MAX_WAIT_MS} for the batches and merges that must be in the log before this merge.
   * @returns the ids of the batches and merges that are still not in the log
   */
  private async awaitUnfinished(merge: Merge): Promise<string[]> {
    const until = performance.now() + MAX_WAIT_MS;
    let unfinishedIds = await findMergeDependencies(this.pool, merge);
    while (unfinishedIds.length > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      unfinishedIds = await filterUnfinished(this.pool, unfinishedIds);
    }
    return unfinishedIds;
  }

  /**
   * Executes a merge in the caller's transaction. There is no change if the merge was executed before.
   * @param receipts id of the pending merge that it finishes, if any
   */
  private async mergeSubjects(
    client: PoolClient,
    { from, into }: Merge,
    receipts: readonly string[],
  ): Promise<Written> {
    const customerId = into.slice(2);
    await lockOrdersOfMerge(client, from, into);
    await insertCustomer(client, customerId);
    if (await isAlreadyMerged(client, from, into)) return { change: null };
    const isOptOut = await inheritOptOut(client, from, customerId);
    if (isOptOut) await forgetSegments(client);
    const profiles = isOptOut ? await removeProfiles(client, [customerId]) : [];
    const orders = await moveOrdersTo(client, from, customerId);
    const moved: Awaited<ReturnType<MergeEffect>>[] = [];
    for (const effect of this.effects()) moved.push(await effect(client, { from, into }));
    const change: LogChange = {
      ...moved.reduce<LogChange>((all, each) => ({ ...all, ...each.change }), {}),
      merged: { from, into },
      ...(orders.length > 0 ? { orders } : {}),
      ...(profiles.length > 0 ? { profiles } : {}),
      ...(receipts.length > 0 ? { receipts } : {}),
    };
    const afterPosition = async (position: number) => {
      // This row is inserted after the position is allocated, because the row lock of the allocation serialises merges.
      await insertMerge(client, { position, from, into });
      await markOrders(client, orders, position);
      for (const each of moved) await each.afterPosition(position);
      if (isOptOut) await storeProfilingSince(client, position, [customerId]);
      await storeOptOuts(client, position, profiles);
      if (profiles.length > 0) await queueChangeDeliveries(client, position);
    };
    return { change, afterPosition };
  }
}

interface MergeWrite extends Written {
  /** The field of the input that names an erased customer, if any. */
  readonly erased?: string;
  /** The receipt of the merge if it is pending. */
  readonly pending?: string;
}

function faultOf(input: MergeCustomerInput): { message: string; path: string } | undefined {
  const { fromCustomerId, fromSessionId, intoCustomerId } = input;
  if ((fromCustomerId == null) === (fromSessionId == null)) {
    return { message: 'exactly one of fromCustomerId and fromSessionId must be set', path: 'fromCustomerId' };
  }
  if (fromCustomerId === intoCustomerId)
    return { message: 'intoCustomerId must differ from fromCustomerId', path: 'intoCustomerId' };
  return undefined;
}
