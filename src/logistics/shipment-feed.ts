import { isShipmentEvent, shipmentIdOf, subjectOfShipment } from '../events/log-event';
import type { ObjectWatchers } from '../events/object-watchers';
import type { LogChange } from '../events/position.store';
import type { Viewer } from '../graphql/context';
import { ObjectFeed } from '../graphql/object-feed';
import { MS_PER_HOUR } from '../learn/durations';
import type { Logger } from '../platform/log';
import type { DeliveryEstimate } from './delivery-estimate';
import type { DeliveryEstimates } from './delivery-estimates.service';
import type { ShipmentReader } from './shipment-reader.service';
import type { Shipment } from './shipment.type';

/** How often the estimates of watched parcels are computed again: they move without a scan, too. */
const RECHECK_MS = 5 * 60_000;
/** An estimate that moves by less is not pushed, unless it moves to another day. */
const MIN_MOVE_MS = MS_PER_HOUR;

export interface ShipmentFeedOptions {
  readonly reader: Pick<ShipmentReader, 'find'>;
  readonly estimates: Pick<DeliveryEstimates, 'estimate'>;
  readonly changes: Pick<ObjectWatchers, 'watch'>;
  readonly log: Logger;
  readonly recheckMs?: number;
}

/** Returns the subjects of the shipments that a change has changed. */
export function subjectsOfShipmentsIn({ events = [], reread = [] }: LogChange): string[] {
  return [...events.filter(isShipmentEvent).map(({ id }) => subjectOfShipment(shipmentIdOf(id))), ...reread];
}

/** Serves `shipmentUpdated`: after each change of the shipment, and when its estimate has moved. */
export function shipmentFeed(options: ShipmentFeedOptions): ObjectFeed<Shipment, Viewer> {
  const { reader, estimates, changes, log, recheckMs = RECHECK_MS } = options;
  return new ObjectFeed<Shipment, Viewer>({
    name: 'shipment',
    find: async (id, viewer) => {
      const shipment = await reader.find(id, viewer);
      return { ...shipment, readEstimate: (await estimates.estimate(shipment.tracked)) ?? null };
    },
    watch: (id, onChange) => {
      const stop = changes.watch(subjectOfShipment(id), onChange);
      const timer = setInterval(onChange, recheckMs * (0.9 + 0.2 * Math.random()));
      return () => {
        stop();
        clearInterval(timer);
      };
    },
    isNews: (next, sent) => hasMoved(next.readEstimate ?? null, sent.readEstimate ?? null),
    log,
  });
}

/** Returns whether a customer should hear of the new estimate: a bound moved by an hour or more, or to another day. */
export function hasMoved(next: DeliveryEstimate | null, sent: DeliveryEstimate | null): boolean {
  if (next === null || sent === null) return next !== sent;
  const moved = (a: Date, b: Date) => Math.abs(a.getTime() - b.getTime()) >= MIN_MOVE_MS;
  return (
    moved(next.earliest, sent.earliest) || moved(next.latest, sent.latest) || next.days.join() !== sent.days.join()
  );
}
