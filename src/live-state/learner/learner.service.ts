import { commitChange } from '../../events/commit-change';
import { LOG_TOPIC, Outbox } from '../../events/outbox.service';
import { newestErasure, readLog, type LogRange } from '../../events/log-reader.store';
import { newestPosition } from '../../events/position.store';
import { quarantineEntry } from '../../events/quarantine';
import type { ArtefactStore } from '../../platform/artefacts';
import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import type { RedisPubSub } from '../../platform/pubsub';
import { PoisonDetector, isOutOfMemory } from './poison-detector';
import { loadCheckpoint, newestCheckpoint } from './checkpoint.service';
import type { LearnerLimits } from './learner-limits';
import { LEARNER_LEASE } from '../live-state-names';
import { LearnerState } from './learner-state';
import { initialProgress } from './learner-progress';
import type { LearnerLeaseView } from './learner-shared-memory';
import { PairMaintenance } from './pair-maintenance.service';
import { StatePublisher, type LearnerTenure } from './state-publisher.service';

const POLL_MS = 500;
/**
 * Extra time that the supervisor allows between two liveness reports while a checkpoint is read or written, because
 * that takes longer than any other step.
 */
const CHECKPOINT_EXTRA_MS = 60_000;
const EXTRA_MS_PER_MEBIBYTE = 1_000;
/** No events arrive at the moment if none has arrived for this long. An import writes several batches a second. */
const IDLE_MS = 1_000;
/** Changes within this time are published together. */
const COALESCE_MS = 15;
const BATCH_EVENTS = 20_000;
/**
 * After this many quarantined (permanently skipped) entries in a row, the program is assumed to be faulty. It then
 * quarantines no more entries.
 */
const MAX_CONSECUTIVE_FAILURES = 10;
/** Batch size of a second pass over the log. It is small, because live lists wait while such a batch is applied. */
const SECOND_PASS_BATCH_EVENTS = 2_000;
/** Time slice for applying entries before control returns to the event loop. */
const TIME_SLICE_MS = 8;

export interface LearnerOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
  readonly limits?: LearnerLimits;
}

/**
 * The learner of a shop. It reads the log in order of position, updates the exact live state, writes checkpoints, and
 * publishes changed values to API processes. A lease ensures that a shop has one learner, and its fencing token makes
 * writes of a previous learner fail. `LearnerSupervisor` holds the lease.
 */
export class Learner {
  private closing = false;
  private wake: () => void = () => undefined;
  private woken = false;
  private readonly poisonDetector = new PoisonDetector();
  private readonly outbox: Outbox;
  private readonly publisher: StatePublisher;
  private readonly pairMaintenance = new PairMaintenance();
  /** Number of entries quarantined since a batch of the log was last applied without failure. */
  private consecutiveQuarantines = 0;

  constructor(
    private readonly options: LearnerOptions,
    private readonly lease: LearnerLeaseView,
  ) {
    this.outbox = new Outbox(options.pool, options.pubSub, options.log);
    this.publisher = new StatePublisher(options);
  }

  /** Applies the rest of the log, writes a checkpoint and returns. CLI commands use this if no worker is running. */
  async catchUp(): Promise<void> {
    const tenure = this.newTenure();
    await this.load(tenure);
    do while (await this.advance(tenure));
    while (await this.advanceSecondPass(tenure));
    await this.pairMaintenance.complete(tenure.state.pairs, () => this.report(tenure));
    this.reportBeforeCheckpoint(tenure);
    if (tenure.eventsSinceCheckpoint > 0 || tenure.needsFullState) await this.publisher.checkpoint(tenure);
    // The checkpoint contains all changes, so every process that loads it reaches this position.
    tenure.publishedPosition = tenure.position;
    this.report(tenure);
  }

  /** Makes `run` finish its current step, write a checkpoint and return. */
  close(): void {
    this.closing = true;
    this.wakeUp();
  }

