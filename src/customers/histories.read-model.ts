import { LRUCache } from 'lru-cache';
import { subjectOf, type LogEvent } from '../events/log-event';
import { readHistory } from '../events/log-reader';
import type { LogChange } from '../events/position';
import type { Pool } from '../platform/postgres';
import { CustomerHistory } from '../recommend/history';

/** Events read for one subject, the newest; what is older hardly tells what they want now. */
const MOST_EVENTS = 5_000;

interface Entry {
  readonly history: CustomerHistory;
  /** The position that was read; what the log tells up to it is in there already. */
  readonly readAt: number;
}

interface Loading {
  readonly promise: Promise<CustomerHistory>;
  readonly heard: { position: number; event: LogEvent }[];
}

/**
 * Histories of the subjects that were asked for lately, current with the log; PostgreSQL has the others. A history is
 * registered before it is read, and what is heard in between is applied where it is newer than what was read.
 */
export class HistoriesReadModel {
  private readonly entries: LRUCache<string, Entry>;
  private readonly loading = new Map<string, Loading>();
  private readonly watchers = new Map<string, Set<() => void>>();
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
    const heard: Loading['heard'] = [];
    const promise = this.load(subject, heard).finally(() => this.loading.delete(subject));
    this.loading.set(subject, { promise, heard });
    return promise;
  }

  /** Applies what one position changed and tells those who watch the subjects concerned. */
  apply(position: number, change: LogChange): void {
    if (change.reload) {
      this.reloadedAt = position;
      this.entries.clear();
      for (const subject of this.watchers.keys()) this.tell(subject);
      return;
    }
    const touched = new Set<string>();
    for (const event of change.events ?? []) {
      const subject = subjectOf(event);
      if (subject === undefined) continue;
      touched.add(subject);
      this.loading.get(subject)?.heard.push({ position, event });
      const entry = this.entries.peek(subject);
      if (entry && position > entry.readAt) entry.history.apply(event);
    }
    for (const subject of touched) this.tell(subject);
  }

  /** Everything was missed for a while: what is kept may be old. */
  forgetAll(): void {
    this.entries.clear();
  }

  /** Calls back whenever the subject's history has changed, until the returned function is called. */
  watch(subject: string, changed: () => void): () => void {
    let set = this.watchers.get(subject);
    if (!set) this.watchers.set(subject, (set = new Set()));
    set.add(changed);
    return () => {
      set.delete(changed);
      if (set.size === 0 && this.watchers.get(subject) === set) this.watchers.delete(subject);
    };
  }

  private tell(subject: string): void {
    for (const changed of this.watchers.get(subject) ?? []) changed();
  }

  private async load(subject: string, heard: Loading['heard']): Promise<CustomerHistory> {
    for (;;) {
      const { position, events } = await readHistory(this.pool, subject, MOST_EVENTS);
      // Read before a backfill that was told as a whole: not what it is now.
      if (position < this.reloadedAt) continue;
      const history = new CustomerHistory();
      for (const event of events) history.apply(event);
      for (const late of heard) if (late.position > position) history.apply(late.event);
      this.entries.set(subject, { history, readAt: position });
      return history;
    }
  }
}
