import type { LearnerLimits } from './learner-limits';
import { LearnerState } from './learner-state';

/** A pass over the log: a learner state and its position. */
interface LearningPass {
  state: LearnerState;
  /** Log position that the state reflects. */
  position: number;
  /** Log position of the newest erasure that the state reflects: it has no data of subjects erased up to there. */
  erasedAt: number;
}

/** Progress of a learner between acquiring and releasing the lease. */
export interface LearnerProgress extends LearningPass {
  /** A second pass from the start of the log, after an erasure. Its state will replace `state`. */
  secondPass: LearningPass | undefined;
  /** Log position that has been published to API processes. */
  publishedPosition: number;
  /** Log position of the newest checkpoint. */
  checkpointPosition: number;
  /** Size of the newest checkpoint in bytes; 0 if there is none. */
  checkpointBytes: number;
  /** How long it took to store it, ms; 0 if none was stored. */
  checkpointMs: number;
  /** Number of events since the newest checkpoint; at least 1 if anything has changed. */
  eventsSinceCheckpoint: number;
  /** Time of the newest checkpoint, by the monotonic clock, ms. */
  checkpointAt: number;
  /** Whether the log may have entries that have not been applied. */
  isBehind: boolean;
  /** Whether API processes need the full state, because the state does not continue the published one. */
  needsFullState: boolean;
}

export function initialProgress(limits?: LearnerLimits): LearnerProgress {
  return {
    state: new LearnerState(limits),
    position: 0,
    publishedPosition: 0,
    checkpointPosition: 0,
    checkpointBytes: 0,
    checkpointMs: 0,
    eventsSinceCheckpoint: 0,
    checkpointAt: -Infinity,
    isBehind: true,
    erasedAt: 0,
    secondPass: undefined,
    needsFullState: false,
  };
}
