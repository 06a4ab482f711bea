import { Gate } from '../platform/gate';
import { isAnswerLost, isOfOneTransaction, isOutage } from '../platform/outage';
import type { Pool } from '../platform/postgres';
import { giveUp, MAX_ATTEMPTS, type GivenUp } from './bisect';
import { AttemptRefunds } from './attempt-refunds';
import { beginAttempt, beginTogether, noteFailure, type BegunTogether } from './inbox';
import { chainOf } from './inbox-chain';
import { intoLog, type Ingested } from './into-log';
import type { Outbox } from './outbox';

/**
 * Batches of this process. One whose last worker ended without a word is worked at alone: if it is what ends workers, no
 * batch beside it is counted an attempt for it.
 */
const gate = new Gate();

const refunds = new AttemptRefunds();

/** Events of a transaction: more make it cheaper by little, and whoever waits for the next one wait longer. */
const MAX_EVENTS = 1_000;
/** What it may take, by what the last one took: where the database is slow, all that it has together would be too slow. */
const MAX_TRANSACTION_MS = 500;
/** However little is in it. */
const OVERHEAD_MS = 50;
let msPerEvent = 0;

/**
 * Takes one accepted batch into the log, in one transaction: all of its effects, or none. Safe to call any number of
 * times, from any number of processes, and to be killed at any moment. On its last attempt it is halved instead, or set
 * aside; `null` when it was already done or is somebody else's.
 */
export async function ingestBatch(pool: Pool, outbox: Outbox, inboxId: string): Promise<IngestedAlone> {
  const outcome = await gate.shared(() => attempt(pool, outbox, inboxId, false));
  return outcome === 'SUSPECT' ? gate.alone(() => attemptAlone(pool, outbox, inboxId)) : outcome;
}

export type IngestedAlone = Ingested | GivenUp | { readonly became: 'BLOCKED' } | null;

/** What became of several batches that waited. */
export interface IngestedTogether {
  /** `null` where none of them could be begun, or they failed. */
  readonly outcome: Ingested | null;
  /** Would have been too much for one transaction: to be asked for again. */
  readonly next: readonly string[];
  /**
   * Have to be worked at one by one: tried before, or failed together, of which only one may be the cause; among them
   * older ones that nobody has asked for.
   */
  readonly apart: readonly string[];
  /** Have to wait for older ones. */
  readonly blocked: readonly string[];
}

/**
 * Takes several accepted batches into the log, those that nobody has tried yet and that are not too much, in one
 * transaction, with older ones that they wait for. Where it fails, no attempt is counted for any of them; after an outage
 * they are untried again.
 * @param maxMs what the transaction may take, as far as the duration of the last one tells
 * @throws what an outage throws
 */
export function ingestTogether(
  pool: Pool,
  outbox: Outbox,
  inboxIds: readonly string[],
  maxMs = MAX_TRANSACTION_MS,
): Promise<IngestedTogether> {
  return gate.shared(async () => {
    await refunds.repeat(pool);
    const maxEvents = Math.floor(Math.min(MAX_EVENTS, maxMs / msPerEvent));
    const { begun, next, blocked, done } = await beginChains(pool, inboxIds, maxEvents);
    const isElsewhere = new Set([...begun, ...next, ...blocked, ...done]);
    const apart = inboxIds.filter((id) => !isElsewhere.has(id));
    if (begun.length === 0) return { outcome: null, next, apart, blocked };
    try {
      const outcome = await timed(intoLog(pool, outbox, begun));
      if (outcome !== null) return { outcome, next, apart, blocked };
      await noteFailure(pool, begun, 'another worker is at one of the batches', false);
    } catch (error) {
      const reason = (error as Error).message;
      const refund = () =>
        refunds.refund(
          pool,
          begun.map((id) => ({ id, attempt: 1, reason })),
        );
      if (isOutage(error)) await refund();
      else await noteFailure(pool, begun, reason, false).catch(refund);
      if (isOutage(error) && !isOfOneTransaction(error)) throw error;
    }
    return { outcome: null, next, apart: [...apart, ...begun], blocked };
  });
}

/**
 * Begins batches together. Where all that could be begun waits for older batches that nobody has tried either, these are
 * begun with them: were they to wait for each other, a sender that repeats one event would have a transaction for each.
 */
async function beginChains(pool: Pool, inboxIds: readonly string[], maxEvents: number): Promise<BegunTogether> {
  const asked = await refundable(inboxIds, beginTogether(pool, inboxIds, maxEvents));
  if (asked.begun.length > 0 || asked.blocked.length === 0) return asked;
  const chain = await chainOf(pool, asked.blocked);
  if (chain.length === 0) return asked;
  const { begun, done } = await refundable(chain, beginTogether(pool, chain, maxEvents));
  if (begun.length === 0) return asked;
  const isBegun = new Set([...begun, ...done]);
  // What they waited for is being done: they are to be asked for again at once.
  const next = [...asked.blocked, ...asked.next].filter((id) => !isBegun.has(id));
  return { begun, next, blocked: [], done: [...asked.done, ...done] };
}

/** First attempts may have been begun although the answer that says so was lost: then they are refunded. */
function refundable<T>(inboxIds: readonly string[], begin: Promise<T>): Promise<T> {
  return begin.catch((error: Error) => {
    if (isAnswerLost(error)) refunds.postpone(inboxIds.map((id) => ({ id, attempt: 1, reason: error.message })));
    throw error;
  });
}

async function attemptAlone(pool: Pool, outbox: Outbox, inboxId: string): Promise<IngestedAlone> {
  const outcome = await attempt(pool, outbox, inboxId, true);
  return outcome === 'SUSPECT' ? null : outcome;
}

async function attempt(
  pool: Pool,
  outbox: Outbox,
  inboxId: string,
  suspects: boolean,
): Promise<IngestedAlone | 'SUSPECT'> {
  await refunds.repeat(pool);
  const begun = await refundable([inboxId], beginAttempt(pool, inboxId, suspects));
  if (begun === null) return null;
  if (begun.blocked) return { became: 'BLOCKED' };
  if (begun.attempts === null) return 'SUSPECT';
  if (begun.attempts > MAX_ATTEMPTS) return giveUp(pool, outbox, inboxId, begun.lastError);
  try {
    return await timed(intoLog(pool, outbox, [inboxId]));
  } catch (error) {
    const reason = (error as Error).message;
    if (isOutage(error)) {
      await refunds.refund(pool, [{ id: inboxId, attempt: begun.attempts, reason }]);
      throw error;
    }
    await noteFailure(pool, [inboxId], reason, true).catch(() => undefined);
    if (begun.attempts === MAX_ATTEMPTS) return giveUp(pool, outbox, inboxId, reason);
    throw error;
  }
}

async function timed(work: Promise<Ingested | null>): Promise<Ingested | null> {
  const began = performance.now();
  const done = await work;
  const events = done === null ? 0 : done.inserted + done.duplicates + done.conflicts;
  if (events > 0) msPerEvent = Math.max(0, performance.now() - began - OVERHEAD_MS) / events;
  return done;
}
