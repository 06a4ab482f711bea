import type { LogChange } from '../events/position.store';
import { ChangeListeners } from '../platform/change-listeners';

/** Notifies the watchers of orders about changes. The orders themselves are read from PostgreSQL. */
export class OrderWatchers {
  private readonly watchers = new Map<string, ChangeListeners>();

  /** Calls back whenever the order may have changed, until the returned function is called. */
  watch(id: string, onChange: () => void): () => void {
    let watchers = this.watchers.get(id);
    if (!watchers) this.watchers.set(id, (watchers = new ChangeListeners()));
    const stop = watchers.add(onChange);
    return () => {
      stop();
      if (watchers.size === 0 && this.watchers.get(id) === watchers) this.watchers.delete(id);
    };
  }

  apply(change: LogChange): void {
    if (change.reload) for (const watchers of this.watchers.values()) watchers.notify();
    else for (const id of change.orders ?? []) this.watchers.get(id)?.notify();
  }
}
