import { rowsLeft, positionsLeft } from '../platform/backlog-sql';

export const backlog = {
  /** Log positions whose customers and sessions attribution has not marked yet, imported ones included. */
  attribution:
    positionsLeft(`SELECT CASE WHEN EXISTS (SELECT FROM log_batches b WHERE b.position > a.swept AND b.backfill)
      THEN least(a.position, a.swept) ELSE a.position END FROM attribution_progress a WHERE id = 1`),
  /** Customers and sessions whose visits and orders attribution has to compute again. */
  outdatedVisitors: rowsLeft('SELECT FROM outdated_visitors ORDER BY subject'),
};
