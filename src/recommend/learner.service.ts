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
/** To read and write a checkpoint takes longer than any other step. */
const CHECKPOINT_PATIENCE_MS = 60_000;
const PATIENCE_MS_PER_MEBIBYTE = 1_000;
/** Changes of so many milliseconds travel together. */
const COALESCE_MS = 15;
const SLICE_EVENTS = 20_000;
/** So many entries in a row are no poison: the program is broken, and nothing more is set aside. */
const MAX_CONSECUTIVE_FAILURES = 10;
/** Of a second pass, beside live learning: what it takes is what live lists wait for. */
const SECOND_SLICE_EVENTS = 2_000;
/** How long the state may be worked on before others get their turn. */
const TURN_MS = 8;

export interface LearnerOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
  readonly limits?: LearnerLimits;
}

/**
 * The one process of a shop that learns: it follows the log in order of position, keeps the exact live state,
 * checkpoints it, and tells API processes what has changed, as values. A lease makes it one, its fencing token makes
 * an earlier one harmless. `LearnerOwner` holds the lease.
 */
export class Learner {
  private closing = false;
  private wake: () => void = () => undefined;
  private woken = false;
  private readonly blame = new Blame();
  private readonly outbox: Outbox;
  private readonly announcer: ShopAnnouncer;
  private readonly upkeep = new PairUpkeep();
  /** Entries set aside since a stretch of the log was last learned from. */
  private setAsideInVain = 0;

  constructor(
    private readonly options: LearnerOptions,
    private readonly hold: LearnerHold,
  ) {
    this.outbox = new Outbox(options.pool, options.pubSub, options.log);
    this.announcer = new ShopAnnouncer(options);
  }

  /** Learns up to the newest position, checkpoints and returns; for commands, where no worker runs. */
  async catchUp(): Promise<void> {
    const turn = this.newTurn();
    await this.load(turn);
    do while (await this.advance(turn));
    while (await this.relearn(turn));
    await this.upkeep.complete(turn.state.pairs, () => this.report(turn));
    this.reportBeforeCheckpoint(turn);
    if (turn.sinceCheckpoint > 0 || turn.anew) await this.announcer.checkpoint(turn);
    // No delta was published. A process that loads the checkpoint is at this position.
    turn.told = turn.position;
    this.report(turn);
  }

  /** Finishes what it is at, and writes a checkpoint. */
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
      // One that begins from nothing has less than was told before it.
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

  /** Brings the pairs of products up to date. @returns whether the state may be published */
  private async updatePairs(turn: Turn, isIdle: boolean): Promise<boolean> {
    const { pairs } = turn.state;
    const update = await this.upkeep.update(pairs, isIdle, () => this.report(turn));
    if (update === 'waiting') return false;
    if (update === 'rebuilt') turn.anew = true;
    if (!pairs.isPartial || turn.position !== turn.told) return true;
    // Followers ignore what is published at the position that they are at, so what changed without an event gets its own.
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

  /** The newest checkpoint, where there is one; else it begins from nothing. */
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
    // API processes can't read the old format: they wait for a checkpoint.
    if (turn.state.isConverted) turn.sinceCheckpoint = CHECKPOINT_EVENTS;
    // Other lists may have been published since than those that follow from the checkpoint.
    if (turn.state.pairs.isPartial) turn.anew = true;
    if (turn.state.wasUnbounded) {
      log.info(
        'the checkpoint holds subjects over the limits of this release; learning again beside, from the whole log',
      );
      turn.second = { state: new LearnerState(this.options.limits), position: 0, erasedAt };
    }
  }

  /** API processes go on with what they have, until all of it is learned again and handed over. */
  private async beginFromNothing(turn: Turn, erasedAt: number): Promise<void> {
    Object.assign(turn, { anew: true, erasedAt });
    if ((await newestPosition(this.options.pool)) > 0) await this.takePosition();
  }

  /** One that nobody has been told of yet: a state that did not come from the one before is handed over there. */
  private async takePosition(): Promise<void> {
    const position = await inTransaction(this.options.pool, (client) => takePosition(client, {}));
    this.outbox.publish(position, {});
    await this.outbox.mark();
  }

  /** Applies the next stretch of the log. @returns false at its end */
  private async advance(turn: Turn): Promise<boolean> {
    const slice = await this.read(turn);
    if (!slice) {
      turn.behind = false;
      return false;
    }
    this.upkeep.beforeEvents(turn.state.pairs, slice.entries.length, slice.waiting, slice.atEnd);
    if (!(await this.apply(turn, turn.state, slice.entries))) return true;
    if (slice.erasedAt > turn.erasedAt && !turn.second) {
      this.options.log.info(
        { position: slice.erasedAt },
        'somebody was erased; learning again beside, from the whole log',
      );
      turn.second = { state: new LearnerState(this.options.limits), position: 0, erasedAt: slice.erasedAt };
    }
    this.setAsideInVain = 0;
    turn.position = slice.position;
    turn.sinceCheckpoint += slice.entries.length;
    turn.behind = !slice.atEnd;
    return true;
  }

  /**
   * Somebody has left the log, and what was learned of them can't be told apart any more: a second state learns the log
   * from its beginning, without them, and takes the first one's place. So live state goes on being what a replay gives.
   * Who leaves meanwhile may be half in it: for them there is another pass.
   * @returns false where there is nothing to learn again
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
    // Not told before that position is read: whoever is at this one already would take the two for the same.
    Object.assign(turn, { state, erasedAt, anew: true, behind: true, second: undefined, checkpointAt: -Infinity });
    return true;
  }

  /** Reading changes nothing, so a database that is away for less than the lease costs no hand-over. */
  private async read(turn: Turn): Promise<LogStretch | null> {
    for (;;) {
      try {
        return await readLog(this.options.pool, turn.position, SLICE_EVENTS);
      } catch (error) {
        if (!this.hold.held || this.closing) throw error;
        this.report(turn);
        this.options.log.warn({ error: (error as Error).message }, 'log not read; it will be tried again');
        await pause(POLL_MS);
      }
    }
  }

  /** @returns false where one of them broke the state: it has begun again */
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

  /** The state is half changed: back to the checkpoint; and when the same entry has broken it often enough, without it. */
  private async beginAgain(turn: Turn, entry: LogStretch['entries'][number], error: Error): Promise<void> {
    const { pool, log } = this.options;
    // Another process may have the room.
    if (lacksRoom(error)) throw error;
    log.error({ error: error.message, stack: error.stack }, 'an entry of the log breaks the learner');
    if (this.setAsideInVain < MAX_CONSECUTIVE_FAILURES && this.blame.isDue(entry)) {
      this.setAsideInVain++;
      await setAside(pool, this.outbox, entry, error.message, { name: LEARNER_LEASE, token: this.hold.token });
      await this.outbox.mark();
      log.error('what breaks the learner is set aside: it stands in rejectedEvents');
    } else await pause(POLL_MS);
    Object.assign(turn, nothingLearned(this.options.limits));
    await this.load(turn);
  }

  private rouse(): void {
    this.woken = true;
    this.wake();
  }

  /** Lets changes gather. */
  private async gather(): Promise<void> {
    if (!this.closing) await pause(COALESCE_MS);
  }

  /** Until there is something to do, or for a while: a message may have been lost. */
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
