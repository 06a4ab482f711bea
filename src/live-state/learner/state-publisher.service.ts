import { requireNoErasureSince } from '../../events/tombstone.store';
import { ErasureConflict } from '../../platform/erasure-conflict';
import type { ArtefactStore, NewArtefact } from '../../platform/artefacts';
import type { Lease } from '../../platform/lease';
import type { Logger } from '../../platform/log';
import type { RedisPubSub } from '../../platform/pubsub';
import { runYielding } from '../../platform/run-yielding';
import { newCheckpoint } from './checkpoint.service';
import {
  LEARNER_LEASE,
  SHOP_ARTEFACT,
  SHOP_DELTA_MIN_RELEASE,
  SHOP_REQUEST_TOPIC,
  SHOP_TOPIC,
  SUBJECTS_ARTEFACT,
} from '../live-state-names';
import type { LearnerProgress } from './learner-progress';
import { encodeStateMessage, type StateMessage } from '../replication/state-message';

const EMPTY = new Uint8Array();
/** Time slice for encoding state before control returns to the event loop. */
const TIME_SLICE_MS = 8;
/** Applying a delta with more changed values than this is slower than loading a checkpoint. */
const MAX_DELTA_CELLS = 200_000;
/**
 * A checkpoint is stored after this many events, or after more events if the previous checkpoint was large. More
 * frequent checkpoints would cost more than relearning the events after a restart.
 */
const CHECKPOINT_EVENTS = 100_000;
/**
 * After a checkpoint of n bytes, the next one is stored after n / 2,048 events, if these are more than
 * {@link CHECKPOINT_EVENTS}. A checkpoint of 254 MiB takes some ten seconds to store. Learning 127,000 events again
 * after a restart takes about three.
 */
const CHECKPOINT_BYTES_PER_EVENT = 2_048;
/** Minimum interval between checkpoints. */
const MIN_CHECKPOINT_INTERVAL_MS = 3_000;
/**
 * While events arrive, the next checkpoint waits for this multiple of the time that the last one took, unless another
 * process waits for it. During an import, a large shop would otherwise store one checkpoint after the other.
 */
const CHECKPOINT_REST_FACTOR = 5;
/** Maximum rest while API processes receive no new values, because there are too many for a delta. */
const MAX_UPDATE_INTERVAL_MS = 10_000;

export interface StatePublisherOptions {
  readonly pubSub: RedisPubSub;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
}

/** The learner's progress during one tenure of the lease. */
export interface LearnerTenure extends LearnerProgress {
  readonly lease: Pick<Lease, 'token' | 'held'>;
}

/** Publishes the learner's state to API processes: new values as deltas, and checkpoints if deltas do not suffice. */
export class StatePublisher {
  private isCheckpointRequested = false;

  constructor(private readonly options: StatePublisherOptions) {}

  /** Subscribes to checkpoint requests, until the returned function is called. */
  listen(onRequest: () => void): () => void {
    const { pubSub } = this.options;
    const requestCheckpoint = () => {
      this.isCheckpointRequested = true;
      onRequest();
    };
    // Messages published while the connection was down are lost, so the subscribers need a checkpoint.
    const unsubscribers = [pubSub.listen(SHOP_REQUEST_TOPIC, requestCheckpoint), pubSub.onReconnect(requestCheckpoint)];
    return () => unsubscribers.forEach((end) => end());
  }

  /**
   * Publishes the current state in the cheapest way that brings all API processes up to date.
   * @param isIdle whether no events arrive at the moment
   */
  async publish(tenure: LearnerTenure, isIdle: boolean): Promise<void> {
    const fitsDelta = !tenure.needsFullState && tenure.state.pendingChanges() <= MAX_DELTA_CELLS;
    // Neighbour lists also change without an event. The count of events must not stay 0 then, because 0 means that the
    // newest checkpoint is up to date.
    if (tenure.state.pendingChanges() > 0) tenure.eventsSinceCheckpoint = Math.max(1, tenure.eventsSinceCheckpoint);
    if (fitsDelta) await this.publishDelta(tenure);
    if (this.isCheckpointRequested && fitsDelta && tenure.eventsSinceCheckpoint === 0)
      await this.publishCheckpointPointer(tenure);
    else if (this.isCheckpointRequested || !fitsDelta || tenure.eventsSinceCheckpoint >= checkpointAfter(tenure))
      await this.checkpoint(tenure, this.restAfter(tenure, { isIdle, fitsDelta }));
  }

