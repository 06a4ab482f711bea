import type { FastifyInstance } from 'fastify';

export interface Readiness {
  readonly ready: boolean;
  /** What it still waits for, in words; empty when ready. */
  readonly reasons: readonly string[];
  /** What it answers without, although it may be sent traffic; in words. */
  readonly degraded: readonly string[];
}

/** `/healthz`: the process answers. `/readyz`: it may be sent traffic. */
export function serveHealth(app: FastifyInstance, ready: () => Readiness | Promise<Readiness>): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const state = await ready();
    void reply.code(state.ready ? 200 : 503);
    return { ready: state.ready, reasons: state.reasons, degraded: state.degraded };
  });
}
