import { ErasureConflict, requireNoErasureSince } from '../events/tombstone.service';
import type { ArtefactStore, NewArtefact } from '../platform/artefacts';
import type { Lease } from '../platform/lease';
import type { Logger } from '../platform/log';
import type { RedisPubSub } from '../platform/pubsub';
import { runYielding } from '../platform/run-yielding';
import { newCheckpoint } from './checkpoint.service';
import { LEARNER_LEASE, SHOP_ARTEFACT, SHOP_REQUEST_TOPIC, SHOP_TOPIC, SUBJECTS_ARTEFACT } from './learner-names';
import type { LearnerProgress } from './learner-progress';
import { encodeStateMessage } from './state-message';

const EMPTY = new Uint8Array();
/** Time slice for encoding state before control returns to the event loop. */
const TIME_SLICE_MS = 8;
/** Applying a delta with more changed values than this is slower than loading a checkpoint. */
const MAX_DELTA_CELLS = 200_000;
/**
 * A checkpoint is stored after this many events. More frequent checkpoints would cost more than relearning the events.
 */
export const CHECKPOINT_EVENTS = 100_000;
/** Minimum interval between checkpoints. During a backfill, API processes are updated at this interval. */
const MIN_CHECKPOINT_INTERVAL_MS = 3_000;

export interface StatePublisherOptions {
  readonly pubSub: RedisPubSub;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
}

/** The learner's progress during one tenure of the lease. */
export interface LearnerTenure extends LearnerProgress {
  readonly lease: Pick<Lease, 'token' | 'held'>;
}

/** Publishes the learner's state to API processes: deltas of values, and checkpoints if a delta is not sufficient. */
export class StatePublisher {
  private isCheckpointRequested = false;

  constructor(private readonly options: StatePublisherOptions) {}

  /** Subscribes to checkpoint requests, until the returned function is called. */
  listen(roused: () => void): () => void {
    const { pubSub } = this.options;
    const want = () => {
      this.isCheckpointRequested = true;
      roused();
    };
    // Messages published while the connection was down are lost, so the subscribers need a checkpoint.
    const stop = [pubSub.listen(SHOP_REQUEST_TOPIC, want), pubSub.onReconnect(want)];
    return () => stop.forEach((end) => end());
  }

  /** Publishes the current state in the cheapest way that brings all API processes up to date. */
  async publish(turn: LearnerTenure): Promise<void> {
    const small = !turn.needsFullState && turn.state.pending() <= MAX_DELTA_CELLS;
    // Neighbour lists also change without an event. The newest checkpoint lacks them, so the count must not stay 0.
    if (turn.state.pending() > 0) turn.sinceCheckpoint = Math.max(1, turn.sinceCheckpoint);
    if (small) await this.publishDelta(turn);
    if (this.isCheckpointRequested && small && turn.sinceCheckpoint === 0) await this.publishCheckpointPointer(turn);
    else if (this.isCheckpointRequested || !small || turn.sinceCheckpoint >= CHECKPOINT_EVENTS)
      await this.checkpoint(turn);
  }

  private async publishDelta(turn: LearnerTenure): Promise<void> {
    if (turn.position !== turn.published && turn.lease.held) await this.publishDeltaFrom(turn, turn.published);
  }

  /**
   * Announces the newest checkpoint. Nothing has changed since, so an empty delta brings a process that loads it to the
   * current position.
   */
  private async publishCheckpointPointer(turn: LearnerTenure): Promise<void> {
    this.isCheckpointRequested = false;
    this.announceCheckpoint(turn);
    await this.publishDeltaFrom(turn, turn.checkpointPosition);
  }

  /** Announces the newest checkpoint. A replica that has received every delta ignores it. */
  private announceCheckpoint({ checkpointPosition: at, lease }: LearnerTenure): void {
    const message = { kind: 'checkpoint', from: at, to: at, token: lease.token, delta: EMPTY } as const;
    this.options.pubSub.send(SHOP_TOPIC, encodeStateMessage(message));
  }

  private async publishDeltaFrom(turn: LearnerTenure, from: number): Promise<void> {
    const { position: to, lease, state } = turn;
    const delta = await runYielding(state.drainDeltaInSteps(), TIME_SLICE_MS);
    this.options.pubSub.send(SHOP_TOPIC, encodeStateMessage({ kind: 'delta', from, to, token: lease.token, delta }));
    turn.published = to;
  }

  /**
   * Stores the full state as a checkpoint and announces it. Does nothing if the previous checkpoint is less than
   * {@link MIN_CHECKPOINT_INTERVAL_MS} old, unless `evenIfRecent` is set.
   */
  async checkpoint(turn: LearnerTenure, { evenIfRecent = false } = {}): Promise<void> {
    const { artefacts, log } = this.options;
    const { position, state } = turn;
    const began = performance.now();
    if (began - turn.checkpointAt < MIN_CHECKPOINT_INTERVAL_MS && !evenIfRecent) return;
    turn.checkpointAt = began;
    this.isCheckpointRequested = false;
    const { shop, subjects } = await runYielding(state.encodeInSteps(), TIME_SLICE_MS);
    state.shop.clearChanges();
    await this.save(turn, newCheckpoint(position, { shop, subjects }, state));
    turn.sinceCheckpoint = 0;
    turn.checkpointPosition = position;
    this.announceCheckpoint(turn);
    turn.published = position;
    const milliseconds = Math.round(performance.now() - began);
    log.info({ position, bytes: shop.byteLength + subjects.byteLength, milliseconds }, 'checkpoint');
    if (turn.needsFullState) {
      await artefacts.retire(SHOP_ARTEFACT, position);
      await artefacts.retire(SUBJECTS_ARTEFACT, position);
      turn.needsFullState = false;
    }
    await artefacts.prune(SHOP_ARTEFACT, 2);
    await artefacts.prune(SUBJECTS_ARTEFACT, 2);
  }

  /** Saves the checkpoint. While its subjects half has data of an erased subject, saves only its shop half. */
  private async save(
    { lease, erasedAt, secondPass }: LearnerTenure,
    [shop, subjects]: readonly NewArtefact[],
  ): Promise<void> {
    const { artefacts } = this.options;
    const fence = { name: LEARNER_LEASE, token: lease.token };
    if (secondPass && secondPass.erasedAt > erasedAt) return void (await artefacts.save([shop], fence));
    try {
      await artefacts.save([shop, subjects], fence, { guard: (client) => requireNoErasureSince(client, erasedAt) });
    } catch (error) {
      if (!(error instanceof ErasureConflict)) throw error;
      await artefacts.save([shop], fence);
    }
  }
}
