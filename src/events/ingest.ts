import { Gate } from '../platform/gate';
import { isOutage } from '../platform/outage';
import { inTransaction, type Pool } from '../platform/postgres';
import { countInStreams, type WindowChange } from '../streams/live-streams.service';
import { finishParents, giveUp, MOST_ATTEMPTS, type GivenUp } from './bisect';
import { beginAttempt, claim, noteFailure } from './inbox';
import { appendEvents } from './log-writer';
import type { Outbox } from './outbox';
import { takePosition, type LogChange } from './position';
import { rejectEvents } from './rejected-event.service';

/** What became of a batch that is in the log. */
export interface Ingested {
  readonly became: 'LOGGED';
  readonly position: number;
  readonly inserted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  /** The batch's key. */
  readonly batch: number;
  /** Windows of streams that have changed. */
  readonly inStreams: readonly WindowChange[];
}

const CONFLICT = { code: 'CONFLICT', message: 'the log has an event of the same identity with other content' };

/**
 * Batches of this process. One whose last worker ended without a word is worked at alone: if it is what ends workers, no
 * batch beside it is counted an attempt for it.
 */
const gate = new Gate();

/** Why, by batch: see {@link payBack}. */
const owed = new Map<string, string>();
const MOST_OWED = 10_000;

/**
 * Takes one accepted batch into the log, in one transaction: all of its effects, or none. Safe to call any number of
 * times, from any number of processes, and to be killed at any moment. On its last attempt it is halved instead, or set
 * aside; `null` when it was already done or is somebody else's.
 */
export async function ingestBatch(pool: Pool, outbox: Outbox, inboxId: string): Promise<Ingested | GivenUp | null> {
  const outcome = await gate.shared(() => attempt(pool, outbox, inboxId, false));
  return outcome === 'SUSPECT' ? gate.alone(() => attemptAlone(pool, outbox, inboxId)) : outcome;
}

async function attemptAlone(pool: Pool, outbox: Outbox, inboxId: string): Promise<Ingested | GivenUp | null> {
  const outcome = await attempt(pool, outbox, inboxId, true);
  return outcome === 'SUSPECT' ? null : outcome;
}

async function attempt(
  pool: Pool,
  outbox: Outbox,
  inboxId: string,
  suspects: boolean,
): Promise<Ingested | GivenUp | null | 'SUSPECT'> {
  await payBack(pool, inboxId);
  const begun = await beginAttempt(pool, inboxId, suspects);
  if (begun === null) return null;
  if (begun.attempts === null) return 'SUSPECT';
  if (begun.attempts > MOST_ATTEMPTS) return giveUp(pool, outbox, inboxId, begun.lastError);
  try {
    return await intoLog(pool, outbox, inboxId);
  } catch (error) {
    const reason = (error as Error).message;
    const counts = !isOutage(error);
    await noteFailure(pool, inboxId, reason, counts).catch(() => {
      if (!counts && owed.size < MOST_OWED) owed.set(inboxId, reason);
    });
    if (counts && begun.attempts === MOST_ATTEMPTS) return giveUp(pool, outbox, inboxId, reason);
    throw error;
  }
}

/** An attempt that the database's absence cost, and that could not be given back in that absence either. */
async function payBack(pool: Pool, inboxId: string): Promise<void> {
  const reason = owed.get(inboxId);
  if (reason === undefined) return;
  await noteFailure(pool, inboxId, reason, false);
  owed.delete(inboxId);
}

async function intoLog(pool: Pool, outbox: Outbox, inboxId: string): Promise<Ingested | null> {
  let change: LogChange | undefined;
  const ingested = await inTransaction(pool, async (client): Promise<Ingested | null> => {
    const batch = await claim(client, inboxId);
    if (!batch) return null;
    const appended = await appendEvents(client, batch.events, { receivedAt: batch.receivedAt, backfill: false });
    await rejectEvents(client, inboxId, batch.receivedAt, appended.conflicts, CONFLICT);
    const inStreams = await countInStreams(pool, client, appended, {
      receivedAt: batch.receivedAt.getTime(),
      backfill: false,
    });
    change = { events: appended.inserted, receipt: inboxId };
    const position = await takePosition(client, change, {
      batch: appended.batch,
      events: appended.inserted.length,
      knownAt: appended.knownAt,
      inboxId,
    });
    await finishParents(client, batch.parent, position);
    return {
      became: 'LOGGED',
      position,
      batch: appended.batch,
      inserted: appended.inserted.length,
      duplicates: appended.duplicates,
      conflicts: appended.conflicts.length,
      inStreams,
    };
  });
  if (ingested && change) outbox.publish(ingested.position, change);
  return ingested;
}
