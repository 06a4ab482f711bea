import type { FastifyInstance } from 'fastify';
import type { ShopPageService } from './shop-page.service';

/**
 * Serves `GET /shop/config.json` without authentication. It contains the shop page's API key, the shop's name, and
 * whether the shop is synthetic.
 */
export function serveShopConfig(app: FastifyInstance, page: Pick<ShopPageService, 'config'>): void {
  app.get('/shop/config.json', { config: { access: 'PUBLIC' } }, async () => page.config());
}
