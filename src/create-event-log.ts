import { EventLog } from './events/event-log';
import { Outbox } from './events/outbox.service';
import { ShipmentTracker } from './logistics/shipment-tracker.service';
import type { Platform } from './platform/connect';
import { StreamCounter } from './streams/stream-counter.service';

/** Creates the log of a shop with the effects of all rooms. */
export function createEventLog(
  { pool, pubSub, log }: Pick<Platform, 'pool' | 'pubSub' | 'log'>,
  { onCounted }: { readonly onCounted?: ConstructorParameters<typeof StreamCounter>[0] } = {},
): EventLog {
  return new EventLog(pool, new Outbox(pool, pubSub, log), [new StreamCounter(onCounted), new ShipmentTracker()]);
}
