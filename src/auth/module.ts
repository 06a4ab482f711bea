import type { Platform } from '../platform/connect';
import { ApiKeyResolver } from './api-key.resolver';
import { ApiKeyService } from './api-key.service';
import { createAuthenticate } from './authenticate';
import { OrderTokenResolver } from './order-token.resolver';
import { RequestIds } from './request-id.service';
import { SessionResolver } from './session.resolver';
import { TokenService } from './token.service';

/** Returns whether a room above this one has an object. */
interface AuthOptions {
  readonly hasOrder: (id: string) => Promise<boolean>;
  readonly hasAdvertiser: (id: string) => Promise<boolean>;
}

export function authModule({ prisma, config }: Platform, { hasOrder, hasAdvertiser }: AuthOptions) {
  const keys = new ApiKeyService(prisma, config.adminKey);
  const tokens = new TokenService(prisma, config);
  const requestIds = new RequestIds(prisma);
  const resolvers = [
    new ApiKeyResolver(keys, hasAdvertiser),
    new SessionResolver(tokens),
    new OrderTokenResolver(tokens, hasOrder),
  ];
  return { keys, tokens, requestIds, authenticate: createAuthenticate(keys, tokens), resolvers };
}
