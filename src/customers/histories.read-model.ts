import { LRUCache } from 'lru-cache';
import { subjectOf, type LogEvent } from '../events/log-event';
import { readHistory } from '../events/log-reader.store';
import type { LogChange } from '../events/position.store';
import type { Pool } from '../platform/postgres';
import { ChangeListeners } from '../platform/change-listeners';
import { KeyedListeners } from '../platform/keyed-listeners';
import { CustomerHistory } from '../live-state/history';
import { isSignal, SIGNAL_EVENT_TYPES } from '../live-state/signals';

/** A history is computed from at most this many events, the newest. Older ones say little about current interests. */
const MAX_EVENTS = 5_000;

interface Entry {
  readonly history: CustomerHistory;
  /** The log position at which the history was read. The history contains all events up to this position. */
  readonly readPosition: number;
}

interface Loading {
  readonly promise: Promise<CustomerHistory>;
  readonly bufferedEvents: { position: number; event: LogEvent }[];
  /** A history read as of an earlier log position than this is stale. */
  staleBefore: number;
}

/**
 * A cache of recently requested customer histories, to which new events of the log are applied. Other histories are
 * read from PostgreSQL. Events that arrive during a read are buffered. Those that the read does not contain are then
 * applied.
 */
export class HistoriesReadModel {
  private readonly entries: LRUCache<string, Entry>;
  private readonly loading = new Map<string, Loading>();
  private readonly watchers = new KeyedListeners();
  /** Notified when any history may have changed. */
  readonly reloaded = new ChangeListeners();
  private reloadPosition = -1;

  constructor(
    private readonly pool: Pool,
    maxSubjects: number,
  ) {
    this.entries = new LRUCache({ max: maxSubjects });
  }

  /** Returns the history of a subject (customer or visit) as of the log position that this process has reached. */
  async get(subject: string): Promise<CustomerHistory> {
    const entry = this.entries.get(subject);
    if (entry) return entry.history;
    const running = this.loading.get(subject);
    if (running) return running.promise;
    const loading: Loading = {
      promise: Promise.resolve().then(() => this.load(subject, loading)),
      bufferedEvents: [],
      staleBefore: -1,
    };
    this.loading.set(subject, loading);
    return loading.promise.finally(() => this.loading.delete(subject));
  }

  /**
   * Returns the subject's history if it is cached. A history is updated only while it is in the cache: if a later call
   * returns another object or `undefined`, the earlier object is outdated.
   */
  peek(subject: string): CustomerHistory | undefined {
    return this.entries.peek(subject)?.history;
  }

  /** Applies the change of one log position and notifies the watchers of the affected subjects. */
  apply(position: number, change: LogChange): void {
    if (change.reload) {
      this.reloadPosition = position;
      this.entries.clear();
      this.reloaded.notify();
      return;
    }
    const changedSubjects = new Set<string>();
    const { merged, reread = [] } = change;
    for (const subject of merged ? [merged.from, merged.into] : reread) {
      this.entries.delete(subject);
      const loading = this.loading.get(subject);
      if (loading) loading.staleBefore = position;
      changedSubjects.add(subject);
    }
    for (const event of change.events ?? []) {
      const subject = subjectOf(event);
      if (subject === undefined || !isSignal(event)) continue;
      changedSubjects.add(subject);
      this.loading.get(subject)?.bufferedEvents.push({ position, event });
      const entry = this.entries.peek(subject);
      if (entry && position > entry.readPosition) entry.history.apply(event);
    }
    for (const subject of changedSubjects) this.watchers.notify(subject);
  }

  /** Calls back whenever the subject's history has changed, until the returned function is called. */
  watch(subject: string, changed: () => void): () => void {
    return this.watchers.watch(subject, changed);
  }

  private async load(subject: string, loading: Loading): Promise<CustomerHistory> {
    for (;;) {
      const { position, events } = await readHistory(this.pool, subject, SIGNAL_EVENT_TYPES, MAX_EVENTS);
      // A read from before a backfill, a merge or a similar change is stale and is repeated.
      if (position < Math.max(this.reloadPosition, loading.staleBefore)) continue;
      const history = new CustomerHistory();
      for (const event of events) history.apply(event);
      for (const late of loading.bufferedEvents) if (late.position > position) history.apply(late.event);
      this.entries.set(subject, { history, readPosition: position });
      return history;
    }
  }
}
