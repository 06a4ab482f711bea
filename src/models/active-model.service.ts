import type { Artefact, ArtefactStore } from '../platform/artefacts';
import type { Logger } from '../platform/log';
import type { RedisPubSub } from '../platform/pubsub';

/** Told with `{kind}` when another version of a model has become the active one. */
export const MODEL_TOPIC = 'model-promoted';

const COMPARE_MS = 10_000;

/**
 * The active version of one kind of model, in this process. A promotion is loaded aside and swapped in as one
 * reference; a version that this code can't read is said so, and the one before stays.
 */
export class ActiveModel<T> {
  private artefact: Artefact | null = null;
  private value: T | null = null;
  private refused: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly stop: (() => void)[] = [];
  private readonly watchers = new Set<() => void>();

  constructor(
    private readonly kind: string,
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
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  }

  close(): void {
    clearInterval(this.timer);
    for (const end of this.stop) end();
  }

  private async refresh(): Promise<void> {
    let id: string | undefined;
    try {
      const active = await this.artefacts.active(this.kind);
      id = active?.id;
      if (!active || active.id === this.artefact?.id || active.id === this.refused) return;
      const value = this.decode(await this.artefacts.load(active.id));
      this.artefact = active;
      this.value = value;
      this.log.info({ kind: this.kind, version: active.id }, 'model swapped in');
      for (const changed of this.watchers) changed();
    } catch (error) {
      this.refused = id;
      this.log.error(
        { kind: this.kind, version: id, error: (error as Error).message },
        'model not loaded; the one before stays',
      );
    }
  }
}
