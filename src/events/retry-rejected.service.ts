import { type ErrorCode } from '../graphql/errors';
import { checkItemCount } from '../graphql/item-count';
import type { ItemError } from '../graphql/item-error.type';
import { inTransaction } from '../platform/postgres';
import type { Queues } from '../platform/queues';
import type { BackPressure } from './back-pressure';
import { MAX_EVENTS } from './event.service';
import type { RecordEventsPayload } from './event.type';
import type { EventLog } from './event-log';
import { insertBatch } from './inbox.store';
import type { RejectedMerge } from './rejected-merge';
import { deleteQuarantined } from './quarantine';
import type { StoredEvent } from './stored-event';
import { toEventInput } from './to-event-input';
import { validateEvents } from './validate';
import { deleteRejectedEvents, type LockedRejection, lockRejected } from './rejected-event.store';

/** Sends rejected events through the inbox again. */
export class RetryRejectedService {
  constructor(
    private readonly eventLog: EventLog,
    private readonly queues: Queues,
    private readonly pressure: Pick<BackPressure, 'admit'>,
  ) {}

  /**
   * Validates rejected events again, with the permissions of an admin, and moves them to the inbox in one transaction.
   * Events that are not accepted stay in `rejected_events`.
   */
  async retry(ids: readonly string[]): Promise<RecordEventsPayload> {
    checkItemCount(ids.length, MAX_EVENTS, 'ids');
    this.pressure.admit(ids.length, 'SHOP');
    const { receipt, ...payload } = await inTransaction(this.eventLog.pool, async (client) => {
      const rejectedById = await lockRejected(client, ids);
      const retriable: (LockedRejection & { id: string; index: number })[] = [];
      const refused: ItemError[] = [];
      ids.forEach((id, index) => {
        const rejected = rejectedById.get(id);
        if (!rejected) refused.push(notFound(id, index));
        else if (isRejectedMerge(rejected.event)) refused.push(mergeNotRetryable(index));
        else retriable.push({ ...rejected, event: rejected.event, id, index });
      });
      const { events, identities, faults } = validateEvents(
        retriable.map(({ event }) => toEventInput(event)),
        { sender: { scope: 'ADMIN' }, now: Date.now(), knowsProduct: () => true, isRetry: true },
      );
      const faultyIndexes = new Set(faults.map(({ index }) => index));
      const errors = faults.map((fault) => ({
        ...fault,
        index: retriable[fault.index]!.index,
        path: fault.path ?? null,
      }));
      const acceptedIds = [...new Set(retriable.filter((_, index) => !faultyIndexes.has(index)).map(({ id }) => id))];
      await deleteQuarantined(
        this.eventLog,
        client,
        retriable.filter((each, index) => each.fromLog && !faultyIndexes.has(index)).map(({ event }) => event),
      );
      if (acceptedIds.length > 0) await deleteRejectedEvents(client, acceptedIds);
      const receipt = events.length > 0 ? await insertBatch(client, events, identities) : null;
      return {
        accepted: acceptedIds.length,
        receipt,
        errors: [...refused, ...errors].sort((a, b) => a.index - b.index),
      };
    });
    if (receipt !== null) this.queues.enqueue('ingest', { inboxId: receipt }, receipt);
    return { ...payload, receipt };
  }
}

function notFound(id: string, index: number): ItemError {
  const code: ErrorCode = 'NOT_FOUND';
  return { index, code, message: `there is no rejected event ${JSON.stringify(id)}`, path: null };
}

function isRejectedMerge(event: StoredEvent | RejectedMerge): event is RejectedMerge {
  return event.type === 'MERGE';
}

function mergeNotRetryable(index: number): ItemError {
  const code: ErrorCode = 'BAD_USER_INPUT';
  return { index, code, message: 'this is a merge: call mergeCustomer to repeat it', path: null };
}
