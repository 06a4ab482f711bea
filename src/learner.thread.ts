/** Runs the learner while its owner has the lease: see `LearnerSupervisor`. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Config } from './config';
import { connectPlatform } from './platform/connect';
import { FencedOff } from './platform/artefacts';
import { PATIENT_MS } from './platform/postgres';
import { UnreadableCheckpoint } from './recommend/checkpoint.service';
import { Learner } from './recommend/learner.service';
import type { LearnerEnd, LearnerOrder } from './recommend/learner-owner.service';
import { LearnerSignals } from './recommend/learner-signals';

const platform = connectPlatform({ ...(workerData as Config), databaseConnections: 2 }, 'learner', PATIENT_MS);
let learner: Learner | undefined;

parentPort?.on('message', (message: LearnerOrder | 'stop') => {
  if (message !== 'stop') void follow(message);
  else if (learner) learner.close();
  else void end({});
});

async function follow({ token, memory, once }: LearnerOrder): Promise<void> {
  learner = new Learner(platform, new LearnerSignals(memory).asHold(token));
  try {
    await (once ? learner.catchUp() : learner.lead());
    await end({});
  } catch (error) {
    if (error instanceof UnreadableCheckpoint) return end({ unreadable: error.message });
    if (!(error instanceof FencedOff)) throw error;
    platform.log.warn({ token }, 'another learner has taken over');
    await end({ isFencedOff: true });
  }
}

async function end(how: LearnerEnd): Promise<void> {
  parentPort?.postMessage(how);
  await platform.close();
  parentPort?.close();
}
