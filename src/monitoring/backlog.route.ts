import type { FastifyInstance } from 'fastify';
import type { Pool } from '../platform/postgres';
import type { Room } from '../rooms/room';
import { measureBacklog } from './backlog.store';

/** The log position that some data of this process has reached. */
export interface ReachedPosition {
  /** The name of the data in the backlog. */
  readonly name: string;
  readonly position: () => number;
}

export interface BacklogSources {
  readonly pool: Pool;
  readonly rooms: readonly Room[];
  /** The log position of the read models of this process. */
  readonly readModels: () => number;
  /** The log position of its live state. */
  readonly shopState: () => number;
  /** Other data of this process that follows the log. */
  readonly others: () => readonly ReachedPosition[];
}

/**
 * Serves `GET /readyz/backlog`, for admin keys: the unfinished work of everything that was accepted before the request, in
 * the shop and in the read models of this process.
 */
export function serveBacklog(
  app: FastifyInstance,
  { pool, rooms, readModels, shopState, others }: BacklogSources,
): void {
  app.get('/readyz/backlog', { config: { access: 'ADMIN' } }, async () => {
    const { parts, newest, published } = await measureBacklog(pool, rooms);
    const all = {
      ...parts,
      readModels: newest - readModels(),
      ...Object.fromEntries(others().map(({ name, position }) => [name, newest - position()])),
      shopState: published - shopState(),
    };
    const backlog = Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
    return { caughtUp: Object.keys(backlog).length === 0, backlog };
  });
}
