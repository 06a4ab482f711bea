import { ErasedMeanwhile, requireNoErasureSince } from '../events/tombstone.service';
import type { ArtefactStore, NewArtefact } from '../platform/artefacts';
import type { Lease } from '../platform/lease';
import type { Logger } from '../platform/log';
import type { RedisPubSub } from '../platform/pubsub';
import { runInTurns } from '../platform/run-in-turns';
import { newCheckpoint } from './checkpoint.service';
import { LEARNER_LEASE, SHOP_ARTEFACT, SHOP_REQUEST_TOPIC, SHOP_TOPIC, SUBJECTS_ARTEFACT } from './learner-names';
import type { LearnerProgress } from './learner-progress';
import { encodeStateMessage } from './state-message';

const NOTHING = new Uint8Array();
/** Time slice for encoding state before control returns to the event loop. */
const TURN_MS = 8;
/** Applying a delta with more cells than this is slower than loading a checkpoint. */
const MAX_DELTA_CELLS = 200_000;
/**
 * A checkpoint is stored after this many events. More frequent checkpoints would cost more than relearning the events.
 */
export const CHECKPOINT_EVENTS = 100_000;
/** Minimum interval between checkpoints. During a backfill, API processes are updated at this interval. */
const BETWEEN_CHECKPOINTS_MS = 3_000;

export interface ShopAnnouncerOptions {
  readonly pubSub: RedisPubSub;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
}

/** The learner's progress during one tenure of the lease. */
export interface Turn extends LearnerProgress {
  readonly lease: Pick<Lease, 'token' | 'held'>;
}

/** Publishes the learner's state to API processes: deltas of values, and checkpoints if a delta is not sufficient. */
export class ShopAnnouncer {
  /** Whether a process has requested a checkpoint. */
  private wanted = false;

  constructor(private readonly options: ShopAnnouncerOptions) {}

  /** Subscribes to checkpoint requests, until the returned function is called. */
  listen(roused: () => void): () => void {
    const { pubSub } = this.options;
    const want = () => {
      this.wanted = true;
      roused();
    };
    // Messages published while the connection was down are lost, so the subscribers need a checkpoint.
    const stop = [pubSub.listen(SHOP_REQUEST_TOPIC, want), pubSub.onReconnect(want)];
    return () => stop.forEach((end) => end());
  }

  /** Publishes the current state in the cheapest way that brings all API processes up to date. */
  async tell(turn: Turn): Promise<void> {
    const small = !turn.anew && turn.state.pending() <= MAX_DELTA_CELLS;
    // Lists also change without an event, and the newest checkpoint does not contain these changes.
    if (turn.state.pending() > 0) turn.sinceCheckpoint = Math.max(1, turn.sinceCheckpoint);
    if (small) await this.delta(turn);
    if (this.wanted && small && turn.sinceCheckpoint === 0) await this.pointToCheckpoint(turn);
    else if (this.wanted || !small || turn.sinceCheckpoint >= CHECKPOINT_EVENTS) await this.checkpoint(turn);
  }

  /** Publishes the changes since the last published position. */
  private async delta(turn: Turn): Promise<void> {
    if (turn.position !== turn.told && turn.lease.held) await this.tellFrom(turn, turn.told);
  }

  /**
   * Announces the newest checkpoint. Nothing has changed since, so an empty delta brings a process that loads it to the
   * current position.
   */
  private async pointToCheckpoint(turn: Turn): Promise<void> {
    this.wanted = false;
    this.tellCheckpoint(turn);
    await this.tellFrom(turn, turn.checkpointed);
  }

  /** Announces the newest checkpoint. A replica that has received every delta ignores it. */
  private tellCheckpoint({ checkpointed: at, lease }: Turn): void {
    const message = { kind: 'checkpoint', from: at, to: at, token: lease.token, delta: NOTHING } as const;
    this.options.pubSub.send(SHOP_TOPIC, encodeStateMessage(message));
  }

  private async tellFrom(turn: Turn, from: number): Promise<void> {
    const { position: to, lease, state } = turn;
    const delta = await runInTurns(state.takingDelta(), TURN_MS);
    this.options.pubSub.send(SHOP_TOPIC, encodeStateMessage({ kind: 'delta', from, to, token: lease.token, delta }));
    turn.told = to;
  }

  /**
   * Stores the full state as a checkpoint and announces it. Does nothing if the previous checkpoint is only seconds
   * old, unless `evenIfRecent` is set.
   */
  async checkpoint(turn: Turn, { evenIfRecent = false } = {}): Promise<void> {
    const { artefacts, log } = this.options;
    const { position, state } = turn;
    const began = performance.now();
    if (began - turn.checkpointAt < BETWEEN_CHECKPOINTS_MS && !evenIfRecent) return;
    turn.checkpointAt = began;
    this.wanted = false;
    const { shop, subjects } = await runInTurns(state.encoding(), TURN_MS);
    state.shop.forgetChanges();
    await this.save(turn, newCheckpoint(position, { shop, subjects }, state));
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

  /** Saves the checkpoint. While the subjects half still has data of an erased subject, only the shop half is saved. */
  private async save({ lease, erasedAt, second }: Turn, [shop, subjects]: readonly NewArtefact[]): Promise<void> {
    const { artefacts } = this.options;
    const fence = { name: LEARNER_LEASE, token: lease.token };
    if (second && second.erasedAt > erasedAt) return void (await artefacts.save([shop], fence));
    try {
      await artefacts.save([shop, subjects], fence, { guard: (client) => requireNoErasureSince(client, erasedAt) });
    } catch (error) {
      if (!(error instanceof ErasedMeanwhile)) throw error;
      await artefacts.save([shop], fence);
    }
  }
}
