/** Starts an API process. */
import 'reflect-metadata';
import { startApi } from './api';
import { requireServices } from './platform/required-services';
import { migrate } from './platform/migrate';
import { requireReachable } from './platform/reachable';
import { runProcess } from './platform/run-process';

void runProcess('api', async (config) => {
  const { databaseUrl } = await requireReachable({ ...requireServices(config), namespace: config.namespace });
  await migrate(databaseUrl, config.namespace);
  const api = await startApi(config);
  if (api.newAdminKey !== null) console.log(`Admin key (shown only once, store it): ${api.newAdminKey}`);
  process.send?.({ port: api.port });
  return () => api.close();
});
