import { ApiError, type ErrorCode } from '../graphql/errors';
import type { ItemError } from '../graphql/item-error.type';
import { inTransaction, type Pool, type PoolClient } from '../platform/postgres';
import type { Queues } from '../platform/queues';
import type { BackPressure } from './back-pressure';
import { MAX_EVENTS } from './event.service';
import type { EventInput, RecordEventsPayload } from './event.type';
import { accept } from './inbox';
import type { RejectedMerge } from './rejected-event.service';
import { forgetSetAside } from './set-aside.service';
import type { StoredEvent } from './stored-event';
import { validateEvents } from './validate';

const ID = /^\d{1,18}$/;

/** Rejected events on their way back, through the door by which all others came. */
export class RetryRejectedService {
  constructor(
    private readonly pool: Pool,
    private readonly queues: Queues,
    private readonly pressure: Pick<BackPressure, 'admit'>,
  ) {}

  /**
   * Validates them anew, as an admin's, and moves them to the inbox in one transaction: at every moment each is in one of
   * the two. What is not accepted stays where it is.
   */
  async retry(ids: readonly string[]): Promise<RecordEventsPayload> {
    if (ids.length > MAX_EVENTS)
      throw new ApiError('BAD_USER_INPUT', `${ids.length} ids: at most ${MAX_EVENTS} in one request`);
    this.pressure.admit(ids.length);
    const { receipt, ...payload } = await inTransaction(this.pool, async (client) => {
      const known = await lockRejected(client, ids);
      const found: (Rejected & { id: string; index: number })[] = [];
      const refused: ItemError[] = [];
      ids.forEach((id, index) => {
        const rejected = known.get(id);
        if (!rejected) refused.push(notFound(id, index));
        else if (isRejectedMerge(rejected.event)) refused.push(noEvent(index));
        else found.push({ ...rejected, event: rejected.event, id, index });
      });
      const { events, identities, faults } = validateEvents(
        found.map(({ event }) => inputOf(event)),
        { sender: { scope: 'ADMIN' }, now: Date.now(), knowsProduct: () => true },
      );
      const faulty = new Set(faults.map(({ index }) => index));
      const errors = faults.map((fault) => ({ ...fault, index: found[fault.index].index, path: fault.path ?? null }));
      const taken = [...new Set(found.filter((_, index) => !faulty.has(index)).map(({ id }) => id))];
      await forgetSetAside(
        client,
        found.filter((each, index) => each.fromLog && !faulty.has(index)).map(({ event }) => event),
      );
      if (taken.length > 0) await client.query('DELETE FROM rejected_events WHERE id = ANY($1::bigint[])', [taken]);
      const receipt = events.length > 0 ? await accept(client, events, identities) : null;
      return {
        accepted: taken.length,
        receipt,
        errors: [...refused, ...errors].sort((a, b) => a.index - b.index),
      };
    });
    if (receipt !== null) this.queues.enqueue('ingest', { inboxId: receipt }, receipt);
    return { ...payload, receipt };
  }
}

interface Rejected<E = StoredEvent> {
  readonly event: E;
  /** Set aside when it had been in the log already, and not on its way there. */
  readonly fromLog: boolean;
}

/** Those of them that are there, by id. A second request for the same waits, and then finds them gone. */
async function lockRejected(
  client: PoolClient,
  ids: readonly string[],
): Promise<Map<string, Rejected<StoredEvent | RejectedMerge>>> {
  const { rows } = await client.query<Rejected<StoredEvent | RejectedMerge> & { id: string }>(
    `SELECT id::text, event, inbox_id IS NULL AS "fromLog" FROM rejected_events WHERE id = ANY($1::bigint[])
     ORDER BY id FOR UPDATE`,
    [ids.filter((id) => ID.test(id))],
  );
  return new Map(rows.map(({ id, ...rejected }) => [id, rejected]));
}

function notFound(id: string, index: number): ItemError {
  const code: ErrorCode = 'NOT_FOUND';
  return { index, code, message: `there is no rejected event ${JSON.stringify(id)}`, path: null };
}

function isRejectedMerge(event: StoredEvent | RejectedMerge): event is RejectedMerge {
  return event.type === 'MERGE';
}

function noEvent(index: number): ItemError {
  const code: ErrorCode = 'BAD_USER_INPUT';
  return { index, code, message: 'this is a merge: ask for it again with mergeCustomer', path: null };
}

/** A stored event as its sender could have sent it. */
function inputOf({ unitPrice, currency, listPosition, occurredAt, ...event }: StoredEvent): EventInput {
  return {
    ...event,
    occurredAt: new Date(occurredAt),
    ...(unitPrice === undefined || currency === undefined ? {} : { unitPrice: { amount: unitPrice, currency } }),
    ...(listPosition === undefined ? {} : { position: listPosition }),
  };
}
