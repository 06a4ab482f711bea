import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { readConfig } from '../src/config';
import { connectPlatform } from '../src/platform/connect';
import { refreshBlend } from '../src/recommend/blend.service';

// On Linux this lowers the thread alone: serving goes first.
setPriority(19);
const platform = connectPlatform({ ...readConfig(), databaseConnections: 2 }, 'fit-blend');
void refreshBlend(platform, workerData as number)
  .then((position) => parentPort?.postMessage(position))
  .finally(() => platform.close());
