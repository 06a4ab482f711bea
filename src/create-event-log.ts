import { EventLog } from './events/event-log';
import { Outbox } from './events/outbox.service';
import { ShipmentTracker } from './logistics/shipment-tracker.service';
import type { Platform } from './platform/connect';
import type { Pool } from './platform/postgres';
import { StreamCounter } from './streams/stream-counter.service';

/**
 * Creates the log of a shop with the effects of all rooms.
 * @param options.writes the connections on which changes are written; by default those of `pool`
 */
export function createEventLog(
  { pool, pubSub, log }: Pick<Platform, 'pool' | 'pubSub' | 'log'>,
  {
    writes = pool,
    onCounted,
  }: { readonly writes?: Pool; readonly onCounted?: ConstructorParameters<typeof StreamCounter>[0] } = {},
): EventLog {
  return new EventLog(pool, new Outbox(writes, pubSub, log), [new StreamCounter(onCounted), new ShipmentTracker()]);
}
