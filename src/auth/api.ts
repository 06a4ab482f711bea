import type { Credentials } from '../graphql/credentials';
import type { ApiContext } from '../rooms/room';
import { ApiKeyResolver } from './api-key.resolver';
import { ApiKeyService } from './api-key.service';
import { createAuthenticate } from './authenticate';
import { OrderTokenResolver } from './order-token.resolver';
import { RequestIds } from './request-id.service';
import { authenticating, knownObjects, type KnownObjects } from './room';
import { SessionResolver } from './session.resolver';
import { TokenService } from './token.service';

export const resolvers = [ApiKeyResolver, SessionResolver, OrderTokenResolver];

export function api({ pool, prisma, config, contributionsTo }: ApiContext) {
  const keys = new ApiKeyService({ pool, prisma }, config.adminKey);
  const tokens = new TokenService({ pool, prisma }, config);
  const requestIds = new RequestIds(pool);
  const authenticateKey = createAuthenticate(keys, tokens);
  const has = async (kind: KnownObjects['kind'], id: string) => {
    for (const known of contributionsTo(knownObjects)) if (known.kind === kind && (await known.has(id))) return true;
    return false;
  };
  const authenticate = (credentials: Credentials) =>
    contributionsTo(authenticating).reduce((inner, wrap) => wrap(inner), authenticateKey)(credentials);
  return {
    offers: { keys, tokens, requestIds, authenticate },
    resolvers: [
      new ApiKeyResolver(keys, (id) => has('ADVERTISER', id)),
      new SessionResolver(tokens),
      new OrderTokenResolver(tokens, (id) => has('ORDER', id)),
    ],
    load: () => requestIds.start(),
  };
}
