import { positionsLeftByLease } from '../platform/backlog-sql';
import { LEARNER_LEASE } from './live-state-names';

export const backlog = {
  /** Log positions that the learner has not published yet. */
  learner: positionsLeftByLease(LEARNER_LEASE),
};
