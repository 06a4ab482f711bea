import { ActiveModel } from '../../../../src/models/active-model.service';
import { servedModels } from '../../../../src/models/room';
import type { ApiContext } from '../../../../src/rooms/room';
import { WishResolver } from './wish.resolver';

export const resolvers = [WishResolver];

export function api({ pool, artefacts, pubSub, log }: ApiContext) {
  const model = new ActiveModel('wish', (bytes) => Buffer.from(bytes).toString(), artefacts, pubSub, log);
  return { contributes: [servedModels.with(model)], resolvers: [new WishResolver(pool, model)] };
}
