import { Learner, type LearnerOptions } from '../../src/live-state/learner/learner.service';
import {
  LearnerSupervisor,
  type LearnerCommand,
  type LearnerThread,
} from '../../src/live-state/learner/learner-supervisor.service';
import { LearnerSharedMemory } from '../../src/live-state/learner/learner-shared-memory';

/** A learner on the test's own event loop, which holds the lease as a worker's learner does. */
export function learnInProcess(options: LearnerOptions): { stop(): Promise<void> } {
  const owner = new LearnerSupervisor({ ...options, start: () => threadless(options) });
  const running = owner.run();
  return {
    stop: async () => {
      await owner.close();
      await running;
    },
  };
}

function threadless(options: LearnerOptions): LearnerThread {
  let learner: Learner | undefined;
  let resolve: () => void;
  let reject: (error: Error) => void;
  const ended = new Promise<undefined>((end, fail) => {
    resolve = () => end(undefined);
    reject = fail;
  });
  ended.catch(() => undefined);
  const close = async () => {
    if (learner) learner.close();
    else resolve();
    await ended.catch(() => undefined);
  };
  return {
    ended,
    send: (message) => {
      const { token, memory } = message as LearnerCommand;
      learner = new Learner(options, new LearnerSharedMemory(memory).asLeaseView(token));
      learner.run().then(resolve, reject);
    },
    stop: close,
    terminate: close,
  };
}
