import type { FastifyInstance } from 'fastify';
import type { ShopPageService } from './shop-page.service';

/** `GET /shop/config.json`, for anybody: with which key the page asks, and what kind of shop this is. */
export function serveShopConfig(app: FastifyInstance, page: Pick<ShopPageService, 'config'>): void {
  app.get('/shop/config.json', async () => page.config());
}
