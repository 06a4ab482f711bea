import type { Platform } from '../src/platform/connect';
import { runPeriodically } from '../src/platform/run-periodically';
import { BaseSegmentBuilder } from '../src/search/base-segment-builder.service';

const POLL_MS = 1_000;

/** Builds base segments of the search index when API processes request them. Any worker can build one. */
export function startSearchBase(platform: Platform): { stop(): Promise<void> } {
  const builder = new BaseSegmentBuilder(platform);
  const polling = runPeriodically(POLL_MS, platform.log, () => builder.buildIfRequested());
  return {
    stop: async () => {
      await builder.close();
      await polling.stop();
    },
  };
}
