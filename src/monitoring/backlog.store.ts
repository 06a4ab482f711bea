import { LEARNER_LEASE } from '../live-state/live-state-names';
import { PROFILES_LEASE } from '../models/profiles-lease';
import type { Pool } from '../platform/postgres';
import { queryOne } from '../platform/sql';

/** What is left to do of everything that the shop has accepted. All are 0 if it has caught up. */
export interface Backlog {
  /** Accepted batches of events that are not in the log yet. */
  readonly inbox: number;
  /** Acknowledged merges that wait for events. */
  readonly merges: number;
  /** Log positions that the learner has not published yet. */
  readonly learner: number;
  /** Log positions that are not merged into the windows of all streams yet. */
  readonly streams: number;
  /** Log positions that the profiles of customers do not contain yet. */
  readonly profiles: number;
  /** Customers whose profile has to be computed again after an import; 1 while all profiles are computed. */
  readonly outdatedProfiles: number;
  /** Log positions that the counts of searches do not contain yet. */
  readonly searchCounts: number;
}

/** Counts what is left to do, all parts in one statement, so that nothing is missed in between. */
export function measureBacklog(pool: Pool): Promise<Backlog> {
  return queryOne<Backlog>(pool, {
    name: 'backlog',
    text: `
      SELECT (SELECT count(*) FROM inbox WHERE done_at IS NULL AND state <> 'SPLIT') AS inbox,
        (SELECT count(*) FROM pending_merges WHERE done_at IS NULL) AS merges,
        greatest(0, newest - (SELECT coalesce(max(position), 0) FROM leases WHERE name = $1)) AS learner,
        (SELECT count(DISTINCT batch) FROM stream_parts) AS streams,
        CASE WHEN EXISTS (SELECT FROM active_models WHERE kind IN ('segments', 'value'))
          THEN greatest(0, newest - (SELECT coalesce(max(position), 0) FROM leases WHERE name = $2)) ELSE 0 END AS profiles,
        CASE WHEN EXISTS (SELECT FROM profile_sweep WHERE cursor IS NOT NULL) THEN 1
          ELSE (SELECT count(*) FROM outdated_profiles) END AS "outdatedProfiles",
        greatest(0, newest - (SELECT coalesce(max(position), 0) FROM search_progress)) AS "searchCounts"
      FROM (SELECT position AS newest FROM log_position WHERE id = 1) log`,
    values: [LEARNER_LEASE, PROFILES_LEASE],
  });
}
