/** One attempt of a refresh, CPU-bound: the process beside it keeps the lease and tells how far it is. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { RefreshOrder } from './models/refresh-thread.service';
import { carryOut } from './models/refresh.service';
import { connectPlatform } from './platform/connect';
import { PATIENT_MS } from './platform/postgres';
import { FITTERS } from './models/fitters.service';

// On Linux this lowers the thread alone: serving goes first.
setPriority(19);
const { config, job, token } = workerData as RefreshOrder;
const platform = connectPlatform({ ...config, databaseConnections: 2 }, `refresh ${job.model}`, PATIENT_MS);
void carryOut(platform, FITTERS[job.model], job, token, (progress, stage) =>
  parentPort?.postMessage({ progress, stage }),
)
  .then((position) => parentPort?.postMessage({ position }))
  .finally(() => platform.close());
