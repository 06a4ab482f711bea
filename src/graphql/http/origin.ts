import cors from '@fastify/cors';
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
export async function allowOrigins(app: FastifyInstance, corsOrigins: readonly string[]): Promise<void> {
  await app.register(cors, {
    // A list of origins would send `access-control-expose-headers` to every origin.
    origin: (origin, callback) => callback(null, origin !== undefined && corsOrigins.includes(origin) && origin),
    methods: 'GET, POST',
    allowedHeaders: ALLOWED_HEADERS,
    exposedHeaders: 'retry-after',
    maxAge: PREFLIGHT_SECONDS,
    strictPreflight: false,
  });
  // The plugin answers OPTIONS only for the listed origins. Others get no permission, which is not an error.
  app.addHook('onRequest', async (request, reply) =>
    request.method === 'OPTIONS' ? reply.code(204).send() : undefined,
  );
}
