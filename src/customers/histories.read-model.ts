import { LRUCache } from 'lru-cache';
import { subjectOf, type LogEvent } from '../events/log-event';
import { readHistory } from '../events/log-reader';
import type { LogChange } from '../events/position';
import type { Pool } from '../platform/postgres';
import { Watchers } from '../platform/watchers';
import { CustomerHistory } from '../recommend/history';
import { isTelling, TELLING_TYPES } from '../recommend/signals';

/** Events read for one subject, the newest; what is older hardly tells what they want now. */
const MAX_EVENTS = 5_000;

interface Entry {
  readonly history: CustomerHistory;
  /** The position that was read; what the log tells up to it is in there already. */
  readonly readAt: number;
}

interface Loading {
  readonly promise: Promise<CustomerHistory>;
  readonly heard: { position: number; event: LogEvent }[];
  /** What was read before this position is not what it is now. */
  staleBefore: number;
}

/**
 * Histories of the subjects that were asked for lately, current with the log; PostgreSQL has the others. A history is
 * registered before it is read, and what is heard in between is applied where it is newer than what was read.
 */
export class HistoriesReadModel {
  private readonly entries: LRUCache<string, Entry>;
  private readonly loading = new Map<string, Loading>();
  private readonly watchers = new Map<string, Watchers>();
  /** Told when any history may have changed. */
  readonly reloaded = new Watchers();
  private reloadedAt = -1;

  constructor(
    private readonly pool: Pool,
    most: number,
  ) {
    this.entries = new LRUCache({ max: most });
  }

  /** The subject's history at this process's position. */
  async get(subject: string): Promise<CustomerHistory> {
    const entry = this.entries.get(subject);
    if (entry) return entry.history;
    const running = this.loading.get(subject);
    if (running) return running.promise;
    const loading: Loading = {
      promise: Promise.resolve().then(() => this.load(subject, loading)),
      heard: [],
      staleBefore: -1,
    };
    this.loading.set(subject, loading);
    return loading.promise.finally(() => this.loading.delete(subject));
  }

  /** The subject's history, where it is at hand; another object, or none, once what was handed out is no longer kept current. */
  peek(subject: string): CustomerHistory | undefined {
    return this.entries.peek(subject)?.history;
  }

  /** Applies what one position changed and tells those who watch the subjects concerned. */
  apply(position: number, change: LogChange): void {
    if (change.reload) {
      this.reloadedAt = position;
      this.entries.clear();
      this.reloaded.tell();
      return;
    }
    const touched = new Set<string>();
    const { merged, reread = [] } = change;
    for (const subject of merged ? [merged.from, merged.into] : reread) {
      this.entries.delete(subject);
      const loading = this.loading.get(subject);
      if (loading) loading.staleBefore = position;
      touched.add(subject);
    }
    for (const event of change.events ?? []) {
      const subject = subjectOf(event);
      if (subject === undefined || !isTelling(event)) continue;
      touched.add(subject);
      this.loading.get(subject)?.heard.push({ position, event });
      const entry = this.entries.peek(subject);
      if (entry && position > entry.readAt) entry.history.apply(event);
    }
    for (const subject of touched) this.watchers.get(subject)?.tell();
  }

  /** Calls back whenever the subject's history has changed, until the returned function is called. */
  watch(subject: string, changed: () => void): () => void {
    let watchers = this.watchers.get(subject);
    if (!watchers) this.watchers.set(subject, (watchers = new Watchers()));
    const stop = watchers.add(changed);
    return () => {
      stop();
      if (watchers.size === 0 && this.watchers.get(subject) === watchers) this.watchers.delete(subject);
    };
  }

  private async load(subject: string, loading: Loading): Promise<CustomerHistory> {
    for (;;) {
      const { position, events } = await readHistory(this.pool, subject, TELLING_TYPES, MAX_EVENTS);
      // Read before a backfill, a merge or the like: not what it is now.
      if (position < Math.max(this.reloadedAt, loading.staleBefore)) continue;
      const history = new CustomerHistory();
      for (const event of events) history.apply(event);
      for (const late of loading.heard) if (late.position > position) history.apply(late.event);
      this.entries.set(subject, { history, readAt: position });
      return history;
    }
  }
}
