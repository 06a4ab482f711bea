import { positionsLeft } from '../platform/backlog-sql';

export const backlog = {
  /** Log positions that the counts of searches do not contain yet. */
  searchCounts: positionsLeft('SELECT position FROM search_progress WHERE id = 1'),
};
