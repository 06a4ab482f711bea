import type { FastifyInstance } from 'fastify';

/**
 * Serves `GET /explorer/config.json` without authentication: the key that the explorer starts with.
 * @param demoKey the public key of the demo shop; null in any other shop, whose keys are never sent
 */
export function serveExplorerConfig(app: FastifyInstance, demoKey: string | null): void {
  app.get('/explorer/config.json', async () => ({ apiKey: demoKey }));
}
