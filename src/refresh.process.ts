/** One attempt of a refresh, CPU-bound: the process that starts it keeps the lease and tells how far it is. */
import type { RefreshOrder, Said } from './models/refresh-process.service';
import { FITTERS } from './models/fitters.service';
import { carryOut } from './models/refresh.service';
import { inBackground } from './platform/background-process';
import { connectPlatform } from './platform/connect';
import { PATIENT_MS } from './platform/postgres';

void inBackground<RefreshOrder, Said>(async ({ config, job, token }, say) => {
  const platform = connectPlatform({ ...config, databaseConnections: 2 }, `refresh ${job.model}`, PATIENT_MS);
  try {
    const position = await carryOut(platform, FITTERS[job.model], job, token, (progress, stage) => {
      // Matrices outside the heap wait for a collection that a small heap seldom causes: some 200 MB at the end of a fit.
      globalThis.gc?.();
      say({ progress, stage });
    });
    return { position };
  } finally {
    await platform.close();
  }
});
