import type { LearnerLimits } from './learner-limits';
import { LearnerState } from './learner-state';

/** A pass over the log: a learner state and its position. */
export interface Pass {
  state: LearnerState;
  /** Log position that the state reflects. */
  position: number;
  /** Position of the newest erasure that the state respects: it holds no data of subjects erased up to it. */
  erasedAt: number;
}

/** Progress of a learner between acquiring and releasing the lease. */
export interface LearnerProgress extends Pass {
  /** A second pass from the start of the log, whose state will replace this one. */
  second: Pass | undefined;
  /** Log position that has been published to API processes. */
  told: number;
  /** Log position of the newest checkpoint. */
  checkpointed: number;
  /** Number of events since the newest checkpoint; at least 1 if anything has changed. */
  sinceCheckpoint: number;
  /** Time of the newest checkpoint, by the monotonic clock, ms. */
  checkpointAt: number;
  /** Whether more of the log is waiting. */
  behind: boolean;
  /** The state does not continue the published one, so API processes need the full state. */
  anew: boolean;
}

/** Returns the progress of a learner that has not read anything. */
export function nothingLearned(limits?: LearnerLimits): LearnerProgress {
  return {
    state: new LearnerState(limits),
    position: 0,
    told: 0,
    checkpointed: 0,
    sinceCheckpoint: 0,
    checkpointAt: -Infinity,
    behind: true,
    erasedAt: 0,
    second: undefined,
    anew: false,
  };
}
