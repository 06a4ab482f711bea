import type { LogChange } from '../events/position.store';
import { KeyedListeners } from '../platform/keyed-listeners';

/** Notifies the watchers of orders about changes. The orders themselves are read from PostgreSQL. */
export class OrderWatchers {
  private readonly listeners = new KeyedListeners();

  /** Calls back whenever the order may have changed, until the returned function is called. */
  watch(id: string, onChange: () => void): () => void {
    return this.listeners.watch(id, onChange);
  }

  apply(change: LogChange): void {
    if (change.reload) this.listeners.notifyAll();
    else for (const id of change.orders ?? []) this.listeners.notify(id);
  }
}
