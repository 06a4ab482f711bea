import { followerPosition } from '../events/follower.store';
import { positionsLeft } from '../platform/backlog-sql';
import { SEARCH_COUNT_LEASE } from './search-topics';

export const backlog = {
  /** Log positions that the counts of searches do not contain yet. */
  searchCounts: positionsLeft(followerPosition(SEARCH_COUNT_LEASE)),
};
