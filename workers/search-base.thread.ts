/**
 * Builds the base segment of the search index (an index of the whole catalogue) in a thread, because the work is
 * CPU-bound. An API process serves from the segment; a worker stores it as an artefact.
 */
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { ArtefactStore } from '../src/platform/artefacts';
import { createLog } from '../src/platform/log';
import { connectPostgres, BACKGROUND_TIMEOUT_MS } from '../src/platform/postgres';
import { requireServices } from '../src/platform/required-services';
import { buildBaseSegment } from '../src/search/base-segment/build-base-segment';
import { baseMessage, storeBaseSegment, type BaseThreadInput } from '../src/search/base-segment/base-segment-thread';

const { config, keepAs, urgent, waits, unpackJieba } = workerData as BaseThreadInput;
const whenReadable = waits ? once(parentPort as MessagePort, 'message') : Promise.resolve();
// Requests have priority over a build that is not urgent. On Linux this call affects only this thread.
if (!urgent) setPriority(19);
// Connects only to PostgreSQL. Connecting the whole platform would take longer, and a starting API process waits for
// this thread.
const pool = connectPostgres(requireServices(config).databaseUrl, config.namespace, {
  name: 'search base',
  max: 2,
  queryTimeoutMs: BACKGROUND_TIMEOUT_MS,
});
const artefacts = new ArtefactStore(pool);
const log = createLog(config, 'search base');
void buildBaseSegment({ pool, artefacts, log, shopLanguage: config.shopLanguage, unpackJieba, whenReadable })
  .then(async (base) => {
    if (keepAs !== undefined) return parentPort?.postMessage(await storeBaseSegment(artefacts, base, keepAs));
    const { message, transfer } = baseMessage(base);
    parentPort?.postMessage(message, transfer);
  })
  .finally(() => pool.end());
