import type { FastifyInstance, FastifyRequest } from 'fastify';
import { EventLoopMonitor } from '../../platform/event-loop-monitor';
import { overloadedError } from './overloaded-error';

/**
 * Minimum size of a large request, in bytes. Large requests are assumed to be batches, whose senders can send them
 * again.
 */
const LARGE_BYTES = 16_384;
/**
 * If the event loop is blocked for longer than this, large requests are rejected, because all clients have to wait
 * while it is blocked.
 */
const MAX_LOOP_DELAY_MS = 500;

/**
 * Rejects large requests while this process is overloaded. It rejects them before parsing and validation, which are
 * most of their work.
 */
export function shedLoad(app: FastifyInstance): void {
  const monitor = new EventLoopMonitor();
  const rejectIfOverloaded = async (request: FastifyRequest) => {
    if (monitor.delayMs > MAX_LOOP_DELAY_MS && announcedBytes(request) >= LARGE_BYTES)
      throw overloadedError('This process is overloaded; retry after retryAfterMs.');
  };
  app.addHook('onRequest', rejectIfOverloaded);
  // Checked again, because the body may have taken a while to arrive.
  app.addHook('preValidation', rejectIfOverloaded);
  app.addHook('onClose', async () => monitor.stop());
}

/** Returns the size of the body that the headers announce; Infinity if it is unknown. */
export function announcedBytes({ headers }: Pick<FastifyRequest, 'headers'>): number {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : Infinity;
}
