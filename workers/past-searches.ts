import type { Platform } from '../src/platform/connect';
import { SearchesFollower } from '../src/search/past/searches-follower.service';

/** Counts searches and their outcomes in one worker of the shop. */
export function keepPastSearches(platform: Platform): { stop(): Promise<void> } {
  const follower = new SearchesFollower({ ...platform, keptDays: platform.config.searchesDays });
  const running = follower.run();
  return {
    stop: async () => {
      follower.close();
      await running;
    },
  };
}
