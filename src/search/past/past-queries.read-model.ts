import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import type { RedisPubSub } from '../../platform/pubsub';
import { SEARCHES_TOPIC } from '../search-names';
import { PastQueries, type PastQuery } from './past-queries';

/** The most wished for, beside those that are hidden; more are not kept in memory. */
const MAX_QUERIES = 20_000;
/** Of so many, the most popular, those are chosen: few clicks put a popular one behind a less popular one. */
const CANDIDATES = 60_000;
/** A query's clicks are smoothed by so many searches of the shop's mean. */
const SMOOTHING = 20;
/** Read again so long after a change at the earliest, and at most this share of the time. */
const RELOAD_MS = 2_000;
const RESTS = 20;

export interface PastQueriesOptions {
  readonly pool: Pool;
  readonly pubSub: Pick<RedisPubSub, 'listen' | 'onReconnect'>;
  readonly log: Pick<Logger, 'warn'>;
  /** Distinct customers or visits that have typed a query before anybody is told of it. */
  readonly minCustomers: number;
}

/** What customers have searched for, as far as suggestions need it: read again some seconds after it has changed. */
export class PastQueriesReadModel {
  private queries = new PastQueries([]);
  private timer: NodeJS.Timeout | undefined;
  private loading: Promise<void> | undefined;
  private stale = false;
  private closed = false;
  private tookMs = 0;
  private stop: (() => void)[] = [];

  constructor(private readonly options: PastQueriesOptions) {}

  get current(): PastQueries {
    return this.queries;
  }

  async start(): Promise<void> {
    const { pubSub } = this.options;
    const later = () => this.reloadLater();
    this.stop = [pubSub.listen(SEARCHES_TOPIC, later), pubSub.onReconnect(later)];
    await this.load();
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const stop of this.stop) stop();
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.loading;
  }

  private reloadLater(): void {
    if (this.loading) this.stale = true;
    else this.timer ??= setTimeout(() => void this.load(), RELOAD_MS + RESTS * this.tookMs);
  }

  /** What can't be read now is read after the next change; until then suggestions are those of before. */
  private async load(): Promise<void> {
    this.timer = undefined;
    const began = performance.now();
    const reading = this.read()
      .then((queries) => void (this.queries = new PastQueries(queries)))
      .catch((error: Error) => {
        this.options.log.warn({ error: error.message }, 'past queries not read; it will be tried again');
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

  private async read(): Promise<PastQuery[]> {
    const { rows } = await this.options.pool.query<PastQuery>(READ, [
      this.options.minCustomers,
      SMOOTHING,
      CANDIDATES,
      MAX_QUERIES,
    ]);
    return rows;
  }
}

/** What somebody has left out may be any words: they are nobody else's to read. */
const READ = `
  SELECT query AS key, text, popularity * (clicked + $2::float8 * share) / (searches + $2::float8) AS score
  FROM (
    SELECT query, text, popularity, clicked, searches FROM past_queries
    WHERE customers >= $1 AND query !~ '(^| )-' ORDER BY popularity DESC LIMIT $3
  ) popular CROSS JOIN (
    SELECT coalesce((sum(clicked) + 1)::float8 / (sum(searches) + 2), 0.5) AS share FROM search_days
  ) shop ORDER BY score DESC, query LIMIT $4 + (SELECT count(*) FROM hidden_suggestions)`;
