import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Authenticate, credentialsOfHeaders } from '../auth/authenticate';
import type { TrustedProxies } from './client-address';
import type { Context, Viewer } from './context';
import { withinTime } from './deadline';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by {@link recogniseViewer}. */
    viewer: Viewer | null;
    /** The client's address, as `Context` has it. */
    client: string | null;
  }
}

/**
 * For routes that need to know who is asking: `onRequest: recogniseViewer(authenticate)`. A key or token that is not
 * good ends the request before its body is read.
 */
export function recogniseViewer(authenticate: Authenticate): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    request.viewer = await authenticate(credentialsOfHeaders(request.headers));
  };
}

/** `GET|POST /graphql` */
export function serveGraphql(
  app: FastifyInstance,
  options: {
    readonly apollo: ApolloServer<Context>;
    readonly authenticate: Authenticate;
    readonly proxies: TrustedProxies;
    readonly timeoutMs: number;
  },
): void {
  const { apollo, authenticate, proxies, timeoutMs } = options;
  app.decorateRequest('viewer', null);
  app.decorateRequest('client', {
    getter(this: FastifyRequest) {
      return proxies.clientOf(this.socket.remoteAddress, this.headers['x-forwarded-for']);
    },
  });
  app.route<{ Reply: string }>({
    method: ['GET', 'POST'],
    url: '/graphql',
    onRequest: recogniseViewer(authenticate),
    handler(request, reply) {
      const controller = new AbortController();
      reply.raw.once('close', () => controller.abort());
      const context = async (): Promise<Context> => contextOf(request, controller.signal);
      const answer = fastifyApolloHandler<Context>(apollo, { context });
      return withinTime(Promise.resolve(answer.call(app, request, reply)), timeoutMs, () => controller.abort());
    },
  });
}

function contextOf(request: Pick<FastifyRequest, 'viewer' | 'log' | 'id' | 'client'>, signal: AbortSignal): Context {
  return {
    viewer: request.viewer,
    log: request.log,
    transport: 'http',
    requestId: request.id,
    address: request.client,
    signal,
  };
}
