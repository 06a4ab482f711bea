import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { inSpan, SpanKind } from '../../platform/tracing';
import { CacheValidity } from '../cache-validity';
import { ResponseCache } from './response-cache';
import { compressBody } from './compress';
import type { Context } from '../context';
import { ApiError } from '../errors';
import { isShopKey } from '../scope';
import { withTimeout } from '../limits/with-timeout';

/** Maximum length of a document of a request without a key, in characters. */
const MAX_KEYLESS_DOCUMENT = 1_000;

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * The cache key of the request and the conditions under which the response stays valid; `null` if the response must
     * not be cached.
     */
    answer: { readonly key: string; readonly terms: CacheValidity } | null;
  }
}

/** Serves `GET|POST /graphql`. */
export function serveGraphql(
  app: FastifyInstance,
  options: {
    readonly apollo: ApolloServer<Context>;
    readonly timeoutMs: number;
  },
): void {
  const { apollo, timeoutMs } = options;
  const responseCache = new ResponseCache();
  app.decorateRequest('answer', null);
  app.decorateRequest('encodedBodies', null);
  app.route<{ Reply: string }>({
    method: ['GET', 'POST'],
    url: '/graphql',
    config: { access: 'FIELDS' },
    onSend: [
      async (request, reply, body) => {
        const { answer } = request;
        if (typeof body === 'string') request.turns?.payForBytes(body.length);
        if (answer !== null) request.encodedBodies = responseCache.store(answer.key, answer.terms, reply, body);
        return body;
      },
      compressBody,
    ],
    handler(request, reply) {
      requireShortDocument(request);
      const key = responseCache.cacheKey(request);
      if (key !== null && responseCache.sendCached(key, request, reply)) return undefined;
      const controller = new AbortController();
      reply.raw.once('close', () => {
        if (!reply.raw.writableFinished) controller.abort();
      });
      const terms = key === null ? undefined : new CacheValidity();
      if (key !== null && terms !== undefined) request.answer = { key, terms };
      const context = async (): Promise<Context> => contextOf(request, controller.signal, terms);
      const handleGraphql = fastifyApolloHandler<Context>(apollo, { context });
      const response = inSpan('graphql', { kind: SpanKind.SERVER, parent: traceParentOf(request) }, async () =>
        handleGraphql.call(app, request, reply),
      );
      return withTimeout(response, timeoutMs, () => controller.abort());
    },
  });
}

/**
 * Refuses a long document without a key before it is parsed. Without a key, only `{ __typename }` and, outside
 * production, introspection are answered.
 * @throws ApiError UNAUTHENTICATED
 */
function requireShortDocument({ viewer, query, body }: FastifyRequest): void {
  if (viewer !== null) return;
  for (const parameters of [query, body]) {
    const document = (parameters as { readonly query?: unknown } | null | undefined)?.query;
    if (typeof document === 'string' && document.length > MAX_KEYLESS_DOCUMENT)
      throw new ApiError(
        'UNAUTHENTICATED',
        `A document without a key may have at most ${MAX_KEYLESS_DOCUMENT} characters; got ${document.length}.`,
      );
  }
}

/**
 * Returns the header `traceparent` of a request from the shop's back end. That of others is ignored, because
 * otherwise any visitor could make the server record traces.
 */
function traceParentOf({ viewer, headers }: FastifyRequest): string | undefined {
  const { traceparent } = headers;
  return isShopKey(viewer?.scope) && typeof traceparent === 'string' ? traceparent : undefined;
}

function contextOf(
  request: Pick<FastifyRequest, 'viewer' | 'log' | 'client' | 'turns'>,
  signal: AbortSignal,
  cacheValidity: CacheValidity | undefined,
): Context {
  return {
    viewer: request.viewer,
    log: request.log,
    address: request.client,
    signal,
    turns: request.turns!,
    cacheValidity,
  };
}
