import { faultOfId } from '../auth/identify';
import { subjectOfCustomer, subjectOfSession, type Merge } from '../events/log-event';
import type { Outbox } from '../events/outbox';
import {
  claimMerge,
  countFailure,
  finishMerge,
  insertPendingMerge,
  readyMerges,
  stillUnfinished,
  unfinishedBefore,
} from '../events/pending-merges.service';
import { newestPosition, takePosition, type LogChange } from '../events/position';
import { receiptOf } from '../events/receipts';
import { rejectedMerge, rejectEvents } from '../events/rejected-event.service';
import { erasedAmong } from '../events/tombstone.service';
import { isOfOneTransaction, isOutage } from '../platform/outage';
import { inTransaction, type Pool, type PoolClient } from '../platform/postgres';
import { markOrders, moveOrdersTo } from '../orders/order-owner.service';
import { ERASED } from './customer.service';
import type { MergeCustomerInput, MergeCustomerPayload } from './merge.type';

/** How long the caller waits for what was acknowledged before it, so that this is merged too. */
const MAX_WAIT_MS = 2_000;
const POLL_MS = 20;
/** Pending merges that a worker carries out at a time. */
const MAX_RESUMED = 100;
/** Failures, other than outages, until a pending merge is rejected. */
const MAX_ATTEMPTS = 3;

/**
 * Two subjects that turn out to be one person. The log stays as it was: a merge is a fact with a position of its own,
 * and what the first had done up to there counts as the second's from there on. What is done later under the old name
 * stays apart, so that a token that was left behind on a shared machine shows nobody's past. Where the log still lacks
 * what was acknowledged before, the merge is committed as pending, and a worker gives it its position when that is there.
 */
export class MergeService {
  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox,
  ) {}

  async merge(input: MergeCustomerInput): Promise<MergeCustomerPayload> {
    const wrong = faultOf(input);
    if (wrong) return { receipt: null, errors: [{ index: 0, code: 'BAD_USER_INPUT', ...wrong }] };
    const [path, from] =
      input.fromCustomerId == null
        ? ['fromSessionId', subjectOfSession(input.fromSessionId as string)]
        : ['fromCustomerId', subjectOfCustomer(input.fromCustomerId)];
    const into = subjectOfCustomer(input.intoCustomerId);
    const waitsFor = await this.awaitUnfinished({ from, into });
    const merged = await inTransaction(this.pool, async (client) => {
      const erased = await erasedAmong(client, [from, into]);
      if (erased.size > 0) return { erased: erased.has(into) ? 'intoCustomerId' : path };
      if (waitsFor.length > 0) return { pending: await insertPendingMerge(client, { from, into }, waitsFor) };
      return merge(client, { from, into }, []);
    });
    if ('erased' in merged) return { receipt: null, errors: [{ index: 0, ...ERASED, path: merged.erased }] };
    if ('pending' in merged) return { receipt: merged.pending, errors: [] };
    this.publish(merged);
    return { receipt: receiptOf(merged.position), errors: [] };
  }

  /** Carries out the pending merges that wait for nothing any more; one that fails stops no other. Any number of workers may. */
  async resume(): Promise<void> {
    for (const id of await readyMerges(this.pool, MAX_RESUMED)) {
      try {
        const merged = await this.carryOut(id);
        if (merged) this.publish(merged);
      } catch (error) {
        if (!isOutage(error)) await this.failed(id, (error as Error).message);
        else if (!isOfOneTransaction(error)) throw error;
      }
    }
  }

  /** @returns null where the merge is finished without a position of its own, or another worker's */
  private carryOut(id: string): Promise<Merged | null> {
    return inTransaction(this.pool, async (client) => {
      // The lock on tombstones comes before whatever is read of persons.
      await erasedAmong(client, []);
      const pending = await claimMerge(client, id);
      if (pending === null) return null;
      const erased = await erasedAmong(client, [pending.from, pending.into]);
      if (erased.size > 0) {
        await finishMerge(client, id, await newestPosition(client));
        return null;
      }
      const merged = await merge(client, pending, [id]);
      await finishMerge(client, id, merged.position);
      return merged;
    });
  }

  /** Counts the failure; after {@link MAX_ATTEMPTS} of them the merge is rejected, and what waits for it goes on. */
  private async failed(id: string, message: string): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await erasedAmong(client, []);
      const pending = await claimMerge(client, id);
      if (pending === null || (await countFailure(client, id)) < MAX_ATTEMPTS) return;
      await rejectEvents(client, id, pending.requestedAt, [rejectedMerge(pending)], { code: 'POISON', message });
      await finishMerge(client, id, await newestPosition(client));
    });
  }

  /** @returns what is not finished after {@link MAX_WAIT_MS} of what has to be in the log before this merge */
  private async awaitUnfinished(merge: Merge): Promise<string[]> {
    const until = performance.now() + MAX_WAIT_MS;
    let waitsFor = await unfinishedBefore(this.pool, merge);
    while (waitsFor.length > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      waitsFor = await stillUnfinished(this.pool, waitsFor);
    }
    return waitsFor;
  }

  private publish({ position, change }: Merged): void {
    if (change) this.outbox.publish(position, change);
  }
}

