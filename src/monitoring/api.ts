import type { GraphqlServer } from '../graphql/server';
import { waitingByPurpose } from '../platform/pools';
import type { ApiContext, ApiNeeds } from '../rooms/room';
import { PastWindowsService } from '../streams/past-windows.service';
import { deliveriesOfAlert } from '../webhooks/webhook.service';
import { AlertFeed } from './alerts/alert-feed.service';
import { AlertPreviewResolver } from './alerts/alert-preview.resolver';
import { AlertPreviewService } from './alerts/alert-preview.service';
import { AlertRuleService } from './alerts/alert-rule.service';
import { AlertResolver } from './alerts/alert.resolver';
import { AlertService } from './alerts/alert.service';
import { serveBacklog } from './backlog.route';
import { serveMetrics } from './metrics.route';
import { OperationMetrics } from './operation-metrics.service';
import { processRegistry } from './process-registry';
import { serveQueueBoard } from './queue-board.route';
import { type needs, reachedPositions } from './room';
import { shopGauges } from './shop-gauges';
import { ShopMetrics } from './shop-metrics.service';
import { reportProcess } from './system/process-reporter';
import { ProcessSlices } from './system/process-slices.service';
import { SystemFeed } from './system/system-feed.service';
import { SystemResolver } from './system/system.resolver';
import { SystemService } from './system/system.service';

export const resolvers = [AlertPreviewResolver, AlertResolver, SystemResolver];

export async function api(ctx: ApiContext, needed: ApiNeeds<typeof needs>) {
  const { pool, pools, pubSub, queues, log, contributionsTo, rooms } = ctx;
  const { streams, windows } = needed.streams;
  const { follower } = needed.events;
  const { shop } = needed.liveState;
  const registry = processRegistry();
  const slices = new ProcessSlices(pool);
  const metrics = new ShopMetrics(
    registry,
    await shopGauges(rooms),
    { pool, pubSub, queues, versions: needed.models.versions, slices, rooms },
    log,
  );
  const systems = new SystemService(registry, metrics, slices);
  const alerts = new AlertService(pool, pubSub);
  const streamOf = (id: string) => streams.stream(id);
  const rules = new AlertRuleService({ pool, pubSub, streamOf });
  const previews = new AlertPreviewService({ pool, streamOf, windows: new PastWindowsService(pool, windows) });
  return {
    offers: {
      observer: new OperationMetrics(registry),
      /** Reports the state of this process to the others. */
      report: () => reportProcess(registry, 'API', ctx),
    },
    resolvers: [
      new AlertPreviewResolver(previews),
      new AlertResolver(rules, alerts, new AlertFeed(alerts, pubSub, log), deliveriesOfAlert(pool)),
      new SystemResolver(systems, new SystemFeed(systems, log)),
    ],
    /** Serves `/metrics`, `/readyz/backlog` and the queue board. */
    serve: async (server: GraphqlServer) => {
      const readModels = () => follower.position;
      serveBacklog(server.fastify, {
        pool,
        rooms,
        readModels,
        shopState: () => shop.position,
        others: () => contributionsTo(reachedPositions),
      });
      await serveQueueBoard(server.fastify, needed.auth.authenticate, queues);
      serveMetrics(server.fastify, {
        registry,
        socketServer: server.sockets,
        position: readModels,
        sessionProducts: () => shop.state.sessions.table.entryCount,
        waitingOrders: () => needed.orders.orders.waiting,
        waitingConnections: () => waitingByPurpose(pools),
        refresh: () => metrics.refresh(),
      });
    },
  };
}
