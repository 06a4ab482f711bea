import { LEARNER_LEASE, SHOP_ARTEFACT } from '../live-state/live-state-names';
import type { Pool } from '../platform/postgres';
import { queryOne } from '../platform/sql';
import type { Room } from '../rooms/room';

declare module '../rooms/room' {
  interface RoomStatics {
    /**
     * The unfinished work of what the shop has accepted, by part: SQL expressions that are 0 if the room has caught up; they
     * may read the newest log position, `log.newest`. Scheduled work (fits of models, EASE, base segments of the search
     * index, totals of months) and what has a metric of its own (erasures, deliveries to webhooks) is not counted.
     */
    readonly backlog?: () => Promise<{ readonly backlog: Readonly<Record<string, string>> }>;
  }
}

/** How much is left to do, by part; all are 0 if the shop has caught up. */
export type BacklogParts = Readonly<Record<string, number>>;

export interface Backlog {
  /** The newest log position. */
  readonly newest: number;
  /** The position that replicas of live state have to reach: the published one, or the newest checkpoint's while no learner runs. */
  readonly published: number;
  readonly parts: BacklogParts;
}

/**
 * Measures the unfinished work. It is one statement, so all parts are as of one instant: work that moves from one part to
 * the next is always in one of them. The learner stores its log position about every 1.5 s, so positions that are
 * processed may still count for that time. Work that was accepted before the call is never missed.
 */
export async function measureBacklog(pool: Pool, rooms: readonly Room[]): Promise<Backlog> {
  const backlogs = await Promise.all(rooms.map(async (room) => (await room.backlog?.())?.backlog ?? {}));
  const measured = backlogs.flatMap((backlog) =>
    Object.entries(backlog).map(([part, left]) => `, ${left} AS "${part}"`),
  );
  const { newest, published, ...parts } = await queryOne<Omit<Backlog, 'parts'> & BacklogParts>(pool, {
    name: 'backlog',
    text: `
      SELECT log.newest,
        coalesce((SELECT position FROM leases WHERE name = $1 AND expires_at > now()),
          (SELECT max(position) FROM artefacts WHERE kind = $2), 0)::float8 AS published
        ${measured.join('')}
      FROM (SELECT position::float8 AS newest FROM log_position WHERE id = 1) log`,
    values: [LEARNER_LEASE, SHOP_ARTEFACT],
  });
  return { newest, published, parts };
}
