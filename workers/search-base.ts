import type { Platform } from '../src/platform/connect';
import { every } from '../src/platform/every';
import { SearchBaseKeeper } from '../src/search/base-keeper.service';

const LOOK_MS = 1_000;

/**
 * Builds the base segments of search for all API processes: the first worker that finds a request builds the segment.
 */
export function keepSearchBase(platform: Platform): { stop(): Promise<void> } {
  const keeper = new SearchBaseKeeper(platform);
  const polling = every(LOOK_MS, platform.log, () => keeper.makeIfWanted());
  return {
    stop: async () => {
      await keeper.close();
      await polling.stop();
    },
  };
}
