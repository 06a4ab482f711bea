import type { FastifyInstance } from 'fastify';
import type { Pool } from '../platform/postgres';
import { measureBacklog } from './backlog.store';

/** The log positions that this process has reached. */
export interface ReachedPositions {
  /** The position of its read models. */
  readonly readModels: number;
  /** The position of its search index. */
  readonly searchIndex: number;
  /** The position of its live state. */
  readonly shopState: number;
}

/**
 * Serves `GET /readyz/backlog`, for admin keys: the unfinished work of everything that was accepted before the request, in
 * the shop and in the read models of this process.
 */
export function serveBacklog(
  app: FastifyInstance,
  { pool, reached }: { readonly pool: Pool; readonly reached: () => ReachedPositions },
): void {
  app.get('/readyz/backlog', { config: { access: 'ADMIN' } }, async () => {
    const { parts, newest, published } = await measureBacklog(pool);
    const own = reached();
    const all = {
      ...parts,
      readModels: newest - own.readModels,
      searchIndex: newest - own.searchIndex,
      shopState: published - own.shopState,
    };
    const backlog = Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
    return { caughtUp: Object.keys(backlog).length === 0, backlog };
  });
}
