import type { Config } from '../../config';
import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import { LearnerSupervisor, startLearnerThread } from './learner-supervisor.service';

/**
 * Learns in a thread of this process whenever no other process does, until the returned function is called. The learner
 * then stores a checkpoint.
 */
export function learnMeanwhile(options: {
  readonly config: Config;
  readonly pool: Pool;
  readonly log: Logger;
}): () => Promise<void> {
  const { config, pool, log } = options;
  const supervisor = new LearnerSupervisor({ pool, log, start: () => startLearnerThread(config, log) });
  const running = supervisor.run();
  return async () => {
    await supervisor.close();
    await running;
  };
}
