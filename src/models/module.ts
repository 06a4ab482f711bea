import type { Platform } from '../platform/connect';
import { JobStore } from './job.store';
import type { ActiveModel } from './active-model.service';
import { ModelFeed } from './model-feed.service';
import { ModelResolver } from './model.resolver';
import { ModelService } from './model.service';
import { VersionStore } from './version.store';

/** @param served returns the models that this process answers with */
export function modelsModule(
  { pool, pubSub, queues, artefacts, log }: Platform,
  served: () => readonly ActiveModel<unknown>[],
) {
  const versions = new VersionStore(pool, artefacts, pubSub);
  const models = new ModelService(versions, new JobStore(pool, pubSub), queues);
  const resolvers = [new ModelResolver(models, versions, new ModelFeed(models, served, pubSub, log))];
  return { versions, resolvers };
}
