import { Gate } from '../platform/gate';
import { isAnswerLost, isOfOneTransaction, isOutage } from '../platform/outage';
import type { Pool } from '../platform/postgres';
import { giveUp, MAX_ATTEMPTS, type GivenUp } from './bisect';
import { AttemptRefunds } from './attempt-refunds';
import { beginAttempt, beginTogether, noteFailure, type BegunTogether } from './inbox';
import { chainOf } from './inbox-chain';
import type { RemainingBatches } from './ingest-lanes';
import { intoLog, type Ingested } from './into-log';
import type { Outbox } from './outbox';

/**
 * Guards the attempts of this process. A batch whose last worker crashed is processed exclusively: if it crashes this
 * process too, no other batch is charged an attempt.
 */
const gate = new Gate();

const refunds = new AttemptRefunds();

/** Maximum number of events in a transaction. More events save little and delay the batches of the next transaction. */
const MAX_EVENTS = 1_000;
/** Target duration of a transaction, estimated from the last one: a slow database gets smaller transactions. */
const MAX_TRANSACTION_MS = 500;
/** Fixed cost of a transaction. */
const OVERHEAD_MS = 50;
let msPerEvent = 0;

/**
 * Appends one accepted batch to the log in one transaction. The call is idempotent, concurrency-safe and crash-safe.
 * After the last failed attempt the batch is split, or its single event is rejected.
 * @returns `null` if the batch is already done or another worker holds it
 */
export async function ingestBatch(pool: Pool, outbox: Outbox, inboxId: string): Promise<IngestedAlone> {
  const outcome = await gate.shared(() => attempt(pool, outbox, inboxId, false));
  return outcome === 'SUSPECT' ? gate.alone(() => attemptAlone(pool, outbox, inboxId)) : outcome;
}

export type IngestedAlone = Ingested | GivenUp | { readonly became: 'BLOCKED' } | null;

/** The result of ingesting several waiting batches. */
export interface IngestedTogether extends RemainingBatches {
  /** `null` if no attempt could begin, or if the transaction failed. */
  readonly outcome: Ingested | null;
}

/**
 * Appends several accepted batches to the log in one transaction, as far as they are untried and fit into it, together
 * with older batches that they wait for. If the transaction fails, no attempt is counted for any of them. After an
 * outage they count as untried again.
 * @param maxMs target duration of the transaction, estimated from the last one
 * @throws Error of an outage
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
      await noteFailure(pool, begun, 'another worker processes one of the batches', false);
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
 * Begins attempts on several batches. If all candidates wait for older untried batches, it begins those with them.
 * Otherwise each repetition of an event by its sender would cost a transaction of its own.
 */
async function beginChains(pool: Pool, inboxIds: readonly string[], maxEvents: number): Promise<BegunTogether> {
  const requested = await refundable(inboxIds, beginTogether(pool, inboxIds, maxEvents));
  if (requested.begun.length > 0 || requested.blocked.length === 0) return requested;
  const chain = await chainOf(pool, requested.blocked);
  if (chain.length === 0) return requested;
  const { begun, done } = await refundable(chain, beginTogether(pool, chain, maxEvents));
  if (begun.length === 0) return requested;
  const isBegun = new Set([...begun, ...done]);
  // The batches that they waited for are in progress, so the caller must submit them again immediately.
  const next = [...requested.blocked, ...requested.next].filter((id) => !isBegun.has(id));
  return { begun, next, blocked: [], done: [...requested.done, ...done] };
}

/** Refunds first attempts if the database's answer was lost, because the attempts may have been counted. */
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
