/** Runs one attempt of a model refresh. The process that starts it holds the lease and reports the progress. */
import { modelOf } from '../src/models/fitter';
import type { RefreshInput, RefreshMessage } from '../src/models/refresh-process';
import { runRefresh } from '../src/models/run-refresh';
import { runBackgroundTask } from '../src/platform/background-process';
import { openConnections } from '../src/platform/connections';
import { BACKGROUND_TIMEOUT_MS } from '../src/platform/postgres';
import { SHOP } from '../src/shop';

void runBackgroundTask<RefreshInput, RefreshMessage>(async ({ config, job, token, ignoresErasures }, send) => {
  const connections = openConnections(
    { ...config, databaseConnections: 2 },
    `refresh ${job.model}`,
    BACKGROUND_TIMEOUT_MS,
  );
  try {
    const options = { ...connections, ignoresErasures };
    const model = modelOf(SHOP, job.model);
    const position = await runRefresh(options, model, job, token, (progress, stage) => {
      // Matrices outside the heap are freed only by a garbage collection, which a small heap seldom triggers. At the
      // end of a fit, they take about 200 MB.
      globalThis.gc?.();
      send({ progress, stage });
    });
    return { position };
  } finally {
    await connections.close();
  }
});
