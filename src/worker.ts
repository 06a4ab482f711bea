import type { Config } from './config';
import { connectPlatform } from './platform/connect';
import { EngineWatch } from './platform/engine-watch';
import { WORKER_CONNECTIONS } from './platform/pools';
import { BACKGROUND_TIMEOUT_MS } from './platform/postgres';
import { WorkerRooms } from './rooms/open-rooms';
import type { Room } from './rooms/room';
import { SHOP } from './shop';

export interface Worker {
  /** Completes the running work, and closes all connections. */
  stop(): Promise<void>;
}

/**
 * Starts a worker process: the queues, periodic work and threads of the rooms.
 * @param rooms also determine the effects that are applied to the log
 */
export async function startWorker(config: Config, rooms: readonly Room[] = SHOP): Promise<Worker> {
  const platform = connectPlatform(config, 'worker', BACKGROUND_TIMEOUT_MS, WORKER_CONNECTIONS);
  const { log, databaseUrl, redisUrl } = platform;
  const opened = await WorkerRooms.open(rooms, platform);
  const engines = new EngineWatch(databaseUrl, redisUrl, config.namespace, log);
  engines.start();
  await opened.start();
  log.info('worker started');
  return {
    stop: async () => {
      await Promise.all([engines.stop(), opened.stop()]);
      await platform.close();
    },
  };
}
