import type { Artefact, ArtefactStore } from '../platform/artefacts';
import type { Logger } from '../platform/log';
import type { RedisPubSub } from '../platform/pubsub';
import { NewerReleaseError } from '../platform/release';
import { ChangeListeners } from '../platform/change-listeners';
import type { ModelKind } from './model-kind';

/** Pub/sub topic. A message `{kind}` means that the active version of this kind of model has changed. */
export const MODEL_TOPIC = 'model-promoted';

const POLL_MS = 2_000;

/**
 * Holds the active version of one kind of model in this process. When another version is promoted, the previous one is
 * served until the new one is completely loaded. If this release can't read the new one, the error is logged and the
 * previous version stays.
 */
export class ActiveModel<T> {
  private artefact: Artefact | null = null;
  private value: T | null = null;
  /** The id of the active version when it was last read; undefined before the first read. */
  private activeId: string | null | undefined;
  /** The newest version that this process found it can't serve. It is not loaded again. */
  private unservableId: string | undefined;
  private refreshing: Promise<string | null> = Promise.resolve(null);
  private timer: NodeJS.Timeout | undefined;
  private readonly unsubscribers: (() => void)[] = [];
  private readonly watchers = new ChangeListeners();

  constructor(
    readonly kind: ModelKind,
    private readonly decode: (bytes: Uint8Array) => T,
    private readonly artefacts: ArtefactStore,
    private readonly pubSub: RedisPubSub,
    private readonly log: Logger,
  ) {}

  /** The decoded version that is served; `null` if no version is active. */
  get current(): T | null {
    return this.value;
  }

  /** The id of the served version, as responses state it. */
  get version(): string | null {
    return this.artefact?.id ?? null;
  }

  /**
   * Whether {@link current} is the version that was active when it was last asked for. False also while a version is
   * loading, and if this process can't read it.
   */
  get isUpToDate(): boolean {
    return this.activeId === this.version;
  }

  async start(): Promise<void> {
    this.unsubscribers.push(
      this.pubSub.listen(MODEL_TOPIC, (message) => {
        if ((JSON.parse(message.toString()) as { kind: string }).kind === this.kind) void this.refresh();
      }),
    );
    await this.refresh();
    this.timer = setInterval(() => void this.refresh(), POLL_MS);
  }

  /** Calls `onChange` whenever the served version has changed, until the returned function is called. */
  watch(onChange: () => void): () => void {
    return this.watchers.add(onChange);
  }

  close(): void {
    clearInterval(this.timer);
    for (const end of this.unsubscribers) end();
  }

  /**
   * Loads the version that is active now, unless it is served already. Never rejects. Refreshes run one after the other,
   * because an older version that loads slowly must not replace a newer one.
   * @returns the id of the version that is served then; null for none
   */
  refresh(): Promise<string | null> {
    this.refreshing = this.refreshing.then(() => this.refreshOnce()).then(() => this.version);
    return this.refreshing;
  }

  /** Whether this process has found out that it can't serve a version. */
  cannotServe(id: string): boolean {
    return id === this.unservableId;
  }

  private async refreshOnce(): Promise<void> {
    try {
      const active = await this.artefacts.active(this.kind);
      this.activeId = active?.id ?? null;
      if (active === null) return this.deactivate();
      if (active.id === this.artefact?.id || active.id === this.unservableId) return;
      await this.load(active);
    } catch (error) {
      this.log.warn(
        { kind: this.kind, error: (error as Error).message },
        'active model could not be read; the previous version stays until a retry succeeds',
      );
    }
  }

  private async load(active: Artefact): Promise<void> {
    let bytes: Uint8Array;
    try {
      bytes = await this.artefacts.load(active.id);
    } catch (error) {
      if (!(error instanceof NewerReleaseError)) throw error;
      this.unservableId = active.id;
      this.log.error(
        { kind: this.kind, version: active.id, error: error.message },
        'this release cannot read the active model; the previous version stays',
      );
      return;
    }
    this.activate(active, bytes);
  }

  /** Stops serving a version, after an operator has deactivated the model. */
  private deactivate(): void {
    if (this.artefact === null) return;
    this.artefact = null;
    this.value = null;
    this.log.info({ kind: this.kind }, 'the model was deactivated');
    this.watchers.notify();
  }

  private activate(artefact: Artefact, bytes: Uint8Array): void {
    const { kind, log } = this;
    try {
      this.value = this.decode(bytes);
    } catch (error) {
      this.unservableId = artefact.id;
      log.error(
        { kind, version: artefact.id, error: (error as Error).message },
        'model could not be decoded; the previous version stays',
      );
      return;
    }
    this.artefact = artefact;
    log.info({ kind, version: artefact.id }, 'model version loaded');
    this.watchers.notify();
  }
}
