import { parentPort } from 'node:worker_threads';
import { readConfig } from '../src/config';
import { connectPlatform } from '../src/platform/connect';
import { PATIENT_MS } from '../src/platform/postgres';
import { Learner } from '../src/recommend/learner.service';

const platform = connectPlatform({ ...readConfig(), databaseConnections: 2 }, 'learner', PATIENT_MS);
const learner = new Learner(platform);
parentPort?.once('message', () => learner.close());
void learner.run().finally(() => platform.close().finally(() => parentPort?.unref()));
