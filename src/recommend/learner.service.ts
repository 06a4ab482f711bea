import { LOG_TOPIC, Outbox } from '../events/outbox';
import { newestErasure, readLog, type LogStretch } from '../events/log-reader';
import { newestPosition, takePosition } from '../events/position';
import { setAside } from '../events/set-aside.service';
import type { ArtefactStore } from '../platform/artefacts';
import type { Logger } from '../platform/log';
import { inTransaction, type Pool } from '../platform/postgres';
import type { RedisPubSub } from '../platform/pubsub';
import { Blame, lacksRoom } from './blame';
import { loadCheckpoint, newestCheckpoint } from './checkpoint.service';
import type { LearnerLimits } from './learner-limits';
import { LEARNER_LEASE } from './learner-names';
import { LearnerState } from './learner-state';
import { nothingLearned } from './learner-progress';
import type { LearnerHold } from './learner-signals';
import { PairUpkeep } from './pair-upkeep.service';
import { CHECKPOINT_EVENTS, ShopAnnouncer, type Turn } from './shop-announcer.service';

const POLL_MS = 500;
/** Reading and writing a checkpoint takes longer than any other step. */
const CHECKPOINT_PATIENCE_MS = 60_000;
const PATIENCE_MS_PER_MEBIBYTE = 1_000;
/** Changes within this time are published together. */
const COALESCE_MS = 15;
const SLICE_EVENTS = 20_000;
/**
 * After this many consecutive failing entries the program is assumed to be broken, and no more entries are quarantined.
 */
