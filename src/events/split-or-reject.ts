import { randomUUID } from 'node:crypto';
import type { PoolClient } from '../platform/postgres';
import { commitChange } from './commit-change';
import { claimBatches, type ClaimedBatch } from './inbox.store';
import { identityHash } from './inbox-order';
import type { Outbox } from './outbox.service';
import { rejectEvents } from './rejected-event.service';
import { finishParents, insertHalfBatch, markSplit } from './split-batch.store';

/** Maximum number of attempts on a batch before it is split, and on a single event before it is rejected. */
export const MAX_INGEST_ATTEMPTS = 3;

const WORKER_CRASHED = 'each worker that processed this batch crashed or was stopped';

/** The outcome of a batch that could not be appended to the log as it is. */
export type SplitOrRejected =
  | { readonly became: 'HALVES'; readonly halves: readonly string[] }
  /** The single event was moved to `rejected_events`. */
  | { readonly became: 'REJECTED'; readonly position: number };

/**
 * Splits a batch that failed repeatedly into two halves, which are tried separately. Repeated splitting isolates the
 * failing event, and all other events enter the log. The failing event is moved unchanged to `rejected_events`, with
 * the reason.
 * @param reason why the last attempt failed; null if its worker crashed or was stopped
 * @returns null if the batch is done or another worker holds it
 */
export async function splitOrReject(
  outbox: Outbox,
  inboxId: string,
  reason: string | null,
): Promise<SplitOrRejected | null> {
  const outcome = await commitChange(outbox, async (client) => {
    const [batch] = await claimBatches(client, [inboxId]);
    if (batch === undefined) return null;
    if (batch.events.length > 1) return { change: null, halves: await splitBatch(client, inboxId, batch, reason) };
    const why = { code: 'POISON', message: reason ?? WORKER_CRASHED };
    const rejections = batch.events.map((event) => ({ event, ...why }));
    await rejectEvents(client, inboxId, batch.receivedAt, rejections);
    return {
      change: { receipts: [inboxId] },
      halves: null,
      inboxIds: [inboxId],
      afterPosition: (position: number) => finishParents(client, batch.parent, position),
    };
  });
  if (outcome === null) return null;
  const { halves, position } = outcome;
  return halves === null ? { became: 'REJECTED', position } : { became: 'HALVES', halves };
}

/**
 * Splits a batch into two rows, one for each half. The row of the batch stays as the receipt for both halves. A half
 * with more than one event gets only one attempt before it is split, because splitting loses nothing. A single event
 * gets all attempts before it is rejected. If the worker of the batch crashed, the halves have no `last_error`, so that
 * each half is processed while its worker processes nothing else.
 */
async function splitBatch(
  client: PoolClient,
  parent: string,
  batch: ClaimedBatch,
  reason: string | null,
): Promise<string[]> {
  const middle = Math.ceil(batch.events.length / 2);
  const ids: string[] = [];
  for (const half of [
    { events: batch.events.slice(0, middle), firstEvent: batch.firstEvent },
    { events: batch.events.slice(middle), firstEvent: batch.firstEvent + middle },
  ]) {
    ids.push(await insertHalf(client, { ...batch, ...half, parent }, reason));
  }
  await markSplit(client, parent, reason ?? WORKER_CRASHED);
  return ids;
}

async function insertHalf(client: PoolClient, batch: Omit<ClaimedBatch, 'id'>, reason: string | null): Promise<string> {
  const id = randomUUID();
  const attempts = batch.events.length > 1 ? MAX_INGEST_ATTEMPTS - 1 : 0;
  const identities = batch.isIdentified ? batch.events.map(identityHash) : null;
  await insertHalfBatch(client, { ...batch, id }, attempts, reason, identities);
  return id;
}
