import type { LearnerLimits } from './learner-limits';
import { LearnerState } from './learner-state';

/** A state, and how much of the log is in it. */
export interface Pass {
  state: LearnerState;
  /** How far in the log it has come. */
  position: number;
  /** Nobody who had left the log at this position is in it. */
  erasedAt: number;
}

/** How far a learner has come, from taking the lease to giving it back. */
export interface LearnerProgress extends Pass {
  /** From the log's beginning, to take this one's place. */
  second: Pass | undefined;
  /** How far API processes have been told. */
  told: number;
  /** The position of the newest checkpoint. */
  checkpointed: number;
  /** Events since; at least 1 where anything has changed. */
  sinceCheckpoint: number;
  /** By the monotonic clock, ms. */
  checkpointAt: number;
  behind: boolean;
  /** It did not come from the state that API processes were told of: they need the whole of it. */
  anew: boolean;
}

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
