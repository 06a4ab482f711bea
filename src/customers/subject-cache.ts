import { LRUCache } from 'lru-cache';
import { subjectOf } from '../events/log-event';
import { OnDemandReadModel } from '../events/on-demand-read-model';
import type { LogChange } from '../events/position.store';
import type { StoredEvent } from '../events/stored-event';
import { ChangeListeners } from '../platform/change-listeners';
import { KeyedListeners } from '../platform/keyed-listeners';

/** A subject's value, as of a read of the log. */
export interface SubjectRead<T> {
  /** The log position of the read. The value contains all events up to it. */
  readonly position: number;
  readonly value: T;
}

export interface SubjectCacheOptions<T> {
  readonly maxSubjects: number;
  /** Reads the value of a subject (customer or session) from the log. */
  readonly load: (subject: string) => Promise<SubjectRead<T>>;
  /** Whether an event changes values. */
  readonly isRelevant: (event: StoredEvent) => boolean;
  /** Applies an event to the value of its subject. */
  readonly apply: (value: T, event: StoredEvent) => void;
}

interface Loading<T> {
  readonly promise: Promise<T>;
  readonly bufferedEvents: { position: number; event: StoredEvent }[];
  /** A value read as of an earlier log position than this is stale. */
  staleBefore: number;
}

/**
 * A cache of recently requested values of subjects, to which new events of the log are applied. Other values are read
 * from PostgreSQL. Events that arrive during a read are buffered. Those that the read does not contain are then applied.
 */
export class SubjectCache<T extends object> extends OnDemandReadModel {
  private readonly entries: LRUCache<string, SubjectRead<T>>;
  private readonly loading = new Map<string, Loading<T>>();
  private readonly watchers = new KeyedListeners();
  /** Notified when any value may have changed. */
  readonly reloaded = new ChangeListeners();
  private reloadPosition = -1;

  constructor(private readonly options: SubjectCacheOptions<T>) {
    super();
    this.entries = new LRUCache({ max: options.maxSubjects });
  }

  /** Returns the value of a subject as of the log position that this process has reached. */
  async get(subject: string): Promise<T> {
    const entry = this.entries.get(subject);
    if (entry) return entry.value;
    const running = this.loading.get(subject);
    if (running) return running.promise;
    const loading: Loading<T> = {
      promise: Promise.resolve().then(() => this.read(subject, loading)),
      bufferedEvents: [],
      staleBefore: -1,
    };
    this.loading.set(subject, loading);
    return loading.promise.finally(() => this.loading.delete(subject));
  }

  /**
   * Returns the subject's value if it is cached. A value is updated only while it is in the cache: if a later call
   * returns another object or `undefined`, the earlier object is outdated.
   */
  peek(subject: string): T | undefined {
    return this.entries.peek(subject)?.value;
  }

  onReload(position: number): void {
    this.reloadPosition = position;
    this.entries.clear();
    this.reloaded.notify();
  }

  /** Applies the change of one log position and notifies the watchers of the affected subjects. */
  protected applyChange(change: LogChange, position: number): void {
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
      if (subject === undefined || !this.options.isRelevant(event)) continue;
      changedSubjects.add(subject);
      this.loading.get(subject)?.bufferedEvents.push({ position, event });
      const entry = this.entries.peek(subject);
      if (entry && position > entry.position) this.options.apply(entry.value, event);
    }
    for (const subject of changedSubjects) this.watchers.notify(subject);
  }

  /** Calls back whenever the subject's value has changed, until the returned function is called. */
  watch(subject: string, changed: () => void): () => void {
    return this.watchers.watch(subject, changed);
  }

  private async read(subject: string, loading: Loading<T>): Promise<T> {
    for (;;) {
      const { position, value } = await this.options.load(subject);
      // A read from before a backfill, a merge or a similar change is stale and is repeated.
      if (position < Math.max(this.reloadPosition, loading.staleBefore)) continue;
      for (const late of loading.bufferedEvents) if (late.position > position) this.options.apply(value, late.event);
      this.entries.set(subject, { position, value });
      return value;
    }
  }
}
