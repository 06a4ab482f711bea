import { newestErasure } from '../../events/log-reader.store';
import type { ResumableTask } from '../../learn/resumable-task';
import { loadNewest, type Artefact, type ArtefactStore } from '../../platform/artefacts';
import { leaseHolder } from '../../platform/lease';
import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import { runYielding } from '../../platform/run-yielding';
import type { RedisPubSub } from '../../platform/pubsub';
import { Replica } from '../../platform/replica';
import { isAtLeast, NewerReleaseError, requireRelease } from '../../platform/release';
import { VERSION } from '../../platform/version';
import { ChangeListeners } from '../../platform/change-listeners';
import { CheckpointFormatError, readCheckpoint } from '../learner/checkpoint.service';
import { decodeStateMessage, actionFor, type StateMessage } from './state-message';

const COMPARE_INTERVAL_MS = 2_000;
const MIN_REQUEST_INTERVAL_MS = 1_000;
/** Maximum total size of messages that are buffered while a checkpoint is loaded. */
const MAX_BUFFERED_BYTES = 64 * 2 ** 20;
/** Time slice for decoding a checkpoint before control returns to the event loop. */
const TIME_SLICE_MS = 8;

export interface ReplicatedStateOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
}

/** Describes a state that one owner publishes: its topics, the owner's lease, and how to decode it. */
export interface StateSource<State> {
  readonly topic: string;
  /** Processes with missing changes request a checkpoint on this topic. */
  readonly requestTopic: string;
  /** Artefact kind of the checkpoints, also used as the state's name in log messages. */
  readonly artefact: string;
  /** Lease of the owner. It stores the position that the owner has published. */
  readonly lease: string;
  /** Returns the state before the first checkpoint. */
  empty(): State;
  /** Decodes a checkpoint, in steps. @throws Error for a checkpoint of an unknown format */
  decodeInSteps(bytes: Uint8Array): ResumableTask<State>;
  /** Applies a delta. @throws Error if the delta does not match the state. The state is then unusable */
  apply(state: State, delta: Uint8Array): void;
  /** Removes personal data from the state. Called while the log has an erasure that the state does not reflect yet. */
  dropPersonalData?(state: State): void;
}

/**
 * This process's replica of a state that another process owns: the newest checkpoint and the owner's deltas since then.
 * After a gap in the deltas the replica requests a checkpoint from the owner and decodes it into a new object, which
 * then replaces the current one.
 */
export class ReplicatedState<State> extends Replica {
  private current: State;
  private token = 0;
  private buffered: StateMessage[] = [];
  private bufferedBytes = 0;
  private loading: Promise<void> | undefined;
  private previousOwnerPosition = 0;
  /** If the newest checkpoint does not reach this position, a newer one is requested. */
  private wantedPosition = 0;
  /** The position that this replica should have reached by now. */
  private expectedPosition = 0;
  private requestedAt = -Infinity;
  /** The newest checkpoint, if this release can't read it. */
  private unreadable: { readonly id: string; readonly error: NewerReleaseError | CheckpointFormatError } | null = null;
  /** The release that an unreadable delta requires, set after it has been logged. */
  private loggedRelease: string | undefined;
  private readonly watchers = new ChangeListeners();

  constructor(
    private readonly options: ReplicatedStateOptions,
    private readonly source: StateSource<State>,
  ) {
    super({
      ...options,
      topic: source.topic,
      from: 0,
      compareMs: COMPARE_INTERVAL_MS,
      failure: `checkpoint of ${source.artefact} not loaded`,
    });
    this.current = source.empty();
  }

  get state(): State {
    return this.current;
  }

  /** Number of positions that the owner published at least two seconds ago and that this replica has not reached. */
  get behind(): number {
    return Math.max(0, this.expectedPosition - this.position);
  }

  /** Why this release can't read the newest checkpoint, as one sentence; `null` if it can. */
  get whyUnreadable(): string | null {
    return this.unreadable?.error.message ?? null;
  }

  /** Calls `changed` after every change of the state, until the returned function is called. */
  watch(changed: () => void): () => void {
    return this.watchers.add(changed);
  }

  override async close(): Promise<void> {
    await super.close();
    await this.loading?.catch(() => undefined);
  }

  protected async loadFirst(): Promise<void> {
    await this.load();
    // A running owner may have published deltas after its newest checkpoint and before this process subscribed.
    this.requestCheckpoint();
    await this.tryToCompare();
  }

  protected override onReconnect(): void {
    this.catchUpTo(Infinity);
  }

  protected receive(bytes: Buffer): void {
    this.follow(decodeStateMessage(bytes));
  }

