import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { readConfig } from '../src/config';
import type { Job } from '../src/models/job.service';
import { carryOut } from '../src/models/refresh.service';
import { connectPlatform } from '../src/platform/connect';
import { PATIENT_MS } from '../src/platform/postgres';
import { FITTERS } from '../src/recommend/fitters.service';

// On Linux this lowers the thread alone: serving goes first.
setPriority(19);
const { job, token } = workerData as { readonly job: Job; readonly token: number };
const platform = connectPlatform({ ...readConfig(), databaseConnections: 2 }, `refresh ${job.model}`, PATIENT_MS);
void carryOut(platform, FITTERS[job.model], job, token)
  .then((position) => parentPort?.postMessage(position))
  .finally(() => platform.close());
