import type { ProductsReadModel } from '../catalog/products.read-model';
import type { Config } from '../config';
import type { LogChange } from '../events/position';
import type { Logger } from '../platform/log';
import type { RedisPubSub } from '../platform/pubsub';
import type { Thread } from '../platform/thread';
import { Watchers } from '../platform/watchers';
import type { ShopPopularity } from '../recommend/shop-popularity.service';
import { type BaseMessage, MAY_READ, startBaseThread } from './base-thread.service';
import { type ChangedProducts, LiveIndex } from './live-index.read-model';
import { subtagOf } from './document/analyzers';
import { BASE_KEPT_TOPIC, BASE_WANTED_TOPIC, type BaseNews } from './search-names';
import { isJiebaLoaded, loadJieba } from './text/jieba';
import { WordLists } from './word-lists.service';

/** What the live segment may grow to, and what share of the base, before both become a new base. */
const MAX_UNMERGED = 2_000;
const UNMERGED_SHARE = 0.1;
/** How long a worker is waited for, which makes a base for all processes; then this one makes its own. */
const WORKER_MS = 20_000;
const RETRY_MS = 5_000;
const LOOK_MS = 50;
/** Positions: an import of so many, by 1,000 products, takes it ten seconds and more. */
const MAX_POSITIONS_BEHIND = 100;
/** What else changes what is found. */
const RULES = ['synonyms', 'deletedSynonyms', 'merchandisingRules', 'deletedMerchandisingRules'] as const;

export interface SearchReadModelOptions {
  readonly config: Config;
  readonly products: ProductsReadModel;
  readonly popularity: ShopPopularity;
  readonly pubSub: RedisPubSub;
  readonly log: Logger;
}

/**
 * The catalogue as this process searches it: a base segment, made in a thread from the newest artefact and PostgreSQL, and what
 * the log has told since. When that is much, a new base is made aside and swapped in.
 */
export class SearchReadModel {
  /** The words that are never corrected. */
  readonly wordLists: WordLists;
  private current: LiveIndex | undefined;
  /** Its base is newer; it takes in what has changed since that. */
  private next: LiveIndex | undefined;
  /** What has been told since a base was begun. */
  private told: ChangedProducts[] | undefined;
  private renewing: Promise<void> | undefined;
  private thread: Thread<BaseMessage> | undefined;
  private listed: Promise<void> | undefined;
  private renewAgain = false;
  /** After a gap nothing is known of what has changed, until there is a base that begins behind it. */
  private gapAt = 0;
  private kept = 0;
  /** Told last. */
  private position = 0;
  private closed = false;
  private stopWaiting: () => void = () => undefined;
  private stopListening: () => void = () => undefined;
  private readonly watchers = new Watchers();

  constructor(private readonly options: SearchReadModelOptions) {
    this.wordLists = new WordLists(options.log);
  }

  /** What searches go to. @throws Error before {@link start} */
  get live(): LiveIndex {
    if (this.current === undefined) throw new Error('search has not started');
    return this.current;
  }

  /** Begins with what takes long and does not depend on the catalogue in memory. To be called before {@link start}. */
  prepare(): void {
    this.thread ??= this.startThread({ urgent: true, waits: true });
    // The list takes up to two seconds.
    this.listed ??= this.wordLists.load([subtagOf(this.options.config.shopLanguage)]);
  }

  /** Resolves when searches can be answered. To be called when the catalogue in memory is loaded, and told of changes. */
  async start(): Promise<void> {
    this.prepare();
    this.stopListening = this.options.pubSub.listen(BASE_KEPT_TOPIC, (message) => {
      this.kept = Math.max(this.kept, (JSON.parse(message.toString()) as BaseNews).position);
      this.stopWaiting();
    });
    await this.makeNext(() => {
      // From here on, `told` collects the changes that the thread may not have read.
      this.thread?.send(MAY_READ);
      return this.thread as Thread<BaseMessage>;
    });
    await this.listed;
    // The catalogue was read anew while the first base was made.
    if (this.gapAt > 0) this.renew();
  }

  /** What keeps searches from knowing of all that was told, in words; `null` where nothing does. */
  get behind(): string | null {
    if (this.gapAt > 0) return 'a base is made anew behind a gap';
    const missing = this.position - this.live.position;
    return missing > MAX_POSITIONS_BEHIND ? `${missing} positions to be taken in` : null;
  }

  /** Calls back whenever what can be found has changed, until the returned function is called. */
  watch(changed: () => void): () => void {
    return this.watchers.add(changed);
  }

  /** One position of the log, in order. The catalogue and rules in memory have it already. */
  apply(position: number, log: LogChange): void {
    const { products = [], deletedProducts = [] } = log;
    const ids = [...(products as { id: string }[]).map(({ id }) => id), ...deletedProducts];
    const change: ChangedProducts = { position, ids };
    this.position = position;
    if (ids.length > 0) this.told?.push(change);
    this.current?.apply(change);
    this.next?.apply(change);
    if (RULES.some((rules) => log[rules] !== undefined)) this.watchers.tell();
  }

