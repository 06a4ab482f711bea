import type { ApiContext, ApiNeeds } from '../rooms/room';
import { ErasureResolver } from './erasure.resolver';
import { ErasureService } from './erasure.service';
import { PersonalDataResolver } from './personal-data.resolver';
import { PersonalDataService } from './personal-data.service';
import type { needs } from './room';

export const resolvers = [ErasureResolver, PersonalDataResolver];

export function api({ pool, log, config, rooms }: ApiContext, { events: { eventLog } }: ApiNeeds<typeof needs>) {
  return {
    resolvers: [
      new ErasureResolver(new ErasureService(eventLog, log, config.erasureIntervalMs, rooms)),
      new PersonalDataResolver(new PersonalDataService(pool, rooms)),
    ],
  };
}
