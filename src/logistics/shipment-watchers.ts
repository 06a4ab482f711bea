import { isShipmentEvent, shipmentIdOf, subjectOfShipment } from '../events/log-event';
import { OnDemandReadModel } from '../events/on-demand-read-model';
import type { LogChange } from '../events/position.store';
import { KeyedListeners } from '../platform/keyed-listeners';

/** Notifies the watchers of shipments about changes. The shipments themselves are read from PostgreSQL. */
export class ShipmentWatchers extends OnDemandReadModel {
  private readonly listeners = new KeyedListeners();

  /** Calls back whenever the shipment may have changed, until the returned function is called. */
  watch(id: string, onChange: () => void): () => void {
    return this.listeners.watch(subjectOfShipment(id), onChange);
  }

  onReload(): void {
    this.listeners.notifyAll();
  }

  protected applyChange({ events = [], reread = [] }: LogChange): void {
    const changed = events.filter(isShipmentEvent).map(({ id }) => subjectOfShipment(shipmentIdOf(id)));
    for (const subject of new Set([...changed, ...reread])) this.listeners.notify(subject);
  }
}
