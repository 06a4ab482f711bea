import { ApiKeyResolver } from '../../src/auth/api-key.resolver';
import { ApiKeyService } from '../../src/auth/api-key.service';
import { createAuthenticate } from '../../src/auth/authenticate';
import { type Authenticate } from '../../src/graphql/credentials';
import { OrderTokenResolver } from '../../src/auth/order-token.resolver';
import { SessionResolver } from '../../src/auth/session.resolver';
import { TokenService } from '../../src/auth/token.service';
import { buildGraphqlSchema } from '../../src/graphql/schema';
import { connectPostgres, type Pool } from '../../src/platform/postgres';
import { connectPrisma, type PrismaClient } from '../../src/platform/prisma';
import { type Door, openDoor } from './door';
import { testNamespace } from './shop';

/** The keys and tokens of a shop, without its other services. */
export interface AuthShop {
  readonly namespace: string;
  readonly pool: Pool;
  readonly prisma: PrismaClient;
  readonly keys: ApiKeyService;
  readonly tokens: TokenService;
  readonly authenticate: Authenticate;
  /** A server with the GraphQL types of keys and tokens only. */
  openDoor(): Promise<Door>;
  close(): Promise<void>;
}

export async function openAuthShop(): Promise<AuthShop> {
  const shop = await testNamespace();
  const pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
  const prisma = connectPrisma(pool, shop.namespace);
  const keys = new ApiKeyService({ pool, prisma });
  const tokens = new TokenService({ pool, prisma }, { namespace: shop.namespace });
  const authenticate = createAuthenticate(keys, tokens);
  const schema = () =>
    buildGraphqlSchema([
      new ApiKeyResolver(keys, async (id) => id === 'known'),
      new SessionResolver(tokens),
      new OrderTokenResolver(tokens, async (id) => id !== 'unknown'),
    ]);
  return {
    namespace: shop.namespace,
    pool,
    prisma,
    keys,
    tokens,
    authenticate,
    openDoor: () => openDoor({ schema: schema(), authenticate, limits: { recheckMs: 50 } }),
    close: async () => {
      await pool.end();
      await shop.drop();
    },
  };
}