  /** The catalogue was read anew at this position: what happened until then was not told. */
  reloaded(position: number): void {
    // Before the first base is begun, it will read all that.
    if (this.current === undefined && this.told === undefined) return;
    this.gapAt = position;
    if (this.current !== undefined) this.renew();
  }

  /** Resolves true once searches know what has happened up to a position, false after `boundMs`. */
  async waitFor(position: number, boundMs: number): Promise<boolean> {
    const until = performance.now() + boundMs;
    for (;;) {
      const left = Math.max(0, until - performance.now());
      // Another index may take this one's place meanwhile.
      const reached = await this.live.waitFor(this.gapAt > 0 ? Infinity : position, Math.min(left, LOOK_MS));
      if (reached && this.gapAt === 0) return true;
      if (left === 0 || this.closed) return false;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    this.stopListening();
    this.stopWaiting();
    this.current?.close();
    this.next?.close();
    await Promise.all([this.thread?.terminate(), this.wordLists.close()]);
    await this.renewing;
  }

  private changed(live: LiveIndex): void {
    if (live !== this.current) return;
    this.watchers.tell();
    if (this.isDue(live)) this.renew();
  }

  private isDue({ index }: LiveIndex): boolean {
    return index.unmerged > Math.max(MAX_UNMERGED, index.size * UNMERGED_SHARE);
  }

  /** One at a time; a gap during one makes it go round once more. */
  private renew(): void {
    if (this.closed) return;
    if (this.renewing !== undefined) return void (this.renewAgain ||= this.gapAt > 0);
    this.renewing = this.makeAnother()
      .catch(async (error: Error) => {
        if (this.closed) return;
        this.options.log.warn({ error: error.message }, 'search has no new base; it will be tried again');
        this.renewAgain = true;
        await this.pause(RETRY_MS);
      })
      .finally(() => {
        this.renewing = undefined;
        if (!this.renewAgain) return;
        this.renewAgain = false;
        this.renew();
      });
  }

  private async makeAnother(): Promise<void> {
    // Behind a gap there is nothing to wait for.
    if (this.gapAt === 0) await this.waitForWorker(this.live.position);
    if (!this.closed) await this.makeNext(() => this.startThread({}));
  }

  private async waitForWorker(position: number): Promise<void> {
    this.options.pubSub.publish(BASE_WANTED_TOPIC, { position } satisfies BaseNews);
    const until = performance.now() + WORKER_MS;
    while (this.kept < position && performance.now() < until && !this.closed)
      await this.pause(until - performance.now());
  }

  /** Makes a base in a thread, takes in what has been told since aside, and swaps. */
  private async makeNext(begin: () => Thread<BaseMessage>): Promise<void> {
    const { config, products, popularity, log, pubSub } = this.options;
    this.told = [];
    const gap = this.gapAt;
    try {
      const began = performance.now();
      this.thread = begin();
      const message = await this.thread.ended;
      const segmenter = message.jieba ? await loadJieba(message.unpackedJieba) : undefined;
      if (this.closed) return;
      const next = new LiveIndex(message, products, config.shopLanguage, segmenter, () => this.changed(next));
      for (const columns of next.index.columns()) await next.products.warm(columns, popularity.current.table);
      await this.wordLists.load(next.languages);
      const told = this.told;
      const newest = Math.max(message.position, this.position);
      for (const change of told) next.apply(change);
      // What told of no product moves it, too.
      next.apply({ position: newest, ids: [] });
      this.next = next;
      // Nobody who has seen a write is to miss it after the swap.
      const due = () => Math.max(newest, this.current?.position ?? 0);
      while (!this.closed && next.position < due()) await next.waitFor(due(), 1_000);
      if (this.closed) return;
      this.current?.close();
      this.current = next;
      if (gap === this.gapAt) this.gapAt = 0;
      const { figures, position } = message;
      log.info({ position, ...figures, milliseconds: Math.round(performance.now() - began) }, 'search base loaded');
      this.watchers.tell();
      if (figures.read + figures.gone > MAX_UNMERGED)
        pubSub.publish(BASE_WANTED_TOPIC, { position } satisfies BaseNews);
    } finally {
      this.told = undefined;
      this.next = undefined;
      this.thread = undefined;
    }
  }

  private startThread(order: { readonly urgent?: boolean; readonly waits?: boolean }): Thread<BaseMessage> {
    const { config, log } = this.options;
    return startBaseThread({ ...order, config, unpackJieba: !isJiebaLoaded() }, log);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.stopWaiting(), ms);
      this.stopWaiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
