/**
 * Runs the learner, which computes live state from the log, in a separate thread. It begins when `LearnerSupervisor`
 * has acquired the learner's lease and sends the token of the lease.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Config } from '../src/config';
import { FencedOff } from '../src/platform/artefacts';
import { openConnections } from '../src/platform/connections';
import { BACKGROUND_TIMEOUT_MS } from '../src/platform/postgres';
import { UnreadableCheckpoint } from '../src/live-state/learner/checkpoint.service';
import { Learner } from '../src/live-state/learner/learner.service';
import type { LearnerResult, LearnerCommand } from '../src/live-state/learner/learner-supervisor.service';
import { LearnerSharedMemory } from '../src/live-state/learner/learner-shared-memory';

const config = { ...(workerData as Config), databaseConnections: 2 };
const connections = openConnections(config, 'learner', BACKGROUND_TIMEOUT_MS);
let learner: Learner | undefined;

parentPort?.on('message', (message: LearnerCommand | 'stop') => {
  if (message !== 'stop') void follow(message);
  else if (learner) learner.close();
  else void end({});
});

async function follow({ token, memory, once }: LearnerCommand): Promise<void> {
  learner = new Learner(connections, new LearnerSharedMemory(memory).asLeaseView(token));
  try {
    await (once ? learner.catchUp() : learner.run());
    await end({});
  } catch (error) {
    if (error instanceof UnreadableCheckpoint) return end({ unreadable: error.message });
    if (!(error instanceof FencedOff)) throw error;
    connections.log.warn({ token }, 'another learner has taken over');
    await end({ isFencedOff: true });
  }
}

async function end(how: LearnerResult): Promise<void> {
  parentPort?.postMessage(how);
  await connections.close();
  parentPort?.close();
}
