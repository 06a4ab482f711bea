import type { ApiContext } from '../rooms/room';
import { kindsOf } from './fitter';
import { JobStore } from './job.store';
import { ModelFeed } from './model-feed.service';
import { ModelResolver } from './model.resolver';
import { ModelService } from './model.service';
import { nameModelKinds } from './model.type';
import { servedModels } from './room';
import { VersionStore } from './version.store';

export const resolvers = [ModelResolver];

export const prepareSchema = nameModelKinds;

/** Loads and serves the models of all rooms. */
export function api({ pool, pubSub, queues, artefacts, log, contributionsTo, rooms }: ApiContext) {
  const versions = new VersionStore(pool, artefacts, pubSub);
  const models = new ModelService(versions, new JobStore(pool, pubSub), queues);
  const served = () => contributionsTo(servedModels);
  return {
    offers: { versions },
    resolvers: [new ModelResolver(kindsOf(rooms), models, versions, new ModelFeed(models, served, pubSub, log))],
    load: () => Promise.all(served().map((model) => model.start())),
    stop: () => served().forEach((model) => model.close()),
  };
}
