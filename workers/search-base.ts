import type { Platform } from '../src/platform/connect';
import { every } from '../src/platform/every';
import { SearchBaseKeeper } from '../src/search/base-keeper.service';

const LOOK_MS = 1_000;

/** Keeps base segments of search for all API processes: whichever worker comes first makes the one that is wanted. */
export function keepSearchBase(platform: Platform): { stop(): Promise<void> } {
  const keeper = new SearchBaseKeeper(platform);
  const looking = every(LOOK_MS, platform.log, () => keeper.makeIfWanted());
  return {
    stop: async () => {
      await keeper.close();
      await looking.stop();
    },
  };
}