interface Merged {
  readonly position: number;
  /** Null where the merge has been done before. */
  readonly change: LogChange | null;
}

/** @param receipts the pending merge that this one finishes */
async function merge(client: PoolClient, { from, into }: Merge, receipts: readonly string[]): Promise<Merged> {
  const customerId = into.slice(2);
  await client.query('INSERT INTO customers (id, created_at) VALUES ($1, now()) ON CONFLICT (id) DO NOTHING', [
    customerId,
  ]);
  if (await isDone(client, from, into)) return { position: await newestPosition(client), change: null };
  const orders = await moveOrdersTo(client, from, customerId);
  const change: LogChange = {
    merged: { from, into },
    ...(orders.length > 0 ? { orders } : {}),
    ...(receipts.length > 0 ? { receipts } : {}),
  };
  const position = await takePosition(client, change);
  // After the position, whose row lock lets one merge in at a time.
  await client.query('INSERT INTO merges (position, from_subject, into_subject) VALUES ($1, $2, $3)', [
    position,
    from,
    into,
  ]);
  await markOrders(client, orders, position);
  return { position, change };
}

/** Whether the same has been asked before, and nothing has come under the old name since: repeating is harmless. */
async function isDone(client: PoolClient, from: string, into: string): Promise<boolean> {
  const { rows } = await client.query<{ done: boolean }>(
    `SELECT m.into_subject = $2 AND NOT EXISTS (
       SELECT FROM events e WHERE e.subject = $1
         AND (SELECT position FROM log_batches WHERE batch = e.batch) > m.position
     ) AND NOT EXISTS (
       SELECT FROM merges later WHERE later.into_subject = $1 AND later.position > m.position AND later.set_aside IS NULL
     ) AS done
     FROM merges m WHERE m.from_subject = $1 AND m.set_aside IS NULL ORDER BY m.position DESC LIMIT 1`,
    [from, into],
  );
  return rows[0]?.done ?? false;
}

function faultOf(input: MergeCustomerInput): { message: string; path: string } | undefined {
  const { fromCustomerId, fromSessionId, intoCustomerId } = input;
  if ((fromCustomerId == null) === (fromSessionId == null)) {
    return { message: 'exactly one of fromCustomerId and fromSessionId is needed', path: 'fromCustomerId' };
  }
  if (fromCustomerId === intoCustomerId)
    return { message: 'a customer is merged into another', path: 'intoCustomerId' };
  for (const [path, id] of Object.entries({ fromCustomerId, fromSessionId, intoCustomerId })) {
    const wrong = id == null ? undefined : faultOfId(path, id);
    if (wrong) return { message: wrong, path };
  }
  return undefined;
}
