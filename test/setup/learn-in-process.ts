import { Learner, type LearnerOptions } from '../../src/recommend/learner.service';
import { LearnerOwner, type LearnerOrder, type LearnerThread } from '../../src/recommend/learner-owner.service';
import { LearnerSignals } from '../../src/recommend/learner-signals';

/** A learner on the test's own event loop, owned as a worker's is. */
export function learnInProcess(options: LearnerOptions): { stop(): Promise<void> } {
  const owner = new LearnerOwner({ ...options, start: () => threadless(options) });
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
      const { token, memory } = message as LearnerOrder;
      learner = new Learner(options, new LearnerSignals(memory).asHold(token));
      learner.lead().then(resolve, reject);
    },
    stop: close,
    terminate: close,
  };
}
