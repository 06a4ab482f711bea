import type { GraphqlServer } from '../graphql/server';
import type { ApiContext, ApiNeeds } from '../rooms/room';
import { BackPressure } from './back-pressure';
import { openEventLog } from './event-log';
import { serveEvents } from './event.route';
import { EventResolver } from './event.resolver';
import { EventService } from './event.service';
import { InboxBatchResolver } from './inbox-batch.resolver';
import { InboxBatchService } from './inbox-batch.service';
import { measureInbox } from './inbox-pressure.store';
import { followLog, type ReadModel } from './read-model';
import { Receipts } from './receipts';
import { RejectedEventResolver } from './rejected-event.resolver';
import { RejectedEventService } from './rejected-event.service';
import { RetryRejectedService } from './retry-rejected.service';
import { knowsProduct, type needs, readModels } from './room';
import { StorageAllowance } from './storage-allowance.service';

export const resolvers = [EventResolver, InboxBatchResolver, RejectedEventResolver];

export async function api(ctx: ApiContext, { auth: { requestIds } }: ApiNeeds<typeof needs>) {
  const { pool, pools, prisma, queues, log, config, rooms, contributionsTo } = ctx;
  const eventLog = await openEventLog(ctx, rooms, pools.writes);
  const follower = followLog(ctx, () => contributionsTo(readModels));
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
    knowsProduct: (id) => contributionsTo(knowsProduct).every((knows) => knows(id)),
    isIssuedTo: (id, who) => requestIds.isIssuedTo(id, who),
    admit: (count, sender) => pressure.admit(count, sender),
    storage,
  });
  const receipts = new Receipts(pool, () => follower);
  const receivedAt: ReadModel = {
    apply: (change, position) => {
      for (const receipt of change.receipts ?? []) receipts.recordPosition(receipt, position);
    },
  };
  return {
    offers: { events, receipts, storage, follower, eventLog },
    contributes: [readModels.with(receivedAt)],
    resolvers: [
      new EventResolver(events),
      new InboxBatchResolver(new InboxBatchService(pool)),
      new RejectedEventResolver(new RejectedEventService(prisma), new RetryRejectedService(eventLog, queues, pressure)),
    ],
    serve: (server: GraphqlServer) => serveEvents(server, events),
    load: () => Promise.all([follower.start(), pressure.start(), storage.start()]),
    lagReasons: () => [follower.lagReason === null ? null : `read models: ${follower.lagReason}`],
    stop: async () => {
      await events.close();
      await follower.close();
      await pressure.stop();
      await storage.stop();
      await eventLog.outbox.markPublished();
    },
  };
}
