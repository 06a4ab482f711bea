import type { Authenticate } from '../graphql/credentials';
import type { GraphqlServer } from '../graphql/server';
import type { VersionStore } from '../models/version.store';
import type { Platform } from '../platform/connect';
import { PastWindowsService } from '../streams/past-windows.service';
import type { StreamService } from '../streams/stream.service';
import type { WindowsService } from '../streams/windows.service';
import { deliveriesOfAlert } from '../webhooks/webhook.service';
import { AlertFeed } from './alerts/alert-feed.service';
import { AlertPreviewResolver } from './alerts/alert-preview.resolver';
import { AlertPreviewService } from './alerts/alert-preview.service';
import { AlertRuleService } from './alerts/alert-rule.service';
import { AlertResolver } from './alerts/alert.resolver';
import { AlertService } from './alerts/alert.service';
import { serveMetrics, type MetricsSources } from './metrics.route';
import { OperationMetrics } from './operation-metrics.service';
import { processRegistry } from './process-registry';
import { serveQueueBoard } from './queue-board.route';
import { serveBacklog, type ReachedPositions } from './backlog.route';
import { ShopMetrics } from './shop-metrics.service';
import { reportProcess } from './system/process-reporter';
import { ProcessSlices } from './system/process-slices.service';
import { SystemFeed } from './system/system-feed.service';
import { SystemResolver } from './system/system.resolver';
import { SystemService } from './system/system.service';

export interface MonitoringOptions {
  readonly streams: StreamService;
  readonly windows: WindowsService;
  readonly versions: VersionStore;
}

export function monitoringModule(platform: Platform, { streams, windows, versions }: MonitoringOptions) {
  const { pool, pubSub, queues, log } = platform;
  const registry = processRegistry();
  const slices = new ProcessSlices(pool);
  const metrics = new ShopMetrics(registry, { pool, pubSub, queues, versions, slices }, log);
  const systems = new SystemService(registry, metrics, slices);
  const alerts = new AlertService(pool, pubSub);
  const streamOf = (id: string) => streams.stream(id);
  const rules = new AlertRuleService({ pool, pubSub, streamOf });
  const previews = new AlertPreviewService({ pool, streamOf, windows: new PastWindowsService(pool, windows) });
  const resolvers = [
    new AlertPreviewResolver(previews),
    new AlertResolver(rules, alerts, new AlertFeed(alerts, pubSub, log), deliveriesOfAlert(pool)),
    new SystemResolver(systems, new SystemFeed(systems, log)),
  ];
  return {
    resolvers,
    observer: new OperationMetrics(registry),
    /** Serves `/metrics`, `/readyz/backlog` and the queue board. */
    serve: async (
      server: GraphqlServer,
      authenticate: Authenticate,
      readModels: Pick<MetricsSources, 'sessionProducts' | 'waitingOrders' | 'waitingConnections'> & {
        readonly reached: () => ReachedPositions;
      },
    ) => {
      const { reached, ...sources } = readModels;
      serveBacklog(server.fastify, { pool, reached });
      await serveQueueBoard(server.fastify, authenticate, queues);
      serveMetrics(server.fastify, {
        registry,
        socketServer: server.sockets,
        ...sources,
        position: () => reached().readModels,
        refresh: () => metrics.refresh(),
      });
    },
    /** Begins to report the state of this process to the others. */
    report: () => reportProcess(registry, 'API', platform),
  };
}
