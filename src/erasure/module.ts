import type { EventLog } from '../events/event-log';
import type { Platform } from '../platform/connect';
import { ErasureResolver } from './erasure.resolver';
import { ErasureService } from './erasure.service';

export function erasureModule({ log, config }: Platform, { pool, outbox }: EventLog) {
  const resolvers = [new ErasureResolver(new ErasureService(pool, outbox, log, config.erasureIntervalMs))];
  return { resolvers };
}
