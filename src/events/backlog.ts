import { rowsLeft } from '../platform/backlog-sql';

export const backlog = {
  /** Accepted batches of events that are not in the log yet. */
  inbox: rowsLeft(`SELECT FROM inbox WHERE done_at IS NULL AND state <> 'SPLIT'`),
  /** Acknowledged merges that wait for events. */
  merges: rowsLeft('SELECT FROM pending_merges WHERE done_at IS NULL'),
};
