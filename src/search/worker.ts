import { runPeriodically } from '../platform/run-periodically';
import type { WorkerContext } from '../rooms/room';
import { running, runLoop } from '../rooms/running';
import { BaseSegmentBuilder } from './base-segment/base-segment-builder.service';
import { SearchCountWorker } from './query-log/search-count-worker.service';

const POLL_MS = 1_000;

/**
 * Counts searches and their outcomes in one worker of the shop. Builds the base segment (the search index of the whole
 * catalogue) when an API process requests it. Any worker can build it.
 */
export function worker(ctx: WorkerContext) {
  const { searchesDays: keptDays, timeZone } = ctx.config;
  const builder = new BaseSegmentBuilder(ctx);
  return running(
    () => runLoop(new SearchCountWorker({ ...ctx, keptDays, timeZone })),
    () => {
      const polling = runPeriodically(POLL_MS, ctx.log, () => builder.buildIfRequested());
      return {
        stop: async () => {
          await builder.close();
          await polling.stop();
        },
      };
    },
  );
}
