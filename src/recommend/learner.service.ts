import { LOG_TOPIC, Outbox } from '../events/outbox';
import { newestErasure, readLog, type LogStretch } from '../events/log-reader';
import { newestPosition, takePosition } from '../events/position';
import { setAside } from '../events/set-aside.service';
import { ErasedMeanwhile, requireNoErasureSince } from '../events/tombstone.service';
import { FencedOff, type ArtefactStore, type NewArtefact } from '../platform/artefacts';
import { Lease } from '../platform/lease';
import type { Logger } from '../platform/log';
import { inTransaction, type Pool } from '../platform/postgres';
import type { RedisPubSub } from '../platform/pubsub';
import { Blame, lacksRoom } from './blame';
import { LearnerState } from './learner-state';
import { encodeStateMessage } from './state-message';

export const LEARNER_LEASE = 'learner';
export const SHOP_TOPIC = 'shop-state';
/** API processes that lack something ask here for a checkpoint. */
export const SHOP_REQUEST_TOPIC = 'shop-state-wanted';
/** The item side, which API processes load, and the learner's own side. */
export const SHOP_ARTEFACT = 'shop-state';
export const SUBJECTS_ARTEFACT = 'learner-subjects';

/** Short: while nobody holds it nothing is learned, and lists are to move again within five seconds. */
const LEASE_MS = 3_000;
const POLL_MS = 500;
/** How often those without the lease ask for it. */
const ACQUIRE_MS = 200;
/** Changes of so many milliseconds travel together. */
const COALESCE_MS = 15;
const SLICE_EVENTS = 20_000;
/** So many entries in a row are no poison: the program is broken, and nothing more is set aside. */
const MOST_IN_VAIN = 10;
/** Of a second pass, beside live learning: what it takes is what live lists wait for. */
const SECOND_SLICE_EVENTS = 2_000;
const NOTHING = new Uint8Array();
/** How long the state may be worked on before others get their turn. */
const TURN_MS = 8;
/** A delta of more cells than this is slower than loading a checkpoint. */
const MOST_DELTA_CELLS = 200_000;
/** Replaying so many events takes about a second: a checkpoint is worth its bytes. */
const CHECKPOINT_EVENTS = 100_000;
/** While a backfill runs, API processes follow in steps of this length. */
const BETWEEN_CHECKPOINTS_MS = 3_000;

export interface LearnerOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
}

/**
 * The one process of a shop that learns: it follows the log in order of position, keeps the exact live state,
 * checkpoints it, and tells API processes what has changed, as values. A lease makes it one, its fencing token makes
 * an earlier one harmless.
 */
export class Learner {
  private closing = false;
  private wake: () => void = () => undefined;
  private woken = false;
  private wanted = false;
  private readonly blame = new Blame();
  private readonly outbox: Outbox;
  /** Entries set aside since a stretch of the log was last learned from. */
  private setAsideInVain = 0;

  constructor(private readonly options: LearnerOptions) {
    this.outbox = new Outbox(options.pool, options.pubSub, options.log);
  }

  /** Learns whenever it holds the lease, until closed. */
  async run(): Promise<void> {
    const { pubSub, log } = this.options;
    const stop = [
      pubSub.listen(LOG_TOPIC, () => this.rouse()),
      pubSub.listen(SHOP_REQUEST_TOPIC, () => {
        this.wanted = true;
        this.rouse();
      }),
      // What was told meanwhile is lost: whoever listens needs a checkpoint.
      pubSub.onReconnect(() => {
        this.wanted = true;
        this.rouse();
      }),
    ];
    while (!this.closing) {
      try {
        const lease = await Lease.acquire(this.options.pool, log, LEARNER_LEASE, LEASE_MS);
        if (lease) await this.lead(lease);
        else await pause(ACQUIRE_MS);
      } catch (error) {
        log.warn({ error: (error as Error).message }, 'learner interrupted; it begins again from its checkpoint');
        await this.idle();
      }
    }
    for (const end of stop) end();
  }

