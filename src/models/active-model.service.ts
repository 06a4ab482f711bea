import type { Artefact, ArtefactStore } from '../platform/artefacts';
import type { Logger } from '../platform/log';
import type { RedisPubSub } from '../platform/pubsub';
import { NewerReleaseError } from '../platform/release';
import { Watchers } from '../platform/watchers';
import type { ModelKind } from './model-kind';

/** Told with `{kind}` when another version of a model has become the active one. */
export const MODEL_TOPIC = 'model-promoted';

const COMPARE_MS = 2_000;

/**
 * The active version of one kind of model, in this process. A promotion is loaded aside and swapped in as one
 * reference; a version that this code can't read is said so, and the one before stays.
 */
export class ActiveModel<T> {
  private artefact: Artefact | null = null;
  private value: T | null = null;
  private refused: string | undefined;
  /** Why the active version needs a newer release, as it was logged last: it is said once. */
  private newerRelease: string | undefined;
  private refreshing: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private readonly stop: (() => void)[] = [];
  private readonly watchers = new Watchers();

  constructor(
    private readonly kind: ModelKind,
    private readonly decode: (bytes: Uint8Array) => T,
    private readonly artefacts: ArtefactStore,
    private readonly pubSub: RedisPubSub,
    private readonly log: Logger,
  ) {}

  /** The parameters to answer with; `null` while no version has been promoted. */
  get current(): T | null {
    return this.value;
  }

  /** Its version, as answers state it. */
  get version(): string | null {
    return this.artefact?.id ?? null;
  }

  async start(): Promise<void> {
    this.stop.push(
      this.pubSub.listen(MODEL_TOPIC, (message) => {
        if ((JSON.parse(message.toString()) as { kind: string }).kind === this.kind) void this.refresh();
      }),
    );
    await this.refresh();
    this.timer = setInterval(() => void this.refresh(), COMPARE_MS);
  }

  /** Calls back whenever another version has been swapped in. */
  watch(changed: () => void): () => void {
    return this.watchers.add(changed);
  }

  close(): void {
    clearInterval(this.timer);
    for (const end of this.stop) end();
  }

  /** One after the other: an older version that loads slowly must not replace a newer one. */
  private refresh(): Promise<void> {
    this.refreshing = this.refreshing.then(() => this.refreshOnce());
    return this.refreshing;
  }

  private async refreshOnce(): Promise<void> {
    try {
      const active = await this.artefacts.active(this.kind);
      if (active === null) return this.swapOut();
      if (active.id === this.artefact?.id || active.id === this.refused) return;
      const bytes = await this.artefacts.load(active.id);
      this.swapIn(active, bytes);
    } catch (error) {
      const cause = (error as Error).message;
      if (error instanceof NewerReleaseError && this.newerRelease !== cause)
        this.log.error({ kind: this.kind, error: cause }, 'active model not read; the one before stays');
      this.newerRelease = error instanceof NewerReleaseError ? cause : undefined;
      if (this.newerRelease !== undefined) return;
      this.log.warn({ kind: this.kind, error: cause }, 'active model not read; the one before stays until it can be');
    }
  }

  /** An operator has gone back to answering without any version. */
  private swapOut(): void {
    if (this.artefact === null) return;
    this.artefact = null;
    this.value = null;
    this.log.info({ kind: this.kind }, 'no version of the model is active any more');
    this.watchers.tell();
  }

  private swapIn(artefact: Artefact, bytes: Uint8Array): void {
    const { kind, log } = this;
    try {
      this.value = this.decode(bytes);
    } catch (error) {
      this.refused = artefact.id;
      log.error(
        { kind, version: artefact.id, error: (error as Error).message },
        'model not understood; the one before stays',
      );
      return;
    }
    this.artefact = artefact;
    log.info({ kind, version: artefact.id }, 'model swapped in');
    this.watchers.tell();
  }
}
