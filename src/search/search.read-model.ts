import type { ProductsReadModel } from '../catalog/products.read-model';
import type { Config } from '../config';
import type { LogChange } from '../events/position.store';
import type { ReadModel } from '../events/read-model';
import type { Logger } from '../platform/log';
import type { RedisPubSub } from '../platform/pubsub';
import type { Thread } from '../platform/thread';
import { ChangeListeners } from '../platform/change-listeners';
import type { ShopPopularity } from '../live-state/replication/shop-popularity.service';
import { type BaseMessage, START_READING, startBaseThread } from './base-segment/base-segment-thread';
import { type ChangedProducts, CatalogIndex } from './catalog-index.read-model';
import { BASE_STORED_TOPIC, BASE_REQUESTED_TOPIC, type BasePositionMessage } from './search-topics';
import { isJiebaLoaded, loadJieba } from '../search-engine/text/jieba';

/**
 * The index is rebuilt from a new base segment (an index of the whole catalog) when the number of documents that
 * changed since the last base segment exceeds both this limit and `MAX_CHANGED_SHARE` of the documents in the index.
 */
const MAX_CHANGED = 2_000;
const MAX_CHANGED_SHARE = 0.1;
/** How long to wait for a worker to build a base segment for all processes. After that this process builds its own. */
const WORKER_TIMEOUT_MS = 20_000;
const RETRY_MS = 5_000;
const POLL_MS = 50;
/**
 * Search results that are more than this many log positions behind are reported as out of date. Applying so many log
 * positions of an import, with 1,000 products each, takes ten seconds or more.
 */
const MAX_POSITIONS_BEHIND = 100;
/** The changes, besides changes of products, that affect search results. */
const RULE_CHANGES = [
  'synonyms',
  'deletedSynonyms',
  'starterSynonyms',
  'merchandisingRules',
  'deletedMerchandisingRules',
] as const;

export interface SearchReadModelOptions {
  readonly config: Config;
  readonly products: ProductsReadModel;
  readonly popularity: ShopPopularity;
  readonly pubSub: RedisPubSub;
  readonly log: Logger;
}

/**
 * The search index of this process. It consists of a base segment and the later changes in the log. A thread builds the
 * base segment from the newest stored one and from PostgreSQL. After many changes, a new index is built in the
 * background and replaces this one.
 */
export class SearchReadModel implements ReadModel {
  private current: CatalogIndex | undefined;
  /** The index that replaces `current` once it has applied the changes since its base segment was built. */
  private next: CatalogIndex | undefined;
  /** The changes received since the build of a base segment started; undefined if no build is running. */
  private pendingChanges: ChangedProducts[] | undefined;
  private rebuilding: Promise<void> | undefined;
  private thread: Thread<BaseMessage> | undefined;
  private rebuildAgain = false;
  /**
   * Changes up to this log position are missing from the index, because the catalog was reloaded and they were not
   * received one by one. A base segment that is built afterwards contains them. 0 if no changes are missing.
   */
  private gapPosition = 0;
  /** The newest position of a base segment that a worker announced. */
  private storedPosition = 0;
  /** The last position received. */
  private position = 0;
  private closed = false;
  private stopWaiting: () => void = () => undefined;
  private stopListening: () => void = () => undefined;
  private readonly watchers = new ChangeListeners();

  constructor(private readonly options: SearchReadModelOptions) {}

  /** The index to search. @throws Error before {@link start} */
  get catalogIndex(): CatalogIndex {
    if (this.current === undefined) throw new Error('The search index is not loaded yet; call start() first.');
    return this.current;
  }

  /** Starts the slow work that does not need the catalog in memory. Call it before {@link start}. */
  prepare(): void {
    this.thread ??= this.startThread({ urgent: true, waits: true });
  }

  /** Resolves when searches can be answered. Call it once the catalog in memory is loaded and receives changes. */
  async start(): Promise<void> {
    this.prepare();
    this.stopListening = this.options.pubSub.listen(BASE_STORED_TOPIC, (message) => {
      this.storedPosition = Math.max(
        this.storedPosition,
        (JSON.parse(message.toString()) as BasePositionMessage).position,
      );
      this.stopWaiting();
    });
    await this.buildNext(() => {
      // `pendingChanges` collects changes from here on, so it has every change that the thread might miss.
      this.thread?.send(START_READING);
      return this.thread as Thread<BaseMessage>;
    });
    // While the first base segment was built, the catalog may have been reloaded, or a numeric attribute may have arrived.
    if (this.gapPosition > 0 || this.catalogIndex.lacksNumbers) this.rebuild();
  }

  /** The reason why search results are out of date, as text; null if they are current. */
  get behind(): string | null {
    if (this.gapPosition > 0) return 'rebuilding the base segment after a gap in the log';
    const positionsBehind = this.position - this.catalogIndex.position;
    return positionsBehind > MAX_POSITIONS_BEHIND ? `${positionsBehind} positions behind the log` : null;
  }

  /** The log position that searches reflect; 0 while they lack changes before it. */
  get indexedPosition(): number {
    return this.gapPosition > 0 ? 0 : this.catalogIndex.position;
  }

  /** Calls back when search results may have changed, until the returned function is called. */
  watch(changed: () => void): () => void {
    return this.watchers.add(changed);
  }

