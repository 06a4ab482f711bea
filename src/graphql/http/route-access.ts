import type { FastifyInstance, RouteOptions } from 'fastify';
import { type Authenticate, credentialsOfHeaders } from '../credentials';
import type { Viewer } from '../context';
import { requireScope } from '../enforce-scopes';
import { ApiError } from '../errors';
import type { Scope } from '../scope';

/**
 * Who may call a route.
 * - PUBLIC: everyone, without a key;
 * - FIELDS: everyone; each field of the operation requires a scope of its own;
 * - OWN: the route itself checks the key;
 * - a scope: a key with this scope.
 */
export type RouteAccess = 'PUBLIC' | 'FIELDS' | 'OWN' | Scope;

export interface DeclaredRoute {
  readonly method: string;
  readonly url: string;
  readonly access: RouteAccess;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
  interface FastifyRequest {
    /** The caller; `null` without a key, and on routes that are public or check the key themselves. */
    viewer: Viewer | null;
  }
}

/** Thrown at the start for routes that declare no access. */
class UndeclaredAccessError extends Error {
  constructor(readonly routes: readonly string[]) {
    super(`No access is declared for ${routes.join(', ')}: add config: { access: … } to the route`);
    this.name = 'UndeclaredAccessError';
  }
}

/**
 * Checks the key of each request before its body is read, by the `access` in the route's `config`. The token of a guest
 * only reads, so a route with a scope refuses it for any method but GET.
 *
 * @returns a function that lists all routes. @throws UndeclaredAccessError by that function, naming routes without access
 */
export function enforceRouteAccess(app: FastifyInstance, authenticate: Authenticate): () => DeclaredRoute[] {
  // The hooks of a plugin may still declare the access, so the routes are read when all are known.
  const routes: RouteOptions[] = [];
  app.decorateRequest('viewer', null);
  app.addHook('onRoute', (route) => {
    // Preflight requests of browsers have no key.
    if (route.method !== 'OPTIONS') routes.push(route);
  });
  app.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const { method, url, config } = request.routeOptions;
    const { access } = config;
    if (access === 'PUBLIC' || access === 'OWN') return;
    request.viewer = await authenticate(credentialsOfHeaders(request.headers));
    if (access === 'FIELDS') return;
    const what = `${request.method} ${url}`;
    if (access === undefined) throw new UndeclaredAccessError([`${String(method)} ${url}`]);
    requireScope(request.viewer, access, what);
    if (request.viewer?.orderId !== undefined && request.method !== 'GET' && request.method !== 'HEAD')
      throw new ApiError('FORBIDDEN', `${what} requires a token other than that of an order, which only reads.`);
  });
  return () => {
    const undeclared = routes.filter(({ config }) => config?.access === undefined);
    if (undeclared.length > 0)
      throw new UndeclaredAccessError(undeclared.map(({ method, url }) => `${[method].flat().join()} ${url}`));
    return routes.map(({ method, url, config }) => ({ method: [method].flat().join(), url, access: config!.access! }));
  };
}
