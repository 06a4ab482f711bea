import { positionsLeft } from '../platform/backlog-sql';
import { LEARNER_LEASE } from './live-state-names';

export const backlog = {
  /** Log positions that the learner has not published yet. */
  learner: positionsLeft(`SELECT position FROM leases WHERE name = '${LEARNER_LEASE}'`),
};
