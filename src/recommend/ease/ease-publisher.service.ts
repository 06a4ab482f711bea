import type { ArtefactStore } from '../../platform/artefacts';
import type { Logger } from '../../platform/log';
import type { RedisPubSub } from '../../platform/pubsub';
import { EASE_ARTEFACT, EASE_LEASE, EASE_MIN_RELEASE, EASE_REQUEST_TOPIC, EASE_TOPIC } from './ease.read-model';
import { ServedEase, type IndexedRow } from './served-ease';
import { encodeStateMessage } from '../../live-state/replication/state-message';

/**
 * Revisions number the published changes of EASE. An owner (the holder of the lease) starts with its fencing token
 * times this factor, which is above all revisions of earlier owners.
 */
const REVISIONS_PER_TOKEN = 2 ** 32;
/** Maximum number of rows per message. A subscriber applies one message in about a millisecond. */
const ROWS_PER_MESSAGE = 256;
/** Interval between scheduled checkpoints. */
const CHECKPOINT_MS = 60_000;
/** Minimum interval between requested checkpoints. */
const MIN_REQUESTED_INTERVAL_MS = 3_000;
const RETAINED_CHECKPOINTS = 2;
const EMPTY = new Uint8Array();

export interface EasePublisherOptions {
  readonly pubSub: RedisPubSub;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
  /** Fencing token of the lease {@link EASE_LEASE}. */
  readonly token: number;
  /** Called with the revision up to which rows have been published. */
  readonly onPublished: (revision: number) => void;
}

/**
 * Publishes EASE to the API processes: changed rows as deltas, and checkpoints. Both are numbered by revisions and not
 * by log positions, because rows also change without a new position: when λ changes, or when a delayed row becomes due.
 */
export class EasePublisher {
  private published = new ServedEase();
  private revision: number;
  private checkpointRevision = -1;
  private checkpointAt = -Infinity;
  private isCheckpointRequested = false;
  private readonly unsubscribers: (() => void)[];

  constructor(private readonly options: EasePublisherOptions) {
    this.revision = options.token * REVISIONS_PER_TOKEN;
    const requestCheckpoint = () => void (this.isCheckpointRequested = true);
    // Messages published while the connection was down are lost, so the subscribers need a checkpoint.
    this.unsubscribers = [
      options.pubSub.listen(EASE_REQUEST_TOPIC, requestCheckpoint),
      options.pubSub.onReconnect(requestCheckpoint),
    ];
  }

  /** The state as published; null before the first checkpoint of this owner. */
  get served(): ServedEase | null {
    return this.checkpointRevision < 0 ? null : this.published;
  }

  close(): void {
    for (const end of this.unsubscribers) end();
  }

  /**
   * Publishes a complete new state as a checkpoint.
   * @throws FencedOff if another process owns EASE by now, and database errors
   */
  async publishFullState(served: ServedEase): Promise<void> {
    this.published = served;
    this.revision++;
    await this.checkpoint();
  }

  /** Publishes changed rows, and new products, which are appended to the existing products. */
  publishRows(
    header: Pick<ServedEase, 'position' | 'lambda'>,
    newIds: readonly string[],
    rows: readonly IndexedRow[],
  ): void {
    Object.assign(this.published, { position: header.position, lambda: header.lambda });
    if (newIds.length > 0) this.send(this.published.replace(newIds, []));
    for (let at = 0; at < rows.length; at += ROWS_PER_MESSAGE)
      this.send(this.published.replace([], rows.slice(at, at + ROWS_PER_MESSAGE)));
  }

  /**
   * Writes a checkpoint if one is due or was requested. A failed checkpoint is retried by the next call.
   * @throws FencedOff if another process owns EASE by now
   */
  async checkpointIfDue(): Promise<void> {
    const elapsedMs = performance.now() - this.checkpointAt;
    if (this.revision === this.checkpointRevision) {
      if (this.isCheckpointRequested) this.announceCheckpoint();
    } else if (elapsedMs >= CHECKPOINT_MS || (this.isCheckpointRequested && elapsedMs >= MIN_REQUESTED_INTERVAL_MS))
      await this.checkpoint();
  }

  private send(delta: Uint8Array): void {
    const { pubSub, token, onPublished } = this.options;
    const from = this.revision++;
    pubSub.send(EASE_TOPIC, encodeStateMessage({ kind: 'delta', from, to: this.revision, token, delta }));
    onPublished(this.revision);
  }

  private async checkpoint(): Promise<void> {
    const { artefacts, token, log, onPublished } = this.options;
    const began = (this.checkpointAt = performance.now());
    const { revision, published } = this;
    const bytes = published.encode();
    const figures = {
      products: published.rows.productIds.length,
      lambda: published.lambda,
      position: published.position,
    };
    const artefact = { kind: EASE_ARTEFACT, position: revision, bytes, figures, minRelease: EASE_MIN_RELEASE };
    await artefacts.save([artefact], { name: EASE_LEASE, token });
    this.checkpointRevision = revision;
    this.announceCheckpoint();
    onPublished(revision);
    const milliseconds = Math.round(performance.now() - began);
    log.info({ ...figures, revision, bytes: bytes.byteLength, milliseconds }, 'EASE checkpoint');
    await artefacts.prune(EASE_ARTEFACT, RETAINED_CHECKPOINTS);
  }

  /** Announces the newest checkpoint. A subscriber that has received every message ignores the announcement. */
  private announceCheckpoint(): void {
    this.isCheckpointRequested = false;
    const { checkpointRevision: revision, options } = this;
    const message = { kind: 'checkpoint', from: revision, to: revision, token: options.token, delta: EMPTY } as const;
    options.pubSub.send(EASE_TOPIC, encodeStateMessage(message));
  }
}
