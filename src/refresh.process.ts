/** Runs one attempt of a refresh, CPU-bound. The process that starts it holds the lease and reports the progress. */
import type { RefreshOrder, Said } from './models/refresh-process.service';
import { FITTERS } from './models/fitters.service';
import { carryOut } from './models/refresh.service';
import { inBackground } from './platform/background-process';
import { connectPlatform } from './platform/connect';
import { PATIENT_MS } from './platform/postgres';

void inBackground<RefreshOrder, Said>(async ({ config, job, token }, send) => {
  const platform = connectPlatform({ ...config, databaseConnections: 2 }, `refresh ${job.model}`, PATIENT_MS);
  try {
    const position = await carryOut(platform, FITTERS[job.model], job, token, (progress, stage) => {
      // Matrices outside the heap are freed only by a garbage collection, which a small heap seldom triggers: about 200
      // MB at the end of a fit.
      globalThis.gc?.();
      send({ progress, stage });
    });
    return { position };
  } finally {
    await platform.close();
  }
});
