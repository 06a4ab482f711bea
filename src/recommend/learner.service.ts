import { LOG_TOPIC } from '../events/outbox';
import { readLog, type LogStretch } from '../events/log-reader';
import type { LogEntry } from '../events/log-event';
import { FencedOff, type ArtefactStore } from '../platform/artefacts';
import { Lease } from '../platform/lease';
import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import type { RedisPubSub } from '../platform/pubsub';
import { LearnerState } from './learner-state';
import { encodeShopMessage } from './shop-delta';

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

  constructor(private readonly options: LearnerOptions) {}

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
      while (await this.advance(turn)) onProgress?.(turn.position);
      if (turn.sinceCheckpoint > 0) await this.checkpoint(turn);
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
        const small = turn.state.pending() <= MOST_DELTA_CELLS;
        if (small) this.publishDelta(turn);
        if (this.wanted && turn.sinceCheckpoint === 0) this.pointToCheckpoint(turn);
        else if (this.wanted || !small || turn.sinceCheckpoint >= CHECKPOINT_EVENTS) await this.checkpoint(turn);
        await (moved ? this.gather() : this.idle());
      }
      if (lease.held && turn.sinceCheckpoint > 0) await this.checkpoint(turn);
    } catch (error) {
      if (!(error instanceof FencedOff)) throw error;
      log.warn({ token: lease.token }, 'another learner has taken over');
    } finally {
      await lease.release(turn.position).catch(() => undefined);
    }
  }

  private async begin(turn: Turn): Promise<void> {
    const { artefacts, log } = this.options;
    turn.lease.keep(
      () => turn.told,
      (reason) => log.warn({ reason }, 'learner lease lost'),
    );
    const [shop, subjects] = await Promise.all([artefacts.newest(SHOP_ARTEFACT), artefacts.newest(SUBJECTS_ARTEFACT)]);
    if (!shop || !subjects || shop.position !== subjects.position) return;
    const [shopBytes, subjectBytes] = await Promise.all([artefacts.load(shop.id), artefacts.load(subjects.id)]);
    try {
      turn.state = LearnerState.decode({ shop: shopBytes, subjects: subjectBytes });
    } catch (error) {
      log.error({ error: (error as Error).message }, 'checkpoint not understood; learning again from the whole log');
      return;
    }
    turn.position = turn.told = turn.checkpointed = shop.position;
  }

  /** Applies the next stretch of the log. @returns false at its end */
  private async advance(turn: Turn): Promise<boolean> {
    const slice = await this.read(turn);
    if (!slice) {
      turn.behind = false;
      return false;
    }
    await this.apply(turn, slice.entries);
    turn.position = slice.position;
    turn.sinceCheckpoint += slice.entries.length;
    turn.behind = slice.entries.length >= SLICE_EVENTS;
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

  private async apply(turn: Turn, entries: readonly LogEntry[]): Promise<void> {
    let began = performance.now();
    for (const entry of entries) {
      turn.state.take(entry);
      if (performance.now() - began < TURN_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      began = performance.now();
    }
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
    this.options.pubSub.send(SHOP_TOPIC, encodeShopMessage(message));
  }

  private tellFrom(turn: Turn, from: number): void {
    const { position: to, lease, state } = turn;
    this.options.pubSub.send(
      SHOP_TOPIC,
      encodeShopMessage({ kind: 'delta', from, to, token: lease.token, delta: state.takeDelta() }),
    );
    turn.told = to;
  }

  private async checkpoint(turn: Turn): Promise<void> {
    const { artefacts, log } = this.options;
    const { position, lease, state } = turn;
    const began = performance.now();
    if (began - turn.checkpointAt < BETWEEN_CHECKPOINTS_MS && !this.closing) return;
    turn.checkpointAt = began;
    this.wanted = false;
    const { shop, subjects } = state.encode();
    state.shop.forgetChanges();
    await artefacts.save(
      [
        { kind: SHOP_ARTEFACT, position, bytes: shop },
        { kind: SUBJECTS_ARTEFACT, position, bytes: subjects },
      ],
      { name: LEARNER_LEASE, token: lease.token },
    );
    turn.sinceCheckpoint = 0;
    turn.checkpointed = position;
    this.tellCheckpoint(turn);
    turn.told = position;
    const milliseconds = Math.round(performance.now() - began);
    log.info({ position, bytes: shop.byteLength + subjects.byteLength, milliseconds }, 'checkpoint');
    await artefacts.prune(SHOP_ARTEFACT, 2);
    await artefacts.prune(SUBJECTS_ARTEFACT, 2);
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

interface Turn {
  readonly lease: Lease;
  state: LearnerState;
  /** How far in the log it has come. */
  position: number;
  /** How far API processes have been told. */
  told: number;
  /** The position of the newest checkpoint. */
  checkpointed: number;
  /** Events since. */
  sinceCheckpoint: number;
  /** By the monotonic clock, ms. */
  checkpointAt: number;
  behind: boolean;
}

function newTurn(lease: Lease): Turn {
  const state = new LearnerState();
  return {
    lease,
    state,
    position: 0,
    told: 0,
    checkpointed: 0,
    sinceCheckpoint: 0,
    checkpointAt: -Infinity,
    behind: true,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
