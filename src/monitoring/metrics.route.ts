import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { FastifyInstance } from 'fastify';
import { compressBody } from '../graphql/http/compress';
import type { SocketServer } from '../graphql/websocket/websocket';
import { BUCKETS } from './operation-metrics.service';

export interface MetricsSources {
  readonly registry: Registry;
  readonly socketServer: Pick<SocketServer, 'count' | 'bytes'>;
  /** The log position that the read models (data in memory that follows the log) of this process have reached. */
  readonly position: () => number;
  /** Number of products in the sessions that this process has in memory, summed over sessions. */
  readonly sessionProducts: () => number;
  /** Number of order mutations of this process that wait to be written. */
  readonly waitingOrders: () => number;
  /** Number of callers that wait for a connection, by the purpose of the connections. */
  readonly waitingConnections: () => Readonly<Record<string, number>>;
  /** Updates the metrics that are measured only when `/metrics` is requested. */
  readonly refresh: () => Promise<void>;
}

/**
 * Serves `GET /metrics` in the Prometheus text format, for admin keys.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function serveMetrics(app: FastifyInstance, sources: MetricsSources): void {
  const { registry, socketServer, position, sessionProducts, waitingOrders, refresh } = sources;
  const registers = [registry];
  const duration = new Histogram({
    name: 'freshet_http_request_duration_seconds',
    help: 'HTTP requests by route and status, including cached responses',
    labelNames: ['route', 'status'],
    buckets: BUCKETS,
    registers,
  });
  const responseBytes = new Counter({
    name: 'freshet_http_response_bytes_total',
    help: 'Bytes of HTTP response bodies with a Content-Length',
    registers,
  });
  new Gauge({
    name: 'freshet_read_models_position',
    help: 'Log position of the read models of this process',
    registers,
    collect() {
      this.set(position());
    },
  });
  new Gauge({
    name: 'freshet_session_products',
    help: 'Products in the sessions that nearest sessions and transitions are computed from, summed over sessions',
    registers,
    collect() {
      this.set(sessionProducts());
    },
  });
  new Gauge({
    name: 'freshet_orders_waiting',
    help: 'Order mutations of this process that wait to be written',
    registers,
    collect() {
      this.set(waitingOrders());
    },
  });
  new Gauge({
    name: 'freshet_postgres_connections_waiting',
    help: 'Callers in this process that wait for a connection to PostgreSQL, by purpose',
    labelNames: ['purpose'],
    registers,
    collect() {
      for (const [purpose, count] of Object.entries(sources.waitingConnections())) this.set({ purpose }, count);
    },
  });
  new Gauge({
    name: 'freshet_websocket_connections',
    help: 'Open WebSocket connections',
    registers,
    collect() {
      this.set(socketServer.count());
    },
  });
  for (const direction of ['received', 'sent'] as const) {
    new Counter({
      name: `freshet_websocket_${direction}_bytes_total`,
      help: `Bytes ${direction} over WebSocket connections, as on the wire`,
      registers,
      collect() {
        this.reset();
        this.inc(socketServer.bytes()[direction]);
      },
    });
  }
  app.addHook('onResponse', async (request, reply) => {
    duration.observe(
      { route: request.routeOptions.url ?? 'none', status: reply.statusCode },
      reply.elapsedTime / 1_000,
    );
    responseBytes.inc(Number(reply.getHeader('content-length') ?? 0));
  });
  app.get('/metrics', { config: { access: 'ADMIN' }, onSend: compressBody }, async (_request, reply) => {
    await refresh();
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
