import type { GraphqlServer } from '../graphql/server';
import type { ApiContext, ApiNeeds } from '../rooms/room';
import { serveExplorerConfig } from './explorer-config.route';
import { servePages } from './pages.route';
import { demoKey, type needs } from './room';
import { serveShopConfig } from './shop-config.route';
import { ShopPageService } from './shop-page.service';

/** Serves the web pages and their settings. */
export function api({ prisma, config, contributionsTo }: ApiContext, { auth: { keys } }: ApiNeeds<typeof needs>) {
  return {
    serve: async ({ fastify }: GraphqlServer) => {
      const key = contributionsTo(demoKey)[0] ?? null;
      await servePages(fastify, config.nodeEnv);
      const page = { open: config.shopPage, name: config.namespace, isDemo: key !== null };
      serveShopConfig(fastify, new ShopPageService(prisma, keys, page));
      if (config.nodeEnv !== 'production') serveExplorerConfig(fastify, key);
    },
  };
}
