import type { FastifyInstance } from 'fastify';
import type { ShopPageService } from './shop-page.service';

/** Serves `GET /shop/config.json` without authentication: the key of the shop page and the kind of the shop. */
export function serveShopConfig(app: FastifyInstance, page: Pick<ShopPageService, 'config'>): void {
  app.get('/shop/config.json', async () => page.config());
}
