import type { ArtefactStore } from '../platform/artefacts';
import type { Logger } from '../platform/log';
import type { RedisPubSub } from '../platform/pubsub';
import { EASE_ARTEFACT, EASE_LEASE, EASE_MIN_RELEASE, EASE_REQUEST_TOPIC, EASE_TOPIC } from './ease.read-model';
import { ServedEase, type PlacedRow } from './served-ease';
import { encodeStateMessage } from './state-message';

/**
 * The first revision of an owner is its fencing token times this factor, so it is newer than those of earlier owners.
 */
const REVISIONS = 2 ** 32;
/** Rows per message. A subscriber applies one message in about a millisecond. */
const ROWS_PER_MESSAGE = 256;
/** Interval between scheduled checkpoints. */
const CHECKPOINT_MS = 60_000;
/** Minimum interval between requested checkpoints. */
const ASKED_MS = 3_000;
const KEPT = 2;
const NOTHING = new Uint8Array();

export interface EaseTellingOptions {
  readonly pubSub: RedisPubSub;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
  /** Fencing token of the lease {@link EASE_LEASE}. */
  readonly token: number;
  /** Called with the revision up to which rows have been published. */
  readonly onTold: (revision: number) => void;
}

/**
 * Publishes EASE to the API processes: changed rows as deltas, and checkpoints. They are numbered by revisions and not
 * by log positions, because rows also change without a new position: when λ changes, or when a delayed row becomes due.
 */
export class EaseTelling {
  private told = new ServedEase();
  private revision: number;
  private checkpointed = -1;
  private checkpointAt = -Infinity;
  private wanted = false;
  private readonly stop: (() => void)[];

  constructor(private readonly options: EaseTellingOptions) {
    this.revision = options.token * REVISIONS;
    const want = () => void (this.wanted = true);
    // Messages published while the connection was down are lost.
    this.stop = [options.pubSub.listen(EASE_REQUEST_TOPIC, want), options.pubSub.onReconnect(want)];
  }

  /** The state as published; null before the first checkpoint of this owner. */
  get served(): ServedEase | null {
    return this.checkpointed < 0 ? null : this.told;
  }

  close(): void {
    for (const end of this.stop) end();
  }

  /**
   * Publishes a complete new state as a checkpoint.
   * @throws FencedOff if another process owns EASE by now, and database errors
   */
  async handOver(served: ServedEase): Promise<void> {
    this.told = served;
    this.revision++;
    await this.checkpoint();
  }

  /** Publishes changed rows, and new products, which follow the existing ones. */
  tell(head: Pick<ServedEase, 'position' | 'lambda'>, newIds: readonly string[], rows: readonly PlacedRow[]): void {
    Object.assign(this.told, { position: head.position, lambda: head.lambda });
    if (newIds.length > 0) this.send(this.told.replace(newIds, []));
    for (let at = 0; at < rows.length; at += ROWS_PER_MESSAGE)
      this.send(this.told.replace([], rows.slice(at, at + ROWS_PER_MESSAGE)));
  }

  /**
   * Writes a checkpoint if one is due or was requested. A failed checkpoint is retried by the next call.
   * @throws FencedOff if another process owns EASE by now
   */
  async keepUp(): Promise<void> {
    const since = performance.now() - this.checkpointAt;
    if (this.revision === this.checkpointed) {
      if (this.wanted) this.pointToCheckpoint();
    } else if (since >= CHECKPOINT_MS || (this.wanted && since >= ASKED_MS)) await this.checkpoint();
  }

  private send(delta: Uint8Array): void {
    const { pubSub, token, onTold } = this.options;
    const from = this.revision++;
    pubSub.send(EASE_TOPIC, encodeStateMessage({ kind: 'delta', from, to: this.revision, token, delta }));
    onTold(this.revision);
  }

  private async checkpoint(): Promise<void> {
    const { artefacts, token, log, onTold } = this.options;
    const began = (this.checkpointAt = performance.now());
    const { revision, told } = this;
    const bytes = told.encode();
    const figures = { products: told.rows.productIds.length, lambda: told.lambda, position: told.position };
    const artefact = { kind: EASE_ARTEFACT, position: revision, bytes, figures, minRelease: EASE_MIN_RELEASE };
    await artefacts.save([artefact], { name: EASE_LEASE, token });
    this.checkpointed = revision;
    this.pointToCheckpoint();
    onTold(revision);
    const milliseconds = Math.round(performance.now() - began);
    log.info({ ...figures, revision, bytes: bytes.byteLength, milliseconds }, 'EASE checkpoint');
    await artefacts.prune(EASE_ARTEFACT, KEPT);
  }

  /** Announces the newest checkpoint. A subscriber that has received every message ignores it. */
  private pointToCheckpoint(): void {
    this.wanted = false;
    const { checkpointed: at, options } = this;
    const message = { kind: 'checkpoint', from: at, to: at, token: options.token, delta: NOTHING } as const;
    options.pubSub.send(EASE_TOPIC, encodeStateMessage(message));
  }
}
