import type { RequestIds } from '../auth/request-id.service';
import type { Platform } from '../platform/connect';
import { BackPressure } from './back-pressure';
import type { EventLog } from './event-log';
import { EventResolver } from './event.resolver';
import { EventService } from './event.service';
import { InboxBatchResolver } from './inbox-batch.resolver';
import { InboxBatchService } from './inbox-batch.service';
import { measureInbox } from './inbox-pressure.store';
import type { LogFollower } from './log-follower';
import type { ReadModel } from './read-model';
import { Receipts } from './receipts';
import { StorageAllowance } from './storage-allowance.service';
import { RejectedEventResolver } from './rejected-event.resolver';
import { RejectedEventService } from './rejected-event.service';
import { RetryRejectedService } from './retry-rejected.service';
import type { GraphqlServer } from '../graphql/server';
import { serveEvents } from './event.route';

export interface EventsOptions {
  readonly follower: LogFollower;
  /** Returns whether a product is published. */
  readonly knowsProduct: (id: string) => boolean;
  readonly requestIds: RequestIds;
}

export function eventsModule(
  { pool, pools, prisma, queues, log, config }: Platform,
  eventLog: EventLog,
  { follower, knowsProduct, requestIds }: EventsOptions,
) {
  const pressure = new BackPressure({
    measure: () => measureInbox(pools.ingest),
    inFlightEvents: () => events.inFlightEvents,
    log,
    maxAgeMs: config.inboxMaxAgeMs,
    maxEvents: config.inboxMaxEvents,
  });
  const storage = new StorageAllowance({ pool: pools.ingest, log, bytesPerDay: config.storefrontBytesPerDay });
  const events = new EventService({
    pool: pools.ingest,
    queues,
    log,
    delayMs: config.ingestDelayMs,
    knowsProduct,
    isIssuedTo: (id, who) => requestIds.isIssuedTo(id, who),
    admit: (count, sender) => pressure.admit(count, sender),
    storage,
  });
  const receipts = new Receipts(pool, () => follower);
  const resolvers = [
    new EventResolver(events),
    new InboxBatchResolver(new InboxBatchService(pool)),
    new RejectedEventResolver(new RejectedEventService(prisma), new RetryRejectedService(eventLog, queues, pressure)),
  ];
  const readModels: ReadModel[] = [
    {
      apply: (position, change) => {
        for (const receipt of change.receipts ?? []) receipts.recordPosition(receipt, position);
      },
    },
  ];
  const serve = (server: GraphqlServer) => serveEvents(server, events);
  return { events, receipts, pressure, storage, resolvers, readModels, serve };
}
