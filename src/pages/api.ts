import type { ApiKeyService } from '../auth/api-key.service';
import type { GraphqlServer } from '../graphql/server';
import type { Platform } from '../platform/connect';
import { serveExplorerConfig } from './explorer-config.route';
import { servePages } from './pages.route';
import { serveShopConfig } from './shop-config.route';
import { ShopPageService } from './shop-page.service';

/**
 * Serves the web pages and their settings.
 * @param demoKey the storefront key of the demo shop; null in any other shop
 */
export async function serveWebPages(
  { fastify }: GraphqlServer,
  { prisma, config }: Platform,
  keys: ApiKeyService,
  demoKey: string | null,
): Promise<void> {
  await servePages(fastify, config.nodeEnv);
  const page = { open: config.shopPage, name: config.namespace, isDemo: demoKey !== null };
  serveShopConfig(fastify, new ShopPageService(prisma, keys, page));
  if (config.nodeEnv !== 'production') serveExplorerConfig(fastify, demoKey);
}