  /** Learns up to the newest position, checkpoints and returns; for commands, where no worker runs. */
  async catchUp(lease: Lease, onProgress?: (position: number) => void): Promise<number> {
    const turn = newTurn(lease);
    try {
      await this.begin(turn);
      do while (await this.advance(turn)) onProgress?.(turn.position);
      while (await this.relearn(turn));
      if (turn.sinceCheckpoint > 0 || turn.anew) await this.checkpoint(turn);
    } finally {
      await lease.release(turn.position);
    }
    return turn.position;
  }

  /** Finishes what it is at, writes a checkpoint, gives the lease back. */
  close(): void {
    this.closing = true;
    this.rouse();
  }

  private async lead(lease: Lease): Promise<void> {
    const { log } = this.options;
    const turn = newTurn(lease);
    try {
      await this.begin(turn);
      log.info({ position: turn.position, token: lease.token }, 'learning');
      while (!this.closing && lease.held) {
        const moved = await this.advance(turn);
        if (moved && turn.behind) continue;
        const small = !turn.anew && turn.state.pending() <= MOST_DELTA_CELLS;
        if (small) this.publishDelta(turn);
        if (this.wanted && !turn.anew && turn.sinceCheckpoint === 0) this.pointToCheckpoint(turn);
        else if (this.wanted || !small || turn.sinceCheckpoint >= CHECKPOINT_EVENTS) await this.checkpoint(turn);
        if (await this.relearn(turn)) continue;
        await (moved ? this.gather() : this.idle());
      }
      // One that begins from nothing has less than was told before it.
      if (lease.held && turn.sinceCheckpoint > 0 && !(turn.anew && turn.behind)) await this.checkpoint(turn);
    } catch (error) {
      if (!(error instanceof FencedOff)) throw error;
      log.warn({ token: lease.token }, 'another learner has taken over');
    } finally {
      await lease.release(turn.position).catch(() => undefined);
    }
  }

  private async begin(turn: Turn): Promise<void> {
    const { log } = this.options;
    turn.lease.keep(
      () => turn.told,
      (reason) => log.warn({ reason }, 'learner lease lost'),
    );
    await this.load(turn);
  }