  private follow(message: StateMessage): void {
    if (this.loading) {
      this.bufferedBytes += message.delta.byteLength;
      if (this.bufferedBytes < MAX_BUFFERED_BYTES) this.buffered.push(message);
      return;
    }
    const verdict = actionFor(message, this.position, this.token);
    if (verdict === 'ignore') return;
    if (!isAtLeast(VERSION, message.minRelease)) return this.logUnreadableDelta(message.minRelease);
    if (verdict === 'hole' || message.kind === 'checkpoint') {
      this.catchUpTo(message.to);
      return;
    }
    try {
      this.source.apply(this.current, message.delta);
    } catch (error) {
      this.logError(error as Error, 'delta not applied; waiting for a checkpoint');
      this.progress.set(-1);
      return this.requestCheckpoint();
    }
    this.token = message.token;
    this.positionChanged(message.to);
  }

  /**
   * Logs a delta that requires a newer release. The replica falls behind, because the next checkpoint requires the
   * newer release too.
   */
  private logUnreadableDelta(minRelease: string): void {
    if (this.loggedRelease === minRelease) return;
    this.loggedRelease = minRelease;
    this.logError(new NewerReleaseError('the delta', minRelease, VERSION), 'delta not read');
  }

  private catchUpTo(position: number): void {
    this.wantedPosition = Math.max(this.wantedPosition, position);
    void this.catchUp();
  }

  /** Loads the newest checkpoint. If it does not reach the wanted position, requests a newer one. */
  protected async readMissing(): Promise<void> {
    const wanted = this.wantedPosition;
    this.wantedPosition = 0;
    try {
      await this.load();
    } finally {
      if (this.position < wanted) this.requestCheckpoint();
    }
  }

  private positionChanged(position: number): void {
    this.progress.set(position);
    this.watchers.notify();
  }

  private load(): Promise<void> {
    this.loading ??= loadNewest(() => this.loadAndSwap()).finally(() => {
      this.loading = undefined;
      const bufferedMessages = this.buffered;
      this.buffered = [];
      this.bufferedBytes = 0;
      for (const message of bufferedMessages) this.follow(message);
    });
    return this.loading;
  }

  private async loadAndSwap(): Promise<void> {
    const { artefacts, log } = this.options;
    const { artefact } = this.source;
    const newest = await artefacts.newest(artefact);
    if (newest && newest.id === this.unreadable?.id) return;
    const began = performance.now();
    if (!newest) this.unreadable = null;
    const state = newest && (await this.decodeIfNewer(newest));
    if (!state) return;
    this.current = state;
    this.token = Math.max(this.token, newest.token);
    this.positionChanged(newest.position);
    const milliseconds = Math.round(performance.now() - began);
    log.info({ state: artefact, position: newest.position, milliseconds }, 'checkpoint loaded');
  }

  /**
   * Returns `null` for a checkpoint that is not newer than the current state, or that this release can't read.
   */
  private async decodeIfNewer({ id, position, minRelease }: Artefact): Promise<State | null> {
    try {
      requireRelease(minRelease, 'the checkpoint');
      this.unreadable = null;
      if (position <= this.position) return null;
      const load = () => this.options.artefacts.load(id);
      return await readCheckpoint('the checkpoint', load, (bytes) =>
        runYielding(this.source.decodeInSteps(bytes), TIME_SLICE_MS),
      );
    } catch (error) {
      if (!(error instanceof NewerReleaseError || error instanceof CheckpointFormatError)) throw error;
      this.unreadable = { id, error };
      this.logError(error, 'checkpoint not read');
      return null;
    }
  }

  private logError({ message }: Error, what: string): void {
    this.options.log.error({ state: this.source.artefact, error: message }, what);
  }

  /**
   * Compares the position with the owner's, and with that of the newest erasure. An owner that is ahead has published a
   * message that did not arrive.
   */
  protected async compare(): Promise<void> {
    const holder = await leaseHolder(this.options.pool, this.source.lease);
    // Messages since the previous comparison may still be in transit. Earlier ones that have not arrived are lost.
    this.expectedPosition = this.previousOwnerPosition;
    if (this.behind > 0) this.catchUpTo(this.expectedPosition);
    this.previousOwnerPosition = holder?.position ?? 0;
    // The owner may not be running, or may have to relearn the whole log before it publishes anything.
    if (this.source.dropPersonalData && (await newestErasure(this.options.pool)) > this.position)
      this.source.dropPersonalData(this.current);
  }

  /** Requests a checkpoint, at most once a second, because writing one takes about that long. */
  private requestCheckpoint(): void {
    const now = performance.now();
    // If the newest checkpoint requires a newer release, the requested one would too.
    if (now - this.requestedAt < MIN_REQUEST_INTERVAL_MS || this.unreadable?.error instanceof NewerReleaseError) return;
    this.requestedAt = now;
    this.options.pubSub.publish(this.source.requestTopic, { position: this.position });
  }
}