  /** Applies the change at the next log position. The catalog and the rules in memory have already applied it. */
  apply(log: LogChange, position: number): void {
    const { products = [], deletedProducts = [] } = log;
    const ids = [...products.map(({ id }) => id), ...deletedProducts];
    const change: ChangedProducts = { position, ids };
    this.position = position;
    if (ids.length > 0) this.pendingChanges?.push(change);
    this.current?.apply(change);
    this.next?.apply(change);
    if (RULE_CHANGES.some((rules) => log[rules] !== undefined)) this.watchers.notify();
  }

  /** Handles a reload of the whole catalog. The changes up to this log position were not received one by one. */
  onReload(position: number): void {
    // The build of the first base segment has not started yet. It will read all of these changes.
    if (this.current === undefined && this.pendingChanges === undefined) return;
    this.gapPosition = position;
    if (this.current !== undefined) this.rebuild();
  }

  /** Resolves to true once searches reflect the log up to a position, or to false after `boundMs`. */
  async waitFor(position: number, boundMs: number): Promise<boolean> {
    const until = performance.now() + boundMs;
    for (;;) {
      const remainingMs = Math.max(0, until - performance.now());
      // Another index may replace this one in the meantime, so this method waits in short steps.
      const reached = await this.catalogIndex.waitFor(
        this.gapPosition > 0 ? Infinity : position,
        Math.min(remainingMs, POLL_MS),
      );
      if (reached && this.gapPosition === 0) return true;
      if (remainingMs === 0 || this.closed) return false;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    this.stopListening();
    this.stopWaiting();
    this.current?.close();
    this.next?.close();
    await this.thread?.terminate();
    await this.rebuilding;
  }

  private changed(live: CatalogIndex): void {
    if (live !== this.current) return;
    this.watchers.notify();
    if (this.needsRebuild(live)) this.rebuild();
  }

  private needsRebuild({ index, lacksNumbers }: CatalogIndex): boolean {
    return lacksNumbers || index.changedSinceBase > Math.max(MAX_CHANGED, index.size * MAX_CHANGED_SHARE);
  }

  /** Rebuilds the index, one rebuild at a time. After a gap in the log during a rebuild, another rebuild follows. */
  private rebuild(): void {
    if (this.closed) return;
    if (this.rebuilding !== undefined) return void (this.rebuildAgain ||= this.gapPosition > 0);
    this.rebuilding = this.buildAnother()
      .catch(async (error: Error) => {
        if (this.closed) return;
        this.options.log.warn({ error: error.message }, 'search base not rebuilt; retrying');
        this.rebuildAgain = true;
        await this.pause(RETRY_MS);
      })
      .finally(() => {
        this.rebuilding = undefined;
        if (!this.rebuildAgain) return;
        this.rebuildAgain = false;
        this.rebuild();
      });
  }

  private async buildAnother(): Promise<void> {
    // After a gap, the results are out of date, so the index is rebuilt without waiting for a worker.
    if (this.gapPosition === 0) await this.waitForWorker(this.catalogIndex.position);
    if (this.closed) return;
    await this.buildNext(() => this.startThread({}));
    // A product with another numeric attribute may have arrived during the build.
    this.rebuildAgain ||= this.catalogIndex.lacksNumbers;
  }

  private async waitForWorker(position: number): Promise<void> {
    this.options.pubSub.publish(BASE_REQUESTED_TOPIC, { position } satisfies BasePositionMessage);
    const until = performance.now() + WORKER_TIMEOUT_MS;
    while (this.storedPosition < position && performance.now() < until && !this.closed)
      await this.pause(until - performance.now());
  }

  /** Builds a base segment in a thread, applies later changes in the background, and then replaces the index. */
  private async buildNext(begin: () => Thread<BaseMessage>): Promise<void> {
    const { config, products, popularity, log, pubSub } = this.options;
    this.pendingChanges = [];
    const gapAtStart = this.gapPosition;
    try {
      const began = performance.now();
      this.thread = begin();
      const message = await this.thread.ended;
      const segmenter = message.jieba ? await loadJieba(message.unpackedJieba) : undefined;
      if (this.closed) return;
      const next = new CatalogIndex(message, products, config.shopLanguage, segmenter, () => this.changed(next));
      for (const columns of next.index.columns()) await next.products.warm(columns, popularity.current.table);
      const changesDuringBuild = this.pendingChanges;
      const newest = Math.max(message.position, this.position);
      for (const change of changesDuringBuild) next.apply(change);
      // Positions without product changes advance the index too.
      next.apply({ position: newest, ids: [] });
      this.next = next;
      // The results of the new index must not be older than those of the current index.
      const duePosition = () => Math.max(newest, this.current?.position ?? 0);
      while (!this.closed && next.position < duePosition()) await next.waitFor(duePosition(), 1_000);
      if (this.closed) return;
      this.current?.close();
      this.current = next;
      if (gapAtStart === this.gapPosition) this.gapPosition = 0;
      const { figures, position } = message;
      log.info({ position, ...figures, milliseconds: Math.round(performance.now() - began) }, 'search base loaded');
      this.watchers.notify();
      if (figures.read + figures.gone > MAX_CHANGED)
        pubSub.publish(BASE_REQUESTED_TOPIC, { position } satisfies BasePositionMessage);
    } finally {
      this.pendingChanges = undefined;
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
