import { KeyedListeners } from '../platform/keyed-listeners';
import { OnDemandReadModel } from './on-demand-read-model';
import type { LogChange } from './position.store';

/** Notifies the watchers of objects, such as orders, about changes. The objects themselves are read from PostgreSQL. */
export class ObjectWatchers extends OnDemandReadModel {
  private readonly listeners = new KeyedListeners();

  /** @param changedIn returns the keys, such as ids, of the objects that a change has changed */
  constructor(private readonly changedIn: (change: LogChange) => Iterable<string>) {
    super();
  }

  /** Calls back whenever the object may have changed, until the returned function is called. */
  watch(key: string, onChange: () => void): () => void {
    return this.listeners.watch(key, onChange);
  }

  onReload(): void {
    this.listeners.notifyAll();
  }

  protected applyChange(change: LogChange): void {
    for (const key of new Set(this.changedIn(change))) this.listeners.notify(key);
  }
}
