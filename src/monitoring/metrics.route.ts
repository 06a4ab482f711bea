import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { FastifyInstance } from 'fastify';
import type { Authenticate } from '../auth/authenticate';
import { viewerOf } from '../auth/identify';
import { ApiError } from '../graphql/errors';
import { recogniseViewer } from '../graphql/http';
import { BUCKETS } from './operation-metrics.service';

/** What a process tells of itself, by the usual names: CPU, memory, event loop, garbage collection. */
export function processRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/**
 * `GET /metrics`: the Prometheus text format, for an admin key.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 * @param refresh brings up to date what is only measured when somebody asks
 */
export function serveMetrics(
  app: FastifyInstance,
  authenticate: Authenticate,
  registry: Registry,
  sockets: () => number,
  refresh: () => Promise<void>,
): void {
  const registers = [registry];
  const duration = new Histogram({
    name: 'freshet_http_request_duration_seconds',
    help: 'HTTP requests, by route and status, kept answers too',
    labelNames: ['route', 'status'],
    buckets: BUCKETS,
    registers,
  });
  const sent = new Counter({
    name: 'freshet_http_response_bytes_total',
    help: 'Bytes of the bodies of HTTP answers whose length is known beforehand',
    registers,
  });
  new Gauge({
    name: 'freshet_websocket_connections',
    help: 'Open WebSocket connections',
    registers,
    collect() {
      this.set(sockets());
    },
  });
  app.addHook('onResponse', async (request, reply) => {
    duration.observe(
      { route: request.routeOptions.url ?? 'none', status: reply.statusCode },
      reply.elapsedTime / 1_000,
    );
    sent.inc(Number(reply.getHeader('content-length') ?? 0));
  });
  app.get('/metrics', { onRequest: recogniseViewer(authenticate) }, async (request, reply) => {
    if (viewerOf(request).scope !== 'ADMIN') throw new ApiError('FORBIDDEN', 'Metrics are for admin keys');
    await refresh();
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
