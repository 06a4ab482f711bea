import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import type { RedisPubSub } from '../../platform/pubsub';
import { SEARCHES_COUNTED_TOPIC } from '../search-topics';
import { QueryPrefixIndex } from './query-prefix-index';
import { hangulLetters } from '../../search-engine/text/hangul';
import { withoutUmlauts } from '../../search-engine/text/stemming';
import { readClickedQueries, readLoggedQueries } from './logged-queries.store';

/** Minimum time between a change and the reload, in milliseconds. */
const RELOAD_MS = 2_000;
/**
 * The delay additionally grows by this multiple of the last load time, so that loading takes less than 5 % of the time.
 */
const RELOAD_TIME_FACTOR = 20;

export interface LoggedQueriesOptions {
  readonly pool: Pool;
  readonly pubSub: Pick<RedisPubSub, 'listen' | 'onReconnect'>;
  readonly log: Pick<Logger, 'warn'>;
  /**
   * A query is suggested only if at least this number of distinct customers or sessions searched for it, and its words are
   * right only if as many of them clicked.
   */
  readonly minCustomers: number;
}

/** The customers' queries that suggestions and corrections use. They are reloaded some seconds after a change. */
export class LoggedQueriesReadModel {
  private queries = new QueryPrefixIndex([]);
  private clickedWords: ReadonlySet<string> = new Set();
  private timer: NodeJS.Timeout | undefined;
  private loading: Promise<void> | undefined;
  private stale = false;
  private closed = false;
  private tookMs = 0;
  private unsubscribers: (() => void)[] = [];

  constructor(private readonly options: LoggedQueriesOptions) {}

  get current(): QueryPrefixIndex {
    return this.queries;
  }

  /**
   * Returns whether customers searched for a word as it is, without a correction, and clicked then.
   * @param word folded, as in the index
   */
  hasClickedWord(word: string): boolean {
    return this.clickedWords.has(word) || this.clickedWords.has(withoutUmlauts(word));
  }

  async start(): Promise<void> {
    const { pubSub } = this.options;
    const scheduleReload = () => this.reloadLater();
    this.unsubscribers = [pubSub.listen(SEARCHES_COUNTED_TOPIC, scheduleReload), pubSub.onReconnect(scheduleReload)];
    await this.load();
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const stop of this.unsubscribers) stop();
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.loading;
  }

  private reloadLater(): void {
    if (this.loading) this.stale = true;
    else this.timer ??= setTimeout(() => void this.load(), RELOAD_MS + RELOAD_TIME_FACTOR * this.tookMs);
  }

  /** Loads the queries. If loading fails, it is retried later, and suggestions use the previous queries. */
  private async load(): Promise<void> {
    this.timer = undefined;
    const began = performance.now();
    const { pool, minCustomers } = this.options;
    const reading = Promise.all([readLoggedQueries(pool, minCustomers), readClickedQueries(pool, minCustomers)])
      .then(([queries, clicked]) => {
        this.queries = new QueryPrefixIndex(queries);
        this.clickedWords = new Set(clicked.flatMap((query) => hangulLetters(query).split(' ')));
      })
      .catch((error: Error) => {
        this.options.log.warn({ error: error.message }, 'query log not loaded; retrying');
        this.stale = true;
      });
    this.loading = reading;
    await reading;
    this.loading = undefined;
    this.tookMs = performance.now() - began;
    if (!this.stale || this.closed) return;
    this.stale = false;
    this.reloadLater();
  }
}
