import type { Platform } from '../src/platform/connect';
import { runPeriodically } from '../src/platform/run-periodically';
import { BaseSegmentBuilder } from '../src/search/base-segment/base-segment-builder.service';

const POLL_MS = 1_000;

/**
 * Builds the base segment (the search index of the whole catalogue) when an API process requests it. Any worker can
 * build it.
 */
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