  /** Learns until the lease is lost, or until closed. */
  async run(): Promise<void> {
    const { log, pubSub } = this.options;
    const tenure = this.newTenure();
    const unsubscribers = [pubSub.listen(LOG_TOPIC, () => this.wakeUp()), this.publisher.listen(() => this.wakeUp())];
    try {
      await this.load(tenure);
      log.info({ position: tenure.position, token: this.lease.token }, 'learning');
      let advancedAt = performance.now();
      while (!this.closing && this.lease.held) {
        this.report(tenure);
        const hasAdvanced = await this.advance(tenure);
        if (hasAdvanced) advancedAt = performance.now();
        if (hasAdvanced && tenure.isBehind) continue;
        const canPublish = await this.updatePairs(tenure, !hasAdvanced);
        this.reportBeforeCheckpoint(tenure);
        if (canPublish) {
          await this.publisher.publish(tenure, performance.now() - advancedAt > IDLE_MS);
          this.pairMaintenance.afterPublish();
        }
        this.report(tenure);
        if (await this.advanceSecondPass(tenure)) continue;
        await (hasAdvanced || tenure.state.pairs.hasDueLists ? this.coalesce() : this.waitForWork());
      }
      // A state that is still being built lacks events, and pair counts are wrong while counting is paused. In both
      // cases no checkpoint may be written.
      const isComplete = !(tenure.needsFullState && tenure.isBehind) && !tenure.state.pairs.isPaused;
      if (this.lease.held && tenure.eventsSinceCheckpoint > 0 && isComplete) {
        this.reportBeforeCheckpoint(tenure);
        await this.publisher.checkpoint(tenure);
        this.report(tenure);
      }
    } finally {
      for (const end of unsubscribers) end();
    }
  }

  /** Updates the pairs of products. @returns whether the state may be published */
  private async updatePairs(tenure: LearnerTenure, isIdle: boolean): Promise<boolean> {
    const { pairs } = tenure.state;
    const update = await this.pairMaintenance.update(pairs, isIdle, () => this.report(tenure));
    if (update === 'waiting') return false;
    if (update === 'rebuilt') tenure.needsFullState = true;
    if (!pairs.isPartial || tenure.position !== tenure.publishedPosition) return true;
    // Replicas ignore messages at their own position, so changes without an event need a new position.
    const hasChanged = tenure.needsFullState || tenure.state.pendingChanges() > 0;
    if (hasChanged && (tenure.needsFullState || !pairs.hasDueLists)) await this.allocateLogPosition();
    return !hasChanged;
  }

  private newTenure(): LearnerTenure {
    return { lease: this.lease, ...initialProgress(this.options.limits) };
  }

  private report({ position, publishedPosition }: LearnerTenure, patienceMs = 0): void {
    this.lease.report(position, publishedPosition, patienceMs);
  }

  private reportBeforeCheckpoint(tenure: LearnerTenure): void {
    this.report(tenure, CHECKPOINT_EXTRA_MS);
  }

  /** Loads the newest checkpoint, or starts with an empty state if there is none. */
  private async load(tenure: LearnerTenure): Promise<void> {
    const { artefacts, pool } = this.options;
    const erasedAt = await newestErasure(pool);
    const newest = await newestCheckpoint(artefacts);
    if (!newest || newest.shop.position < erasedAt) return this.startEmpty(tenure, erasedAt);
    tenure.checkpointBytes = newest.shop.size + newest.subjects.size;
    const mebibytes = tenure.checkpointBytes / 2 ** 20;
    this.report(tenure, CHECKPOINT_EXTRA_MS + mebibytes * EXTRA_MS_PER_MEBIBYTE);
    tenure.state = await loadCheckpoint(artefacts, newest, this.options.limits);
    tenure.position = tenure.publishedPosition = tenure.checkpointPosition = newest.shop.position;
    this.report(tenure);
    tenure.erasedAt = erasedAt;
    // Replicas may have newer neighbour lists than the checkpoint, so they need the full state.
    if (tenure.state.pairs.isPartial) tenure.needsFullState = true;
  }

  /** Starts with an empty state. API processes continue with their state until the relearned one is published. */
  private async startEmpty(tenure: LearnerTenure, erasedAt: number): Promise<void> {
    Object.assign(tenure, { needsFullState: true, erasedAt } satisfies Partial<LearnerTenure>);
    if ((await newestPosition(this.options.pool)) > 0) await this.allocateLogPosition();
  }

  /**
   * Allocates a new log position. Replicas ignore messages at their own position, so a state that replaces the
   * published one, or changes without an event, is published at the new position.
   */
  private async allocateLogPosition(): Promise<void> {
    await commitChange(this.outbox, async () => ({ change: {} }));
    await this.outbox.markPublished();
  }

  /** Applies the next batch of the log. @returns false at the end of the log */
  private async advance(tenure: LearnerTenure): Promise<boolean> {
    const range = await this.readNextBatch(tenure);
    if (!range) {
      tenure.isBehind = false;
      return false;
    }
    this.pairMaintenance.beforeEvents(tenure.state.pairs, range.entries.length, range.waiting, range.atEnd);
    if (!(await this.apply(tenure, tenure.state, range.entries))) return true;
    if (range.erasedAt > tenure.erasedAt) this.readErasure(tenure, range.erasedAt);
    this.consecutiveQuarantines = 0;
    tenure.position = range.position;
    tenure.eventsSinceCheckpoint += range.entries.length;
    tenure.isBehind = !range.atEnd;
    return true;
  }

