import './lowest-priority';
import { parentPort, workerData } from 'node:worker_threads';
import { readConfig } from '../src/config';
import { connectPlatform } from '../src/platform/connect';
import { kernelThreads } from '../src/platform/kernel-threads';
import { loadKernels } from '../src/platform/kernels';
import { PATIENT_MS } from '../src/platform/postgres';
import { EaseOwner } from '../src/recommend/ease.service';

const { token } = workerData as { readonly token: number };
const platform = connectPlatform({ ...readConfig(), databaseConnections: 2 }, 'ease', PATIENT_MS);
const kernels = { ...loadKernels(), threads: kernelThreads() };
const owner = new EaseOwner({ ...platform, kernels, token, onTold: (revision) => parentPort?.postMessage(revision) });
void owner.run().finally(() => platform.close());
