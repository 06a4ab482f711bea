import { SharedExclusiveLock } from '../platform/shared-exclusive-lock';
import { isOutcomeUnknown, isTransactionFailure, isOutage } from '../platform/outage';
import { splitOrReject, MAX_INGEST_ATTEMPTS, type SplitOrRejected } from './split-or-reject';
import { AttemptRefunds } from './attempt-refunds';
import { beginAttempt, beginAttempts, recordFailure, type BegunAttempts } from './inbox.store';
import { findBlockingChain } from './inbox-chain.store';
import type { RemainingBatches } from './ingest-lanes';
import { appendBatches, type AppendedBatches } from './append-batches';
import type { EventLog } from './event-log';

/**
 * Maximum number of events in a transaction. With more, the cost per event hardly falls, and the batches of the next
 * transaction wait longer.
 */
const MAX_EVENTS = 1_000;
/**
 * Target duration of a transaction. The number of events that fit is estimated from the last transaction, so a slow
 * database gets smaller transactions.
 */
const MAX_TRANSACTION_MS = 500;
/** Assumed duration of a transaction without events. */
const OVERHEAD_MS = 50;

export type BatchOutcome = AppendedBatches | SplitOrRejected | { readonly became: 'BLOCKED' } | null;

/** The result of ingesting several waiting batches. */
export interface IngestedTogether extends RemainingBatches {
  /** `null` if no attempt could begin, or if the transaction failed. */
  readonly outcome: AppendedBatches | null;
}

/** Appends accepted batches of one shop to its log. A process has one instance for each shop. */
export class Ingest {
  /**
   * Attempts are counted when they begin, so a crash counts against every batch in progress. To find out which batch
   * causes the crashes, this lock lets the process retry such a batch only while it processes nothing else.
   */
  private readonly gate = new SharedExclusiveLock();
  private readonly refunds = new AttemptRefunds();
  /** How long the last transaction took for an event, without what each transaction costs. */
  private msPerEvent = 0;

  constructor(private readonly eventLog: EventLog) {}

  /**
   * Appends one accepted batch to the log in one transaction. The call is idempotent, concurrency-safe and crash-safe.
   * After {@link MAX_INGEST_ATTEMPTS} failed attempts, the batch is split, or its single event is rejected.
   * @returns `null` if the batch is already done or another worker holds it
   */
  async alone(inboxId: string): Promise<BatchOutcome> {
    const outcome = await this.gate.shared(() => this.attempt(inboxId, false));
    return outcome === 'SUSPECT' ? this.gate.exclusive(() => this.attemptSuspect(inboxId)) : outcome;
  }

  /**
   * Appends untried batches to the log, as many as fit into one transaction. If all of the given batches wait for older
   * untried batches, the older ones are appended, too. If the transaction fails, it does not count as an attempt on its
   * batches.
   * @param maxMs target duration of the transaction
   * @throws Error of an outage. The batches of the transaction then count as untried again
   */
  together(inboxIds: readonly string[], maxMs = MAX_TRANSACTION_MS): Promise<IngestedTogether> {
    const { pool } = this.eventLog;
    return this.gate.shared(async () => {
      await this.refunds.storePending(pool);
      const maxEvents = Math.floor(Math.min(MAX_EVENTS, maxMs / this.msPerEvent));
      const { begun, next, blocked, done } = await this.beginWithDependencies(inboxIds, maxEvents);
      const handledIds = new Set([...begun, ...next, ...blocked, ...done]);
      const individually = inboxIds.filter((id) => !handledIds.has(id));
      if (begun.length === 0) return { outcome: null, next, individually, blocked };
      try {
        const outcome = await this.measureDuration(appendBatches(this.eventLog, begun));
        if (outcome !== null) return { outcome, next, individually, blocked };
        await recordFailure(pool, begun, 'another worker processes one of the batches', false);
      } catch (error) {
        const reason = (error as Error).message;
        const refund = () =>
          this.refunds.refund(
            pool,
            begun.map((id) => ({ id, attempt: 1, reason })),
          );
        if (isOutage(error)) await refund();
        else await recordFailure(pool, begun, reason, false).catch(refund);
        if (isOutage(error) && !isTransactionFailure(error)) throw error;
      }
      return { outcome: null, next, individually: [...individually, ...begun], blocked };
    });
  }

