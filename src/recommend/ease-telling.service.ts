import type { ArtefactStore } from '../platform/artefacts';
import type { Logger } from '../platform/log';
import type { RedisPubSub } from '../platform/pubsub';
import { EASE_ARTEFACT, EASE_LEASE, EASE_MIN_RELEASE, EASE_REQUEST_TOPIC, EASE_TOPIC } from './ease.read-model';
import { ServedEase, type PlacedRow } from './served-ease';
import { encodeStateMessage } from './state-message';

/** An owner's revisions begin at its fencing token times this: they are newer than those of any owner before. */
const REVISIONS = 2 ** 32;
/** Of a message: whoever takes it in is busy for about a millisecond. */
const ROWS_PER_MESSAGE = 256;
/** Between two checkpoints that nobody asked for, and between two that somebody did. */
const CHECKPOINT_MS = 60_000;
const ASKED_MS = 3_000;
const KEPT = 2;
const NOTHING = new Uint8Array();

export interface EaseTellingOptions {
  readonly pubSub: RedisPubSub;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
  /** Fencing token of the lease {@link EASE_LEASE}. */
  readonly token: number;
  /** Told the revision up to which rows have been told. */
  readonly onTold: (revision: number) => void;
}

/**
 * What an owner of EASE tells those who serve: rows that have moved, and checkpoints. They are numbered by revisions of
 * its own, not by positions of the log, for rows also move when the log does not: λ is another, or a row was held back.
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
    // After a reconnect, what was told meanwhile is lost.
    this.stop = [options.pubSub.listen(EASE_REQUEST_TOPIC, want), options.pubSub.onReconnect(want)];
  }

  /** As others have it; null before this owner has told anything. */
  get served(): ServedEase | null {
    return this.checkpointed < 0 ? null : this.told;
  }

  close(): void {
    for (const end of this.stop) end();
  }

  /**
   * Everything anew, as a checkpoint.
   * @throws FencedOff when another owns EASE by now, and what the database throws
   */
  async handOver(served: ServedEase): Promise<void> {
    this.told = served;
    this.revision++;
    await this.checkpoint();
  }

  /** Rows that have moved, and products that have come behind the others. */
  tell(head: Pick<ServedEase, 'position' | 'lambda'>, newIds: readonly string[], rows: readonly PlacedRow[]): void {
    Object.assign(this.told, { position: head.position, lambda: head.lambda });
    if (newIds.length > 0) this.send(this.told.replace(newIds, []));
    for (let at = 0; at < rows.length; at += ROWS_PER_MESSAGE)
      this.send(this.told.replace([], rows.slice(at, at + ROWS_PER_MESSAGE)));
  }

  /**
   * The checkpoint that somebody has asked for, or that is due. One that can't be written is tried again.
   * @throws FencedOff when another owns EASE by now
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

  /** Whoever has heard every message is there already and ignores this. */
  private pointToCheckpoint(): void {
    this.wanted = false;
    const { checkpointed: at, options } = this;
    const message = { kind: 'checkpoint', from: at, to: at, token: options.token, delta: NOTHING } as const;
    options.pubSub.send(EASE_TOPIC, encodeStateMessage(message));
  }
}
