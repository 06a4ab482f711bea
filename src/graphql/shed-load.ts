import type { FastifyInstance, FastifyRequest } from 'fastify';
import { EventLoopWatch } from '../platform/event-loop';
import { overloaded } from './overloaded';

/** Bodies of this many bytes are batches: whoever sends them can send them again. */
const LARGE_BYTES = 16_384;
/** Everybody waits for as long as this process is busy: lists, too. */
const MAX_BUSY_MS = 500;

/**
 * Refuses large requests while this process can't keep up with those it has, before they cost anything: once a batch is
 * parsed and its values are checked, most of the work is done.
 */
export function shedLoad(app: FastifyInstance): void {
  const watch = new EventLoopWatch();
  const shed = async (request: FastifyRequest) => {
    if (watch.busyMs > MAX_BUSY_MS && sizeOf(request) >= LARGE_BYTES)
      throw overloaded('This process has more to do than it can');
  };
  app.addHook('onRequest', shed);
  // Its body may have taken a while to come.
  app.addHook('preValidation', shed);
  app.addHook('onClose', async () => watch.stop());
}

/** Of the body, as far as it is said beforehand. */
function sizeOf({ headers }: FastifyRequest): number {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : Infinity;
}
