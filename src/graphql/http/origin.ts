import type { FastifyInstance } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';

const ALLOWED_HEADERS = 'content-type, authorization, x-api-key, apollo-require-preflight, x-apollo-operation-name';
const PREFLIGHT_SECONDS = 7_200;

/**
 * Returns whether a page of this origin may send requests. It may if its host is the host of this server, or if
 * CORS_ORIGINS lists the origin. A request without an Origin header is allowed: it comes from a back end or is a
 * same-origin GET.
 */
export function isAllowedOrigin(headers: IncomingHttpHeaders, corsOrigins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || corsOrigins.includes(origin)) return true;
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase();
}

/** Implements CORS on HTTP. Freshet uses no cookies, so credentials are never allowed. */
export function allowOrigins(app: FastifyInstance, corsOrigins: readonly string[]): void {
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin !== undefined && corsOrigins.includes(origin)) {
      void reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', 'retry-after');
    }
    if (request.method !== 'OPTIONS') return;
    if (reply.hasHeader('access-control-allow-origin')) {
      void reply
        .header('access-control-allow-methods', 'GET, POST')
        .header('access-control-allow-headers', ALLOWED_HEADERS)
        .header('access-control-max-age', PREFLIGHT_SECONDS);
    }
    return reply.code(204).send();
  });
}
