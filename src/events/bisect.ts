import { randomUUID } from 'node:crypto';
import { inTransaction, type Pool, type PoolClient } from '../platform/postgres';
import { claim, type Claimed } from './inbox';
import { identityHash } from './inbox-order';
import type { Outbox } from './outbox';
import { takePosition, type LogChange } from './position';
import { rejectEvents } from './rejected-event.service';

/** Attempts on a batch before it is halved, and on a single event before it is set aside. */
export const MAX_ATTEMPTS = 3;

const CRASHED = 'whoever worked at it ended before it was done, each time';

/** What became of a batch that could not be taken into the log as it is. */
export type GivenUp =
  | { readonly became: 'HALVES'; readonly halves: readonly string[] }
  /** The single event stands in `rejected_events`. */
  | { readonly became: 'REJECTED'; readonly position: number };

/**
 * A batch that keeps failing becomes two, which are tried each on its own: so the innocent get in, and what fails is at
 * last a single event, which is set aside whole, with the reason.
 * @param reason null where its worker ended without a word
 * @returns null when it is done, or somebody else is at it
 */
export async function giveUp(
  pool: Pool,
  outbox: Outbox,
  inboxId: string,
  reason: string | null,
): Promise<GivenUp | null> {
  const change: LogChange = { receipts: [inboxId] };
  const outcome = await inTransaction(pool, async (client): Promise<GivenUp | null> => {
    const [batch] = await claim(client, [inboxId]);
    if (batch === undefined) return null;
    if (batch.events.length > 1) return { became: 'HALVES', halves: await halve(client, inboxId, batch, reason) };
    await rejectEvents(client, inboxId, batch.receivedAt, batch.events, { code: 'POISON', message: reason ?? CRASHED });
    const position = await takePosition(client, change, { inboxIds: [inboxId] });
    await finishParents(client, batch.parent, position);
    return { became: 'REJECTED', position };
  });
  if (outcome?.became === 'REJECTED') outbox.publish(outcome.position, change);
  return outcome;
}

/**
 * Two rows in place of one, which stays as the receipt of both. Each half of more than one event has a single attempt
 * before it is halved itself, because that loses nothing; a single event has all of its own again before it is set aside.
 * A half without an error is suspected of what ended the workers, and worked at alone.
 */
async function halve(client: PoolClient, parent: string, batch: Claimed, reason: string | null): Promise<string[]> {
  const middle = Math.ceil(batch.events.length / 2);
  const ids: string[] = [];
  for (const half of [
    { events: batch.events.slice(0, middle), firstEvent: batch.firstEvent },
    { events: batch.events.slice(middle), firstEvent: batch.firstEvent + middle },
  ]) {
    ids.push(await acceptHalf(client, { ...batch, ...half, parent }, reason));
  }
  await client.query(
    `UPDATE inbox SET state = 'SPLIT', events = NULL, identities = NULL, retry_at = 'infinity', last_error = $2 WHERE id = $1`,
    [parent, reason ?? CRASHED],
  );
  return ids;
}

async function acceptHalf(
  client: PoolClient,
  { events, receivedAt, parent, sequence, firstEvent, isIdentified, minRelease }: Omit<Claimed, 'id'>,
  reason: string | null,
): Promise<string> {
  const id = randomUUID();
  const attempts = events.length > 1 ? MAX_ATTEMPTS - 1 : 0;
  await client.query(
    `INSERT INTO inbox
       (id, received_at, events, count, parent, attempts, last_error, retry_at, sequence, first_event, identities, min_release)
     VALUES ($1, $2, $3, $4, $5, $6, $7, now(), $8, $9, $10, $11)`,
    [
      id,
      receivedAt,
      JSON.stringify(events),
      events.length,
      parent,
      attempts,
      reason,
      sequence,
      firstEvent,
      isIdentified ? events.map(identityHash) : null,
      minRelease,
    ],
  );
  return id;
}

/**
 * Finishes whatever was waiting for this half, up to the row whose id is the receipt, at the position just taken: the
 * highest of all descendants. Called after `takePosition`, whose lock makes the other half's transaction either visible
 * here or later than this one, so that exactly one of the two finishes the parent.
 */
export async function finishParents(client: PoolClient, parent: string | null, position: number): Promise<void> {
  for (let id = parent; id !== null;) {
    const { rows } = await client.query<{ parent: string | null }>(
      `UPDATE inbox SET position = $2, done_at = now()
       WHERE id = $1 AND NOT EXISTS (SELECT FROM inbox half WHERE half.parent = $1 AND half.done_at IS NULL)
       RETURNING parent`,
      [id, position],
    );
    id = rows[0]?.parent ?? null;
  }
}
