import type { ArtefactStore } from '../platform/artefacts';
import { leaseHolder } from '../platform/lease';
import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import type { RedisPubSub } from '../platform/pubsub';
import { LEARNER_LEASE, SHOP_ARTEFACT, SHOP_REQUEST_TOPIC, SHOP_TOPIC } from './learner.service';
import { decodeShopMessage, judge, type ShopMessage } from './shop-delta';
import { ShopState } from './shop-state';

const COMPARE_MS = 2_000;
const MOST_BUFFERED = 500;

export interface ShopStateReadModelOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
}

/**
 * This process's copy of the item side: the newest checkpoint, and the learner's deltas since. A hole is mended by
 * asking the learner for a checkpoint; it is loaded aside, and one reference is swapped.
 */
export class ShopStateReadModel {
  private current = new ShopState();
  private at = 0;
  private token = 0;
  private buffered: ShopMessage[] = [];
  private loading: Promise<void> | undefined;
  private toldBefore = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly stop: (() => void)[] = [];
  private readonly watchers = new Set<() => void>();
  private readonly waiting = new Set<{ position: number; resolve: () => void }>();

  constructor(private readonly options: ShopStateReadModelOptions) {}

  get state(): ShopState {
    return this.current;
  }

  /** The log position that it is true at. */
  get position(): number {
    return this.at;
  }

  /** Subscribe and buffer, load, replay. */
  async start(): Promise<void> {
    const { pubSub } = this.options;
    this.stop.push(pubSub.listen(SHOP_TOPIC, (bytes) => this.hear(decodeShopMessage(bytes))));
    this.stop.push(pubSub.onReconnect(() => void this.compare()));
    await this.load();
    // A learner that is running has told things this process was not there to hear.
    this.ask();
    await this.compare();
    const beat = () => {
      this.timer = setTimeout(() => void this.compare().finally(beat), COMPARE_MS);
    };
    beat();
  }

  /** Calls back whenever the state has moved, until the returned function is called. */
  watch(changed: () => void): () => void {
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  }

  /** Resolves true once the state covers `position`, false after `boundMs`. */
  async waitFor(position: number, boundMs: number): Promise<boolean> {
    if (this.at >= position) return true;
    return new Promise((resolve) => {
      const entry = { position, resolve: () => finish(true) };
      const timer = setTimeout(() => finish(false), boundMs);
      const finish = (reached: boolean) => {
        clearTimeout(timer);
        this.waiting.delete(entry);
        resolve(reached);
      };
      this.waiting.add(entry);
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    for (const end of this.stop) end();
    await this.loading;
  }

  private hear(message: ShopMessage): void {
    if (this.loading) {
      if (this.buffered.length < MOST_BUFFERED) this.buffered.push(message);
      return;
    }
    const verdict = judge(message, this.at, this.token);
    if (verdict === 'ignore') return;
    if (verdict === 'hole') return this.ask();
    if (message.kind === 'checkpoint') {
      // Where nothing was missed, the deltas have brought everything that the checkpoint holds.
      this.reload(Buffer.from(message.rest).toString());
      return;
    }
    try {
      this.current.applyDelta(message.rest);
    } catch (error) {
      this.options.log.error({ error: (error as Error).message }, 'delta not applied; waiting for a checkpoint');
      this.at = -1;
      return this.ask();
    }
    this.token = message.token;
    this.moved(message.to);
  }

  private moved(position: number): void {
    this.at = position;
    for (const changed of this.watchers) changed();
    for (const entry of this.waiting) if (entry.position <= position) entry.resolve();
  }

  private reload(id?: string): void {
    void this.load(id).catch((error: Error) =>
      this.options.log.warn({ error: error.message }, 'checkpoint not loaded'),
    );
  }

  private load(id?: string): Promise<void> {
    this.loading ??= this.loadAside(id).finally(() => {
      this.loading = undefined;
      const heard = this.buffered;
      this.buffered = [];
      for (const message of heard) this.hear(message);
    });
    return this.loading;
  }

  private async loadAside(id?: string): Promise<void> {
    const { artefacts, log } = this.options;
    const newest = await artefacts.newest(SHOP_ARTEFACT);
    if (!newest || newest.position <= this.at) return;
    const began = performance.now();
    const state = ShopState.decode(await artefacts.load(newest.id));
    // Before the swap, or the first request would pay for it.
    state.refreshNeighbours();
    this.current = state;
    this.token = Math.max(this.token, newest.token);
    this.moved(newest.position);
    log.info(
      { position: newest.position, asked: id, milliseconds: Math.round(performance.now() - began) },
      'shop state loaded',
    );
  }

  /** A learner that is further than this process has told something that was not heard. */
  private async compare(): Promise<void> {
    try {
      const holder = await leaseHolder(this.options.pool, LEARNER_LEASE);
      // What it told a moment ago may be on its way; what it had told by the time before is not.
      if (this.toldBefore > this.at) this.ask();
      this.toldBefore = holder?.position ?? 0;
    } catch (error) {
      this.options.log.debug({ error: (error as Error).message }, 'learner not compared');
    }
  }

  private ask(): void {
    this.options.pubSub.publish(SHOP_REQUEST_TOPIC, { position: this.at });
  }
}
