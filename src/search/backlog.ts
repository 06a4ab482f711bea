import { positionsLeftByFollower } from '../platform/backlog-sql';
import { SEARCH_COUNT_LEASE } from './search-topics';

export const backlog = {
  /** Log positions that the counts of searches do not contain yet. */
  searchCounts: positionsLeftByFollower(SEARCH_COUNT_LEASE),
};
