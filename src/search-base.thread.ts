/** Makes the base segment of search, CPU-bound: for an API process to answer from, or for a worker to keep as an artefact. */
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { connectPlatform } from './platform/connect';
import { PATIENT_MS } from './platform/postgres';
import { makeBase } from './search/base-segment.service';
import { baseMessage, keepBase, type BaseOrder } from './search/base-thread.service';

const { config, keepAs, urgent, waits, unpackJieba } = workerData as BaseOrder;
const mayRead = waits ? once(parentPort as MessagePort, 'message') : Promise.resolve();
// On Linux this lowers the thread alone: serving goes first.
if (!urgent) setPriority(19);
const platform = connectPlatform({ ...config, databaseConnections: 2 }, 'search base', PATIENT_MS);
void makeBase({ ...platform, shopLanguage: config.shopLanguage, unpackJieba, mayRead })
  .then(async (base) => {
    if (keepAs !== undefined) return parentPort?.postMessage(await keepBase(platform.artefacts, base, keepAs));
    const { message, transfer } = baseMessage(base);
    parentPort?.postMessage(message, transfer);
  })
  .finally(() => platform.close());
