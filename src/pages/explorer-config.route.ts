import type { FastifyInstance } from 'fastify';

/**
 * Serves `GET /explorer/config.json` without authentication. It contains the API key that the GraphQL explorer starts
 * with.
 * @param demoKey the public key of the demo shop; null for any other shop, because its keys must not be published
 */
export function serveExplorerConfig(app: FastifyInstance, demoKey: string | null): void {
  app.get('/explorer/config.json', { config: { access: 'PUBLIC' } }, async () => ({ apiKey: demoKey }));
}
