import type { Platform } from '../src/platform/connect';
import { SearchCountWorker } from '../src/search/query-log/search-count-worker.service';

/** Counts searches and their outcomes in one worker of the shop. */
export function startQueryLog(platform: Platform): { stop(): Promise<void> } {
  const follower = new SearchCountWorker({ ...platform, keptDays: platform.config.searchesDays });
  const running = follower.run();
  return {
    stop: async () => {
      follower.close();
      await running;
    },
  };
}
