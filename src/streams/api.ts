import type { EventLog } from '../events/event-log';
import type { Platform } from '../platform/connect';
import { AnalysisResolver } from './analysis.resolver';
import { AnalysisService } from './analysis.service';
import { StreamResolver } from './stream.resolver';
import { StreamService } from './stream.service';
import { WindowFeed } from './window-feed.service';
import { WindowsService } from './windows.service';

export function streamsModule({ pools, pubSub, log }: Platform, { pool, outbox }: EventLog) {
  const streams = new StreamService(pool, outbox);
  const windows = new WindowsService(pool);
  const resolvers = [
    new AnalysisResolver(new AnalysisService(pool)),
    new StreamResolver(streams, windows, new WindowFeed(new WindowsService(pools.lists), pubSub, log)),
  ];
  return { streams, windows, resolvers };
}
