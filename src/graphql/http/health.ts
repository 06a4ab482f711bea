import type { FastifyInstance } from 'fastify';

export interface Readiness {
  readonly ready: boolean;
  /** What the process still waits for, as sentences; empty when it is ready. */
  readonly reasons: readonly string[];
  /** Problems that do not stop the process from accepting traffic, as sentences. */
  readonly degraded: readonly string[];
  /**
   * What is left to do of everything that the shop has accepted, by part, without parts that have nothing left; null if it
   * is not known.
   */
  readonly left: Readonly<Record<string, number>> | null;
}

/** Serves `/healthz` (the process answers) and `/readyz` (the process accepts traffic). */
export function serveHealth(app: FastifyInstance, ready: () => Readiness | Promise<Readiness>): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const state = await ready();
    void reply.code(state.ready ? 200 : 503);
    const { ready: isReady, reasons, degraded, left } = state;
    const caughtUp = left && Object.keys(left).length === 0;
    return { ready: isReady, reasons, degraded, caughtUp, left: left ?? {} };
  });
}
