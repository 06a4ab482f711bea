/**
 * Holds the learner's lease in a worker process. Nothing else runs on this thread, not even the learner, so the lease
 * is renewed in time.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Config } from '../src/config';
import { requireServices } from '../src/platform/required-services';
import { createLog } from '../src/platform/log';
import { connectPostgres, BACKGROUND_TIMEOUT_MS } from '../src/platform/postgres';
import { LearnerSupervisor, startLearnerThread } from '../src/live-state/learner/learner-supervisor.service';

const config = workerData as Config;
const log = createLog(config, 'learner');
const { databaseUrl } = requireServices(config);
const pool = connectPostgres(databaseUrl, config.namespace, {
  name: 'learner lease',
  max: 1,
  queryTimeoutMs: BACKGROUND_TIMEOUT_MS,
});
const supervisor = new LearnerSupervisor({ pool, log, start: () => startLearnerThread(config, log) });
parentPort?.once('message', () => void supervisor.close());
void supervisor.run().finally(() => pool.end().finally(() => parentPort?.unref()));
