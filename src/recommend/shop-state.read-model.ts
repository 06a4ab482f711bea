import type { ArtefactStore } from '../platform/artefacts';
import { leaseHolder } from '../platform/lease';
import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import { Progress } from '../platform/progress';
import type { RedisPubSub } from '../platform/pubsub';
import { Watchers } from '../platform/watchers';
import { LEARNER_LEASE, SHOP_ARTEFACT, SHOP_REQUEST_TOPIC, SHOP_TOPIC } from './learner-names';
import { decodeShopMessage, judge, type ShopMessage } from './shop-delta';
import { ShopState } from './shop-state';

const COMPARE_MS = 2_000;
const ASK_MS = 1_000;
const FRESHEN_EVERY_MS = 20;
const FRESHEN_MS = 2;
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
  private readonly progress = new Progress(0);
  private token = 0;
  private buffered: ShopMessage[] = [];
  private loading: Promise<void> | undefined;
  private toldBefore = 0;
  /** What it should have heard of by now. */
  private due = 0;
  private askedAt = -Infinity;
  private closed = false;
  private timer: NodeJS.Timeout | undefined;
  private freshener: NodeJS.Timeout | undefined;
  private readonly stop: (() => void)[] = [];
  private readonly watchers = new Watchers();

  constructor(private readonly options: ShopStateReadModelOptions) {}

  get state(): ShopState {
    return this.current;
  }

  /** The log position that it is true at. */
  get position(): number {
    return this.progress.value;
  }

  /** Positions that the learner has told of for seconds, and that are not in here. */
  get behind(): number {
    return Math.max(0, this.due - this.position);
  }

  /** Subscribe and buffer, load, replay. */
  async start(): Promise<void> {
    const { pubSub } = this.options;
    this.stop.push(pubSub.listen(SHOP_TOPIC, (bytes) => this.hear(decodeShopMessage(bytes))));
    this.stop.push(pubSub.onReconnect(() => this.catchUp(Infinity)));
    await this.load();
    // A learner that is running has told things this process was not there to hear.
    this.ask();
    await this.compare();
    const beat = () => {
      if (!this.closed) this.timer = setTimeout(() => void this.compare().finally(beat), COMPARE_MS);
    };
    beat();
  }

  /** Calls back whenever the state has moved, until the returned function is called. */
  watch(changed: () => void): () => void {
    return this.watchers.add(changed);
  }

  /** Resolves true once the state covers `position`, false after `boundMs`. */
  waitFor(position: number, boundMs: number): Promise<boolean> {
    return this.progress.reaches(position, boundMs);
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    clearTimeout(this.freshener);
    for (const end of this.stop) end();
    await this.loading?.catch(() => undefined);
  }

  private hear(message: ShopMessage): void {
    if (this.loading) {
      if (this.buffered.length < MOST_BUFFERED) this.buffered.push(message);
      return;
    }
    const verdict = judge(message, this.position, this.token);
    if (verdict === 'ignore') return;
    if (verdict === 'hole' || message.kind === 'checkpoint') {
      this.catchUp(message.to);
      return;
    }
    try {
      this.current.applyDelta(message.delta);
    } catch (error) {
      this.options.log.error({ error: (error as Error).message }, 'delta not applied; waiting for a checkpoint');
      this.progress.set(-1);
      return this.ask();
    }
    this.token = message.token;
    this.freshen();
    this.moved(message.to);
  }

  /** By the newest checkpoint, where it helps; else by asking for a newer one. */
  private catchUp(wanted: number): void {
    this.load()
      .catch((error: Error) => this.options.log.warn({ error: error.message }, 'checkpoint not loaded'))
      .finally(() => {
        if (this.position < wanted) this.ask();
      });
  }

  /**
   * Brings lists of neighbours up to date behind the answers' back, a little at a time: some milliseconds in every
   * twenty, so that a catalogue of thousands that all have changed is through within ten seconds.
   */
  private freshen(): void {
    if (this.freshener || this.closed) return;
    this.freshener = setTimeout(() => {
      this.freshener = undefined;
      const until = performance.now() + FRESHEN_MS;
      while (performance.now() < until) if (this.current.refreshSomeNeighbours(1) === 0) return;
      this.freshen();
    }, FRESHEN_EVERY_MS);
  }

  private moved(position: number): void {
    this.progress.set(position);
    this.watchers.tell();
  }

  private load(): Promise<void> {
    this.loading ??= this.loadAside().finally(() => {
      this.loading = undefined;
      const heard = this.buffered;
      this.buffered = [];
      for (const message of heard) this.hear(message);
    });
    return this.loading;
  }

  private async loadAside(): Promise<void> {
    const { artefacts, log } = this.options;
    const newest = await artefacts.newest(SHOP_ARTEFACT);
    if (!newest || newest.position <= this.position) return;
    const began = performance.now();
    const state = this.decode(await artefacts.load(newest.id));
    if (!state) return;
    // Before the swap, or the first request would pay for it.
    state.refreshNeighbours();
    this.current = state;
    this.token = Math.max(this.token, newest.token);
    this.moved(newest.position);
    log.info({ position: newest.position, milliseconds: Math.round(performance.now() - began) }, 'shop state loaded');
  }

  /** `null` for a checkpoint of another version of the code: the learner's next one will do. */
  private decode(bytes: Uint8Array): ShopState | null {
    try {
      return ShopState.decode(bytes);
    } catch (error) {
      this.options.log.error({ error: (error as Error).message }, 'checkpoint not understood');
      return null;
    }
  }

  /** A learner that is further than this process has told something that was not heard. */
  private async compare(): Promise<void> {
    try {
      const holder = await leaseHolder(this.options.pool, LEARNER_LEASE);
      // What it told a moment ago may be on its way; what it had told by the time before is not.
      this.due = this.toldBefore;
      if (this.behind > 0) this.catchUp(this.due);
      this.toldBefore = holder?.position ?? 0;
    } catch (error) {
      this.options.log.debug({ error: (error as Error).message }, 'learner not compared');
    }
  }

  /** At most once a second: a checkpoint takes about as long. */
  private ask(): void {
    const now = performance.now();
    if (now - this.askedAt < ASK_MS) return;
    this.askedAt = now;
    this.options.pubSub.publish(SHOP_REQUEST_TOPIC, { position: this.position });
  }
}