  /**
   * Begins attempts on several batches. If all of them have to wait for older untried batches, it begins attempts on the
   * older batches, too, so that one transaction appends all of them. Otherwise, batches that contain the same event would
   * need one transaction each, because each waits for the one before.
   */
  private async beginWithDependencies(inboxIds: readonly string[], maxEvents: number): Promise<BegunAttempts> {
    const { pool } = this.eventLog;
    const requested = await this.refundOnLostAnswer(inboxIds, beginAttempts(pool, inboxIds, maxEvents));
    if (requested.begun.length > 0 || requested.blocked.length === 0) return requested;
    const chain = await findBlockingChain(pool, requested.blocked);
    if (chain.length === 0) return requested;
    const { begun, done } = await this.refundOnLostAnswer(chain, beginAttempts(pool, chain, maxEvents));
    if (begun.length === 0) return requested;
    const handledIds = new Set([...begun, ...done]);
    // The other requested batches wait for batches of this transaction. They are returned in `next`, not in `blocked`, so
    // that the caller submits them again right after it.
    const next = [...requested.blocked, ...requested.next].filter((id) => !handledIds.has(id));
    return { begun, next, blocked: [], done: [...requested.done, ...done] };
  }

  /** Refunds first attempts if the database's answer was lost, because the attempts may have been counted. */
  private refundOnLostAnswer<T>(inboxIds: readonly string[], beginning: Promise<T>): Promise<T> {
    return beginning.catch((error: Error) => {
      if (isOutcomeUnknown(error))
        this.refunds.postpone(inboxIds.map((id) => ({ id, attempt: 1, reason: error.message })));
      throw error;
    });
  }

  private async attemptSuspect(inboxId: string): Promise<BatchOutcome> {
    const outcome = await this.attempt(inboxId, true);
    return outcome === 'SUSPECT' ? null : outcome;
  }

  private async attempt(inboxId: string, allowSuspects: boolean): Promise<BatchOutcome | 'SUSPECT'> {
    const { pool, outbox } = this.eventLog;
    await this.refunds.storePending(pool);
    const begunAttempt = await this.refundOnLostAnswer([inboxId], beginAttempt(pool, inboxId, allowSuspects));
    if (begunAttempt === null) return null;
    if (begunAttempt.blocked) return { became: 'BLOCKED' };
    if (begunAttempt.attempts === null) return 'SUSPECT';
    if (begunAttempt.attempts > MAX_INGEST_ATTEMPTS) return splitOrReject(outbox, inboxId, begunAttempt.lastError);
    try {
      return await this.measureDuration(appendBatches(this.eventLog, [inboxId]));
    } catch (error) {
      const reason = (error as Error).message;
      if (isOutage(error)) {
        await this.refunds.refund(pool, [{ id: inboxId, attempt: begunAttempt.attempts, reason }]);
        throw error;
      }
      await recordFailure(pool, [inboxId], reason, true).catch(() => undefined);
      if (begunAttempt.attempts === MAX_INGEST_ATTEMPTS) return splitOrReject(outbox, inboxId, reason);
      throw error;
    }
  }

  private async measureDuration(work: Promise<AppendedBatches | null>): Promise<AppendedBatches | null> {
    const began = performance.now();
    const appended = await work;
    const events =
      appended === null ? 0 : appended.inserted + appended.duplicates + appended.conflicts + appended.refused;
    if (events > 0) this.msPerEvent = Math.max(0, performance.now() - began - OVERHEAD_MS) / events;
    return appended;
  }
}