  /** The newest checkpoint, where there is one; else it begins from nothing. */
  private async load(turn: Turn): Promise<void> {
    const { artefacts, pool, log } = this.options;
    const erasedAt = await newestErasure(pool);
    const [shop, subjects] = await Promise.all([artefacts.newest(SHOP_ARTEFACT), artefacts.newest(SUBJECTS_ARTEFACT)]);
    const isWhole = shop && subjects && shop.position === subjects.position && shop.position >= erasedAt;
    if (!isWhole) return this.beginFromNothing(turn, erasedAt);
    const [shopBytes, subjectBytes] = await Promise.all([artefacts.load(shop.id), artefacts.load(subjects.id)]);
    try {
      turn.state = LearnerState.decode({ shop: shopBytes, subjects: subjectBytes });
    } catch (error) {
      log.error({ error: (error as Error).message }, 'checkpoint not understood; learning again from the whole log');
      return this.beginFromNothing(turn, erasedAt);
    }
    turn.position = turn.told = turn.checkpointed = shop.position;
    turn.erasedAt = erasedAt;
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
    if (!(await this.apply(turn, turn.state, slice.entries))) return true;
    if (slice.erasedAt > turn.erasedAt && !turn.second) {
      this.options.log.info(
        { position: slice.erasedAt },
        'somebody was erased; learning again beside, from the whole log',
      );
      turn.second = { state: new LearnerState(), position: 0, erasedAt: slice.erasedAt };
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
        if (!turn.lease.held || this.closing) throw error;
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
    if (this.setAsideInVain < MOST_IN_VAIN && this.blame.isDue(entry)) {
      this.setAsideInVain++;
      await setAside(pool, this.outbox, entry, error.message, { name: LEARNER_LEASE, token: turn.lease.token });
      await this.outbox.mark();
      log.error('what breaks the learner is set aside: it stands in rejectedEvents');
    } else await pause(POLL_MS);
    Object.assign(turn, freshTurn());
    await this.load(turn);
  }

  /** Tells what has changed since API processes were told last. */
  private publishDelta(turn: Turn): void {
    if (turn.position !== turn.told && turn.lease.held) this.tellFrom(turn, turn.told);
  }

  /** No event came since the newest checkpoint: whoever loads it is led from there to here by an empty delta. */
  private pointToCheckpoint(turn: Turn): void {
    this.wanted = false;
    this.tellCheckpoint(turn);
    this.tellFrom(turn, turn.checkpointed);
  }

  /** Whoever has heard every delta is there already and ignores this. */
  private tellCheckpoint({ checkpointed: at, lease }: Turn): void {
    const message = { kind: 'checkpoint', from: at, to: at, token: lease.token, delta: NOTHING } as const;
    this.options.pubSub.send(SHOP_TOPIC, encodeStateMessage(message));
  }

  private tellFrom(turn: Turn, from: number): void {
    const { position: to, lease, state } = turn;
    this.options.pubSub.send(
      SHOP_TOPIC,
      encodeStateMessage({ kind: 'delta', from, to, token: lease.token, delta: state.takeDelta() }),
    );
    turn.told = to;
  }

  private async checkpoint(turn: Turn): Promise<void> {
    const { artefacts, log } = this.options;
    const { position, state } = turn;
    const began = performance.now();
    if (began - turn.checkpointAt < BETWEEN_CHECKPOINTS_MS && !this.closing) return;
    turn.checkpointAt = began;
    this.wanted = false;
    const { shop, subjects } = state.encode();
    state.shop.forgetChanges();
    await this.save(turn, [
      { kind: SHOP_ARTEFACT, position, bytes: shop },
      { kind: SUBJECTS_ARTEFACT, position, bytes: subjects },
    ]);
    turn.sinceCheckpoint = 0;
    turn.checkpointed = position;
    this.tellCheckpoint(turn);
    turn.told = position;
    const milliseconds = Math.round(performance.now() - began);
    log.info({ position, bytes: shop.byteLength + subjects.byteLength, milliseconds }, 'checkpoint');
    if (turn.anew) {
      await artefacts.retire(SHOP_ARTEFACT, position);
      await artefacts.retire(SUBJECTS_ARTEFACT, position);
      turn.anew = false;
    }
    await artefacts.prune(SHOP_ARTEFACT, 2);
    await artefacts.prune(SUBJECTS_ARTEFACT, 2);
  }

  /** The shop's sums alone, while the rows of somebody who was erased are still among the others. */
  private async save({ lease, erasedAt, second }: Turn, [shop, subjects]: readonly NewArtefact[]): Promise<void> {
    const { artefacts } = this.options;
    const fence = { name: LEARNER_LEASE, token: lease.token };
    if (second) return void (await artefacts.save([shop], fence));
    try {
      await artefacts.save([shop, subjects], fence, { guard: (client) => requireNoErasureSince(client, erasedAt) });
    } catch (error) {
      if (!(error instanceof ErasedMeanwhile)) throw error;
      await artefacts.save([shop], fence);
    }
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

interface Pass {
  state: LearnerState;
  /** How far in the log it has come. */
  position: number;
  /** Nobody who had left the log at this position is in it. */
  erasedAt: number;
}

interface Turn extends Pass {
  readonly lease: Lease;
  /** From the log's beginning, to take this one's place. */
  second: Pass | undefined;
  /** How far API processes have been told. */
  told: number;
  /** The position of the newest checkpoint. */
  checkpointed: number;
  /** Events since. */
  sinceCheckpoint: number;
  /** By the monotonic clock, ms. */
  checkpointAt: number;
  behind: boolean;
  /** It did not come from the state that API processes were told of: they need the whole of it. */
  anew: boolean;
}

function newTurn(lease: Lease): Turn {
  return { lease, ...freshTurn() };
}

function freshTurn(): Omit<Turn, 'lease'> {
  return {
    state: new LearnerState(),
    position: 0,
    told: 0,
    checkpointed: 0,
    sinceCheckpoint: 0,
    checkpointAt: -Infinity,
    behind: true,
    erasedAt: 0,
    second: undefined,
    anew: false,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
