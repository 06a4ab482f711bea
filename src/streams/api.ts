import type { ApiContext, ApiNeeds } from '../rooms/room';
import { AnalysisResolver } from './analysis.resolver';
import { AnalysisService } from './analysis.service';
import type { needs } from './room';
import { StreamResolver } from './stream.resolver';
import { StreamService } from './stream.service';
import { WindowFeed } from './window-feed.service';
import { WindowsService } from './windows.service';

export const resolvers = [AnalysisResolver, StreamResolver];

export function api({ pool, pools, pubSub, log }: ApiContext, { events: { eventLog } }: ApiNeeds<typeof needs>) {
  const streams = new StreamService(pool, eventLog.outbox);
  const windows = new WindowsService(pool);
  return {
    offers: { streams, windows },
    resolvers: [
      new AnalysisResolver(new AnalysisService(pool)),
      new StreamResolver(streams, windows, new WindowFeed(new WindowsService(pools.lists), pubSub, log)),
    ],
  };
}
