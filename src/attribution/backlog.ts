import { followerPosition } from '../events/follower.store';
import { rowsLeft, positionsLeft } from '../platform/backlog-sql';
import { ATTRIBUTION_LEASE } from './attribution-topics';

export const backlog = {
  /** Log positions whose customers and sessions attribution has not marked yet, imported ones included. */
  attribution:
    positionsLeft(`SELECT CASE WHEN EXISTS (SELECT FROM log_batches b WHERE b.position > a.swept AND b.backfill)
      THEN least(f.position, a.swept) ELSE f.position END FROM (${followerPosition(ATTRIBUTION_LEASE)}) f
      CROSS JOIN attribution_progress a`),
  /** Customers and sessions whose visits and orders attribution has to compute again. */
  outdatedVisitors: rowsLeft('SELECT FROM outdated_visitors ORDER BY subject'),
};
