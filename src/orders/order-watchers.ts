import { OnDemandReadModel } from '../events/on-demand-read-model';
import type { LogChange } from '../events/position.store';
import { KeyedListeners } from '../platform/keyed-listeners';

/** Notifies the watchers of orders about changes. The orders themselves are read from PostgreSQL. */
export class OrderWatchers extends OnDemandReadModel {
  private readonly listeners = new KeyedListeners();

  /** Calls back whenever the order may have changed, until the returned function is called. */
  watch(id: string, onChange: () => void): () => void {
    return this.listeners.watch(id, onChange);
  }

  onReload(): void {
    this.listeners.notifyAll();
  }

  protected applyChange({ orders = [] }: LogChange): void {
    for (const id of orders) this.listeners.notify(id);
  }
}
