import type { Platform } from '../platform/connect';
import { inSnapshot, type PoolClient } from '../platform/postgres';
import { LogFollower } from './log-follower';
import { newestPosition, type LogChange } from './position.store';

/** Data that a process holds in memory and updates with each change of the log. */
export interface ReadModel {
  /** Loads the data. All read models are loaded in one snapshot. */
  load?(client: PoolClient): Promise<void>;
  /** Applies the change of one log position. Called in order of position. */
  apply(change: LogChange, position: number): void;
  /** Called after a load. The changes up to this position were not applied one by one. */
  onReload?(position: number): void;
}

/** Creates the follower that loads the read models and updates them. */
export function followLog(
  { pools, pubSub, log }: Pick<Platform, 'pools' | 'pubSub' | 'log'>,
  readModels: () => readonly ReadModel[],
): LogFollower {
  return new LogFollower({
    pool: pools.log,
    pubSub,
    log,
    load: async () => {
      const position = await inSnapshot(pools.log, async (client) => {
        for (const model of readModels()) await model.load?.(client);
        return newestPosition(client);
      });
      for (const model of readModels()) model.onReload?.(position);
      return position;
    },
    apply: (position, change) => {
      for (const model of readModels()) model.apply(change, position);
    },
  });
}