  /** Returns how long after the beginning of the last checkpoint the next one may begin, in milliseconds. */
  private restAfter(
    { checkpointMs, needsFullState, eventsSinceCheckpoint }: LearnerTenure,
    { isIdle, fitsDelta }: { readonly isIdle: boolean; readonly fitsDelta: boolean },
  ): number {
    // Other processes wait for a requested one, for a whole state, and for the first one after an erasure.
    const isUrgent = this.isCheckpointRequested || needsFullState || eventsSinceCheckpoint === Infinity;
    if (isIdle || isUrgent) return MIN_CHECKPOINT_INTERVAL_MS;
    const rest = Math.max(MIN_CHECKPOINT_INTERVAL_MS, (1 + CHECKPOINT_REST_FACTOR) * checkpointMs);
    return fitsDelta ? rest : Math.min(rest, MAX_UPDATE_INTERVAL_MS);
  }

  private async publishDelta(tenure: LearnerTenure): Promise<void> {
    if (tenure.position !== tenure.publishedPosition && tenure.lease.held)
      await this.publishDeltaFrom(tenure, tenure.publishedPosition);
  }

  /**
   * Announces the newest checkpoint. Nothing has changed since, so an empty delta brings a process that loads it to the
   * current position.
   */
  private async publishCheckpointPointer(tenure: LearnerTenure): Promise<void> {
    this.isCheckpointRequested = false;
    this.announceCheckpoint(tenure);
    await this.publishDeltaFrom(tenure, tenure.checkpointPosition);
  }

  /** Announces the newest checkpoint. A replica that has received every delta ignores it. */
  private announceCheckpoint({ checkpointPosition: position, lease }: LearnerTenure): void {
    this.send({ kind: 'checkpoint', from: position, to: position, token: lease.token, delta: EMPTY });
  }

  private send(message: Omit<StateMessage, 'minRelease'>): void {
    this.options.pubSub.send(SHOP_TOPIC, encodeStateMessage(message, SHOP_DELTA_MIN_RELEASE));
  }

  private async publishDeltaFrom(tenure: LearnerTenure, from: number): Promise<void> {
    const { position: to, lease, state } = tenure;
    const delta = await runYielding(state.drainDeltaInSteps(), TIME_SLICE_MS);
    this.send({ kind: 'delta', from, to, token: lease.token, delta });
    tenure.publishedPosition = to;
  }

  /**
   * Stores the full state as a checkpoint and announces it. Does nothing if the previous checkpoint was begun less than
   * `minIntervalMs` ago.
   */
  async checkpoint(tenure: LearnerTenure, minIntervalMs = 0): Promise<void> {
    const { artefacts, log } = this.options;
    const { position, state } = tenure;
    const began = performance.now();
    if (began - tenure.checkpointAt < minIntervalMs) return;
    tenure.checkpointAt = began;
    this.isCheckpointRequested = false;
    const { shop, subjects } = await runYielding(state.encodeInSteps(), TIME_SLICE_MS);
    state.shop.clearChanges();
    await this.save(tenure, newCheckpoint(position, { shop, subjects }));
    tenure.eventsSinceCheckpoint = 0;
    tenure.checkpointBytes = shop.byteLength + subjects.byteLength;
    tenure.checkpointPosition = position;
    this.announceCheckpoint(tenure);
    tenure.publishedPosition = position;
    tenure.checkpointMs = performance.now() - began;
    const milliseconds = Math.round(tenure.checkpointMs);
    log.info({ position, bytes: tenure.checkpointBytes, milliseconds }, 'checkpoint');
    if (tenure.needsFullState) {
      await artefacts.retire(SHOP_ARTEFACT, position);
      await artefacts.retire(SUBJECTS_ARTEFACT, position);
      tenure.needsFullState = false;
    }
    await artefacts.prune(SHOP_ARTEFACT, 2);
    await artefacts.prune(SUBJECTS_ARTEFACT, 2);
  }

  /**
   * Saves both halves of a checkpoint. While the state has data of an erased subject, saves only the shop half, without
   * sessions.
   */
  private async save(
    { lease, erasedAt, secondPass, state }: LearnerTenure,
    [shop, subjects]: readonly NewArtefact[],
  ): Promise<void> {
    const { artefacts } = this.options;
    const fence = { name: LEARNER_LEASE, token: lease.token };
    if (secondPass) return void (await artefacts.save([shop], fence));
    try {
      await artefacts.save([shop, subjects], fence, { guard: (client) => requireNoErasureSince(client, erasedAt) });
    } catch (error) {
      if (!(error instanceof ErasureConflict)) throw error;
      // The learner has not read the erasure from the log yet.
      state.shop.dropSessions();
      const bytes = await runYielding(state.shop.encodeInSteps(), TIME_SLICE_MS);
      await artefacts.save([{ ...shop, bytes }], fence);
    }
  }
}

/** Returns the number of events after which the next checkpoint is stored. */
function checkpointAfter({ checkpointBytes }: LearnerTenure): number {
  return Math.max(CHECKPOINT_EVENTS, checkpointBytes / CHECKPOINT_BYTES_PER_EVENT);
}
