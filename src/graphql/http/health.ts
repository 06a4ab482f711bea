import type { FastifyInstance } from 'fastify';

export interface Readiness {
  readonly ready: boolean;
  /** What the process still waits for, as sentences; empty when it is ready. */
  readonly reasons: readonly string[];
  /** Problems that do not stop the process from accepting traffic, as sentences. */
  readonly degraded: readonly string[];
}

/** Serves `/healthz` (the process answers) and `/readyz` (the process accepts traffic). */
export function serveHealth(app: FastifyInstance, ready: () => Readiness | Promise<Readiness>): void {
  app.get('/healthz', { config: { access: 'PUBLIC' } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { config: { access: 'PUBLIC' } }, async (_request, reply) => {
    const state = await ready();
    void reply.code(state.ready ? 200 : 503);
    return { ready: state.ready, reasons: state.reasons, degraded: state.degraded };
  });
}
