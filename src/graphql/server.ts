import { randomUUID } from 'node:crypto';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { AddressInfo } from 'node:net';
import type { Authenticate } from './credentials';
import type { Config } from '../config';
import type { Logger } from '../platform/log';
import { createApollo } from './apollo';
import { boundBytes, boundConnections } from './http/bound-requests';
import { TrustedProxies } from './http/client-address';
import { type Readiness, serveHealth } from './http/health';
import { serveGraphql } from './http/serve-graphql';
import { sendErrorsAsGraphql } from './http/http-errors';
import { type DeclaredRoute, enforceRouteAccess } from './http/route-access';
import { parseJsonBodies } from './http/json-body';
import { ClientLimits } from './limits/client-limits';
import { DEFAULT_LIMITS, type ServerLimits } from './limits/limits';
import type { OperationObserver } from './operation-observer';
import type { OperationRules } from './limits/operation-rules';
import { allowOrigins } from './http/origin';
import { sendSecurityHeaders } from './http/security-headers';
import { shedLoad } from './limits/shed-load';
import { RateLimit } from './limits/rate-limit';
import { takeTurns } from './http/take-turns';
import { FairScheduler } from '../platform/fair-scheduler';
import type { TurnRules } from './limits/turns';
import { serveWebSockets, type SocketServer } from './websocket/websocket';

const GREETING = 'Freshet: GraphQL over HTTP and WebSocket is at /graphql, the readiness check at /readyz.\n';

const IDLE_CHECK_MS = 50;
/** How often Node looks for requests that take longer than `requestTimeoutMs` to arrive. Its default is 30 s. */
const REQUEST_CHECK_MS = 5_000;

export interface ServerOptions {
  readonly config: Pick<
    Config,
    'host' | 'port' | 'corsOrigins' | 'maxDepth' | 'maxBodyBytes' | 'nodeEnv' | 'rateLimit' | 'trustedProxies'
  >;
  readonly log: Logger;
  readonly schema: GraphQLSchema;
  readonly authenticate: Authenticate;
  readonly ready: () => Readiness | Promise<Readiness>;
  readonly observer: OperationObserver;
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<ServerLimits>;
}

export interface GraphqlServer {
  readonly listen: () => Promise<{ readonly port: number }>;
  /** Waits for running requests to finish and closes the sockets, within `closeTimeoutMs`. */
  readonly close: () => Promise<void>;
  readonly sockets: Pick<SocketServer, 'count' | 'bytes'>;
  /** For adding routes before `listen` is called. */
  readonly fastify: FastifyInstance;
  /** Lists the routes. @throws Error naming those that declare no access, as `listen` does. */
  readonly routes: () => DeclaredRoute[];
}

/** Creates the server: GraphQL over HTTP and WebSocket on one port, `/healthz` and `/readyz`. */
export async function createServer(options: ServerOptions): Promise<GraphqlServer> {
  const { config, log, schema, authenticate, observer } = options;
  const limits: ServerLimits = {
    ...DEFAULT_LIMITS,
    maxDepth: config.maxDepth,
    maxBodyBytes: config.maxBodyBytes,
    ...options.limits,
  };
  const rates = new RateLimit(config.rateLimit);
  const proxies = new TrustedProxies(config.trustedProxies);
  const rules: OperationRules = { limits, openIntrospection: config.nodeEnv !== 'production' };
  const turnRules: TurnRules = { scheduler: new FairScheduler(), rates, limits };
  const loggerInstance: FastifyBaseLogger = log;
  const app: FastifyInstance = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: limits.maxBodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    http: { connectionsCheckingInterval: REQUEST_CHECK_MS },
    forceCloseConnections: 'idle',
  });
  const apollo = createApollo({ schema, log, rules, maxTokens: limits.maxTokens, observer });
  await apollo.start();

  const clients = new ClientLimits(limits);
  boundConnections(app, clients, limits, proxies);
  sendErrorsAsGraphql(app);
  sendSecurityHeaders(app);
  await allowOrigins(app, config.corsOrigins);
  shedLoad(app);
  const listRoutes = enforceRouteAccess(app, authenticate);
  takeTurns(app, turnRules, proxies);
  boundBytes(app, clients, limits);
  parseJsonBodies(app, limits);
  serveHealth(app, options.ready);
  serveGraphql(app, { apollo, timeoutMs: limits.operationTimeoutMs });
  app.get('/', { config: { access: 'PUBLIC' } }, async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send(GREETING),
  );

  const sockets = serveWebSockets(app.server, {
    schema,
    authenticate,
    log,
    rules,
    turnRules,
    limits,
    clients,
    observer,
    proxies,
    corsOrigins: config.corsOrigins,
  });
  app.addHook('preClose', sockets.close);

  let closing: Promise<void> | undefined;
  // A client must not send its next request on a connection that ends after this response.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing !== undefined) void reply.header('connection', 'close');
    done();
  });
  const close = async (): Promise<void> => {
    const closeTimer = setTimeout(() => app.server.closeAllConnections(), limits.closeTimeoutMs);
    // Connections that are busy now become idle after their requests, so idle connections are closed repeatedly.
    const idleTimer = setInterval(() => app.server.closeIdleConnections(), IDLE_CHECK_MS);
    await app.close();
    clients.unread.stop();
    clearInterval(idleTimer);
    clearTimeout(closeTimer);
    await apollo.stop();
  };

  return {
    fastify: app,
    sockets,
    routes: listRoutes,
    listen: async () => {
      listRoutes();
      await app.listen({ host: config.host, port: config.port });
      return { port: (app.server.address() as AddressInfo).port };
    },
    close: () => (closing ??= close()),
  };
}
