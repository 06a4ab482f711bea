import type { EventLog } from '../events/event-log';
import type { Platform } from '../platform/connect';
import { ErasureResolver } from './erasure.resolver';
import { ErasureService } from './erasure.service';
import { PersonalDataResolver } from './personal-data.resolver';
import { PersonalDataService } from './personal-data.service';

export function erasureModule({ log, config }: Platform, eventLog: EventLog) {
  const resolvers = [
    new ErasureResolver(new ErasureService(eventLog, log, config.erasureIntervalMs)),
    new PersonalDataResolver(new PersonalDataService(eventLog.pool)),
  ];
  return { resolvers };
}
