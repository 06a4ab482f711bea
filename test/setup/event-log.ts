import { EventLog } from '../../src/events/event-log';
import type { Outbox } from '../../src/events/outbox.service';
import type { Pool } from '../../src/platform/postgres';
import { ShipmentTracker } from '../../src/logistics/shipment-tracker.service';
import { StreamCounter } from '../../src/streams/stream-counter.service';

/** Returns the log of a shop, with the effects of all rooms. */
export const eventLogOf = (pool: Pool, outbox: Outbox): EventLog =>
  new EventLog(pool, outbox, [new StreamCounter(), new ShipmentTracker()]);
