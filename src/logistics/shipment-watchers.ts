import { isShipmentEvent, shipmentIdOf } from '../events/log-event';
import type { LogChange } from '../events/position.store';
import { KeyedListeners } from '../platform/keyed-listeners';

/** Notifies the watchers of shipments about changes. The shipments themselves are read from PostgreSQL. */
export class ShipmentWatchers {
  private readonly listeners = new KeyedListeners();

  /** Calls back whenever the shipment may have changed, until the returned function is called. */
  watch(id: string, onChange: () => void): () => void {
    return this.listeners.watch(id, onChange);
  }

  apply(change: LogChange): void {
    if (change.reload) return this.listeners.notifyAll();
    const changed = (change.events ?? []).filter(isShipmentEvent);
    for (const id of new Set(changed.map((event) => shipmentIdOf(event.id)))) this.listeners.notify(id);
  }
}
