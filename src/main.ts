/** Starts an API process. */
import 'reflect-metadata';
import { startApi } from './api';
import { readConfig } from './config';
import { createLog } from './platform/log';
import { requireServices } from './platform/required-services';
import { migrate } from './platform/migrate';
import { requireReachable } from './platform/reachable';
import { onShutdown } from './platform/shutdown';
import { runProcess } from './platform/run-process';

void runProcess(async () => {
  const config = readConfig();
  const { databaseUrl } = await requireReachable({ ...requireServices(config), namespace: config.namespace });
  await migrate(databaseUrl, config.namespace);
  const api = await startApi(config);
  onShutdown(createLog(config, 'api'), () => api.close());
  if (api.newAdminKey !== null) console.log(`Admin key (shown only once, store it): ${api.newAdminKey}`);
  process.send?.({ port: api.port });
});
