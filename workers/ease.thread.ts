import './lowest-priority';
import { parentPort, workerData } from 'node:worker_threads';
import type { Config } from '../src/config';
import { openConnections } from '../src/platform/connections';
import { kernelThreads } from '../src/platform/kernel-threads';
import { loadKernels } from '../src/platform/kernels';
import { BACKGROUND_TIMEOUT_MS } from '../src/platform/postgres';
import { EaseMaintainer } from '../src/recommend/ease/ease-maintainer.service';

const { config, token } = workerData as { readonly config: Config; readonly token: number };
const connections = openConnections({ ...config, databaseConnections: 2 }, 'ease', BACKGROUND_TIMEOUT_MS);
const kernels = { ...loadKernels(), threads: kernelThreads() };
const maintainer = new EaseMaintainer({
  ...connections,
  kernels,
  token,
  onPublished: (revision) => parentPort?.postMessage(revision),
});
void maintainer.run().finally(() => connections.close());
