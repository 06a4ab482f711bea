import type { Platform } from '../platform/connect';
import { JobStore } from './job.store';
import { ModelFeed } from './model-feed.service';
import { ModelResolver } from './model.resolver';
import { ModelService } from './model.service';
import { VersionStore } from './version.store';

export function modelsModule({ pool, pubSub, queues, artefacts, log }: Platform) {
  const versions = new VersionStore(pool, artefacts, pubSub);
  const models = new ModelService(versions, new JobStore(pool, pubSub), queues);
  const resolvers = [new ModelResolver(models, versions, new ModelFeed(models, pubSub, log))];
  return { versions, resolvers };
}
