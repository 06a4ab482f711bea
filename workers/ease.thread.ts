import './lowest-priority';
import { parentPort, workerData } from 'node:worker_threads';
import { readConfig } from '../src/config';
import { connectPlatform } from '../src/platform/connect';
import { kernelThreads } from '../src/platform/kernel-threads';
import { loadKernels } from '../src/platform/kernels';
import { BACKGROUND_TIMEOUT_MS } from '../src/platform/postgres';
import { EaseMaintainer } from '../src/recommend/ease/ease-maintainer.service';

const { token } = workerData as { readonly token: number };
const platform = connectPlatform({ ...readConfig(), databaseConnections: 2 }, 'ease', BACKGROUND_TIMEOUT_MS);
const kernels = { ...loadKernels(), threads: kernelThreads() };
const maintainer = new EaseMaintainer({
  ...platform,
  kernels,
  token,
  onPublished: (revision) => parentPort?.postMessage(revision),
});
void maintainer.run().finally(() => platform.close());
