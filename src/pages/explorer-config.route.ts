import type { FastifyInstance } from 'fastify';

/**
 * `GET /explorer/config.json`, for anybody: the key that the explorer starts with.
 * @param demoKey the demo shop's public key. Null in any other shop: no key of such a shop is ever sent.
 */
export function serveExplorerConfig(app: FastifyInstance, demoKey: string | null): void {
  app.get('/explorer/config.json', async () => ({ apiKey: demoKey }));
}