const MAX_CONSECUTIVE_FAILURES = 10;
/** Batch size of a second pass. It is small, because live lists wait while a batch of the second pass is applied. */
const SECOND_SLICE_EVENTS = 2_000;
/** Time slice for applying entries before control returns to the event loop. */
const TURN_MS = 8;

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
  private readonly blame = new Blame();
  private readonly outbox: Outbox;
  private readonly announcer: ShopAnnouncer;
  private readonly upkeep = new PairUpkeep();
  /** Entries quarantined since the last batch of the log was applied without failure. */
  private setAsideInVain = 0;

  constructor(
    private readonly options: LearnerOptions,
    private readonly hold: LearnerHold,
  ) {
    this.outbox = new Outbox(options.pool, options.pubSub, options.log);
    this.announcer = new ShopAnnouncer(options);
  }

  /** Learns up to the newest position, writes a checkpoint and returns. Commands call this if no worker is running. */
  async catchUp(): Promise<void> {
    const turn = this.newTurn();
    await this.load(turn);
    do while (await this.advance(turn));
    while (await this.relearn(turn));
    await this.upkeep.complete(turn.state.pairs, () => this.report(turn));
    this.reportBeforeCheckpoint(turn);
    if (turn.sinceCheckpoint > 0 || turn.anew) await this.announcer.checkpoint(turn);
    // No delta was published, and a process that loads the checkpoint reaches this position.
    turn.told = turn.position;
    this.report(turn);
  }

  /** Finishes the current step, writes a checkpoint and stops. */
  close(): void {
    this.closing = true;
    this.rouse();
  }

  /** Learns until the lease is lost, or until closed. */
  async lead(): Promise<void> {
    const { log, pubSub } = this.options;
    const turn = this.newTurn();
    const stop = [pubSub.listen(LOG_TOPIC, () => this.rouse()), this.announcer.listen(() => this.rouse())];
    try {
      await this.load(turn);
      log.info({ position: turn.position, token: this.hold.token }, 'learning');
      while (!this.closing && this.hold.held) {
        this.report(turn);
        const moved = await this.advance(turn);
        if (moved && turn.behind) continue;
        const canPublish = await this.updatePairs(turn, !moved);
        this.reportBeforeCheckpoint(turn);
        if (canPublish) {
          await this.announcer.tell(turn);
          this.upkeep.published();
        }
        this.report(turn);
        if (await this.relearn(turn)) continue;
        await (moved || turn.state.pairs.hasDueLists ? this.gather() : this.idle());
      }
      // A state that is still being built from the start of the log has less than the published one.
      const isComplete = !(turn.anew && turn.behind) && !turn.state.pairs.isPaused;
      if (this.hold.held && turn.sinceCheckpoint > 0 && isComplete) {
        this.reportBeforeCheckpoint(turn);
        await this.announcer.checkpoint(turn, { evenIfRecent: true });
        this.report(turn);
      }
    } finally {
      for (const end of stop) end();
    }
  }

  /** Updates the pairs of products. @returns whether the state may be published */
  private async updatePairs(turn: Turn, isIdle: boolean): Promise<boolean> {
    const { pairs } = turn.state;
    const update = await this.upkeep.update(pairs, isIdle, () => this.report(turn));
    if (update === 'waiting') return false;
    if (update === 'rebuilt') turn.anew = true;
    if (!pairs.isPartial || turn.position !== turn.told) return true;
    // Replicas ignore messages at their own position, so changes without an event need a new position.
    const hasChanged = turn.anew || turn.state.pending() > 0;
    if (hasChanged && (turn.anew || !pairs.hasDueLists)) await this.takePosition();
    return !hasChanged;
  }

  private newTurn(): Turn {
    return { lease: this.hold, ...nothingLearned(this.options.limits) };
  }

  private report({ position, told }: Turn, patienceMs = 0): void {
    this.hold.report(position, told, patienceMs);
  }

  private reportBeforeCheckpoint(turn: Turn): void {
    this.report(turn, CHECKPOINT_PATIENCE_MS);
  }

  /** Loads the newest checkpoint, or starts with an empty state if there is none. */
  private async load(turn: Turn): Promise<void> {
    const { artefacts, pool, log } = this.options;
    const erasedAt = await newestErasure(pool);
    const newest = await newestCheckpoint(artefacts);
    if (!newest || newest.shop.position < erasedAt) return this.beginFromNothing(turn, erasedAt);
    const mebibytes = (newest.shop.size + newest.subjects.size) / 2 ** 20;
    this.report(turn, CHECKPOINT_PATIENCE_MS + mebibytes * PATIENCE_MS_PER_MEBIBYTE);
    turn.state = await loadCheckpoint(artefacts, newest, this.options.limits);
    turn.position = turn.told = turn.checkpointed = newest.shop.position;
    this.report(turn);
    turn.erasedAt = erasedAt;
    // API processes can't read the old format, so a new checkpoint is written as soon as possible.
    if (turn.state.isConverted) turn.sinceCheckpoint = CHECKPOINT_EVENTS;
    // Lists that differ from those of the checkpoint may have been published since.
    if (turn.state.pairs.isPartial) turn.anew = true;
    if (turn.state.wasUnbounded) {
      log.info('the checkpoint has subjects over the limits of this release; relearning from the whole log');
      turn.second = { state: new LearnerState(this.options.limits), position: 0, erasedAt };
    }
  }

  /** Starts with an empty state. API processes continue with their state until the relearned one is published. */
  private async beginFromNothing(turn: Turn, erasedAt: number): Promise<void> {
    Object.assign(turn, { anew: true, erasedAt } satisfies Partial<Turn>);
    if ((await newestPosition(this.options.pool)) > 0) await this.takePosition();
  }

  /**
   * Takes a position that has not been published. A state that does not continue the published one is published at it.
   */
  private async takePosition(): Promise<void> {
    const position = await inTransaction(this.options.pool, (client) => takePosition(client, {}));
    this.outbox.publish(position, {});
    await this.outbox.mark();
  }

  /** Applies the next batch of the log. @returns false at the end of the log */
  private async advance(turn: Turn): Promise<boolean> {
    const slice = await this.read(turn);
    if (!slice) {
      turn.behind = false;
      return false;
    }
    this.upkeep.beforeEvents(turn.state.pairs, slice.entries.length, slice.waiting, slice.atEnd);
    if (!(await this.apply(turn, turn.state, slice.entries))) return true;
    if (slice.erasedAt > turn.erasedAt && !turn.second) {
      this.options.log.info({ position: slice.erasedAt }, 'a subject was erased; relearning from the whole log');
      turn.second = { state: new LearnerState(this.options.limits), position: 0, erasedAt: slice.erasedAt };
    }
    this.setAsideInVain = 0;
    turn.position = slice.position;
    turn.sinceCheckpoint += slice.entries.length;
    turn.behind = !slice.atEnd;
    return true;
  }

  /**
   * Runs the second pass. After an erasure, the contributions of the erased subject can't be separated from the state.
   * So a second state is learned from the start of the log, without that subject, and replaces the first one. Live
   * state therefore always equals a replay. An erasure during the second pass requires another pass.
   * @returns false if there is no second pass
   */
  private async relearn(turn: Turn): Promise<boolean> {
    const { second } = turn;
    if (!second) return false;
    const slice = await readLog(this.options.pool, second.position, SECOND_SLICE_EVENTS, turn.position);
    if (slice) {
      if (second.state.pairs.isPartial) second.state.pairs.pause();
      if (!(await this.apply(turn, second.state, slice.entries))) return true;
      second.position = slice.position;
    }
    if (second.position < turn.position) return true;
    await this.takePosition();
    const { state, erasedAt } = second;
    // The state is published only after the new position is read. A replica at the current position would ignore it.
    Object.assign(turn, {
      state,
      erasedAt,
      anew: true,
      behind: true,
      second: undefined,
      checkpointAt: -Infinity,
    } satisfies Partial<Turn>);
    return true;
  }

  /** Reads the next batch. Reading is retried, so that a short database outage does not cost the lease. */
  private async read(turn: Turn): Promise<LogStretch | null> {
    for (;;) {
      try {
        return await readLog(this.options.pool, turn.position, SLICE_EVENTS);
      } catch (error) {
        if (!this.hold.held || this.closing) throw error;
        this.report(turn);
        this.options.log.warn({ error: (error as Error).message }, 'log not read; retrying');
        await pause(POLL_MS);
      }
    }
  }

  /** Applies entries to a state. @returns false if an entry failed and the learner was reset */
  private async apply(turn: Turn, state: LearnerState, entries: LogStretch['entries']): Promise<boolean> {
    let began = performance.now();
    for (const entry of entries) {
      try {
        state.take(entry);
      } catch (error) {
        await this.beginAgain(turn, entry, error as Error);
        return false;
      }
      if (performance.now() - began < TURN_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      this.report(turn);
      began = performance.now();
    }
    return true;
  }

  /**
   * Resets the learner to the checkpoint, because the failed entry has left the state half changed. If the same entry
   * has failed often enough, it is quarantined first.
   */
  private async beginAgain(turn: Turn, entry: LogStretch['entries'][number], error: Error): Promise<void> {
    const { pool, log } = this.options;
    // Another process may have enough memory.
    if (lacksRoom(error)) throw error;
    log.error({ error: error.message, stack: error.stack }, 'an entry of the log breaks the learner');
    if (this.setAsideInVain < MAX_CONSECUTIVE_FAILURES && this.blame.isDue(entry)) {
      this.setAsideInVain++;
      await setAside(pool, this.outbox, entry, error.message, { name: LEARNER_LEASE, token: this.hold.token });
      await this.outbox.mark();
      log.error('quarantined the entry that breaks the learner; see rejectedEvents');
    } else await pause(POLL_MS);
    Object.assign(turn, nothingLearned(this.options.limits));
    await this.load(turn);
  }

  private rouse(): void {
    this.woken = true;
    this.wake();
  }

  /** Waits so that changes are published together. */
  private async gather(): Promise<void> {
    if (!this.closing) await pause(COALESCE_MS);
  }

  /** Waits for a message, or for the poll interval, because a message may have been lost. */
  private async idle(): Promise<void> {
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
