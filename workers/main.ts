/** Starts a worker process: consumers of all queues, periodic tasks, and threads for the learner and EASE. */
import { requireServices } from '../src/platform/required-services';
import { migrate } from '../src/platform/migrate';
import { requireReachable } from '../src/platform/reachable';
import { runProcess } from '../src/platform/run-process';
import { startWorker } from '../src/worker';

void runProcess('worker', async (config) => {
  const { databaseUrl } = await requireReachable({ ...requireServices(config), namespace: config.namespace });
  await migrate(databaseUrl, config.namespace);
  const worker = await startWorker(config);
  return () => worker.stop();
});
