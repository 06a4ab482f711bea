import type { Platform } from '../src/platform/connect';
import { SearchCountWorker } from '../src/search/query-log/search-count-worker.service';

/** Counts searches and their outcomes in one worker of the shop. */
export function startQueryLog(platform: Platform): { stop(): Promise<void> } {
  const counter = new SearchCountWorker({
    ...platform,
    keptDays: platform.config.searchesDays,
    timeZone: platform.config.timeZone,
  });
  const running = counter.run();
  return {
    stop: async () => {
      counter.close();
      await running;
    },
  };
}