  /**
   * Removes personal data from the published state, and begins a second pass over the log without the erased subject.
   */
  private readErasure(tenure: LearnerTenure, erasedAt: number): void {
    tenure.state.shop.dropSessions();
    // The erasure has deleted the checkpoints, so a new one is written as soon as possible.
    if (erasedAt > tenure.position) tenure.eventsSinceCheckpoint = Infinity;
    if (tenure.secondPass) return;
    this.options.log.info({ position: erasedAt }, 'a subject was erased; relearning from the whole log');
    tenure.secondPass = { state: new LearnerState(this.options.limits), position: 0, erasedAt };
  }

  /**
   * Applies the next batch of a second pass. After an erasure, the contributions of the erased subject can't be
   * separated from the state. So a second state is learned from the start of the log, without that subject, and
   * replaces the first one. Live state therefore always equals a replay. An erasure during the second pass requires
   * another pass.
   * @returns false if there is no second pass
   */
  private async advanceSecondPass(tenure: LearnerTenure): Promise<boolean> {
    const { secondPass } = tenure;
    if (!secondPass) return false;
    const range = await readLog(this.options.pool, secondPass.position, SECOND_PASS_BATCH_EVENTS, tenure.position);
    if (range) {
      if (secondPass.state.pairs.isPartial) secondPass.state.pairs.pause();
      if (!(await this.apply(tenure, secondPass.state, range.entries))) return true;
      secondPass.position = range.position;
    }
    if (secondPass.position < tenure.position) return true;
    await this.allocateLogPosition();
    const { state, erasedAt } = secondPass;
    // The new state is published only after the new position has been read, because at the current position replicas
    // would ignore it.
    Object.assign(tenure, {
      state,
      erasedAt,
      needsFullState: true,
      isBehind: true,
      secondPass: undefined,
      checkpointAt: -Infinity,
    } satisfies Partial<LearnerTenure>);
    return true;
  }

  /** Reads the next batch. Retries after errors, so that a short database outage does not stop the learner. */
  private async readNextBatch(tenure: LearnerTenure): Promise<LogRange | null> {
    for (;;) {
      try {
        return await readLog(this.options.pool, tenure.position, BATCH_EVENTS);
      } catch (error) {
        if (!this.lease.held || this.closing) throw error;
        this.report(tenure);
        this.options.log.warn({ error: (error as Error).message }, 'log not read; retrying');
        await pause(POLL_MS);
      }
    }
  }

  /** Applies entries to a state. @returns false if an entry failed and the learner was reset */
  private async apply(tenure: LearnerTenure, state: LearnerState, entries: LogRange['entries']): Promise<boolean> {
    let began = performance.now();
    for (const entry of entries) {
      try {
        state.applyEntry(entry);
      } catch (error) {
        await this.reset(tenure, entry, error as Error);
        return false;
      }
      if (performance.now() - began < TIME_SLICE_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      this.report(tenure);
      began = performance.now();
    }
    return true;
  }

  /**
   * Resets the learner to the checkpoint, because the failed entry has left the state half changed. If the same entry
   * has failed often enough, it is quarantined first.
   */
  private async reset(tenure: LearnerTenure, entry: LogRange['entries'][number], error: Error): Promise<void> {
    const { log } = this.options;
    // If memory ran out, the entry is not at fault: a new process may have enough memory to apply it.
    if (isOutOfMemory(error)) throw error;
    log.error({ error: error.message, stack: error.stack }, 'an entry of the log breaks the learner');
    if (this.consecutiveQuarantines < MAX_CONSECUTIVE_FAILURES && this.poisonDetector.isPoison(entry)) {
      this.consecutiveQuarantines++;
      await quarantineEntry(this.outbox, entry, error.message, { name: LEARNER_LEASE, token: this.lease.token });
      await this.outbox.markPublished();
      log.error('quarantined the entry that breaks the learner; see rejectedEvents');
    } else await pause(POLL_MS);
    Object.assign(tenure, initialProgress(this.options.limits));
    await this.load(tenure);
  }

  private wakeUp(): void {
    this.woken = true;
    this.wake();
  }

  /** Waits, so that changes of the next milliseconds are published together. */
  private async coalesce(): Promise<void> {
    if (!this.closing) await pause(COALESCE_MS);
  }

  /** Waits for a message, but at most for the poll interval, because a message may have been lost. */
  private async waitForWork(): Promise<void> {
    if (!this.woken && !this.closing) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MS);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.woken = false;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
