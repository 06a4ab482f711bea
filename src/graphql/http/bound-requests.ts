import type { FastifyInstance } from 'fastify';
import type { Socket } from 'node:net';
import { ApiError } from '../errors';
import { type ClientLimits, clientKey } from '../limits/client-limits';
import { REQUEST_BYTES, type ServerLimits } from '../limits/limits';
import { announcedBytes } from '../limits/shed-load';
import { networksOf, type TrustedProxies } from './client-address';

const RETRY_MS = 1_000;
const REFUSAL = 'HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n';

/**
 * Refuses connections of an address that has too many, and ends connections with too many requests at a time. Call it
 * before other hooks are added, so that such requests cost nothing. A trusted proxy may have any number of connections.
 */
export function boundConnections(
  app: FastifyInstance,
  { connections }: ClientLimits,
  limits: ServerLimits,
  proxies: TrustedProxies,
): void {
  app.server.on('connection', (socket) => {
    const address = proxies.clientOf(socket.remoteAddress, undefined);
    const release = connections.take(address === null ? null : networksOf(address)[0].key);
    if (release !== null) return socket.once('close', release);
    socket.write(REFUSAL);
    return socket.destroySoon();
  });
  app.decorateRequest('running', null);
  app.addHook('onRequest', (request, reply, done) => {
    const running = runningOn(request.raw.socket);
    if (running.size >= limits.maxRequestsPerConnection) {
      // Browsers and HTTP libraries wait for an answer before they send the next request.
      request.raw.socket.destroy();
      void reply.hijack();
      return;
    }
    const entry: Running = [];
    running.add(entry);
    request.running = entry;
    reply.raw.once('close', () => end(running, entry));
    done();
  });
}

/**
 * Bounds the bytes of requests that are in progress for one address, and of answers that it does not read. Call it
 * after the hook that checks keys, because bodies without a key are shorter.
 */
export function boundBytes(app: FastifyInstance, clients: ClientLimits, limits: ServerLimits): void {
  app.addHook('onRequest', async (request) => {
    const bodyBytes = announcedBytes(request);
    if (request.viewer === null && bodyBytes > limits.maxBytesWithoutKey) {
      const chunked = bodyBytes === Infinity;
      const most = `A body without a key may have at most ${limits.maxBytesWithoutKey} bytes`;
      throw Object.assign(new Error(chunked ? `${most}, and needs a content-length.` : `${most}; got ${bodyBytes}.`), {
        statusCode: chunked ? 411 : 413,
      });
    }
    const release = clients.requestBytes.take(
      clientKey(request.viewer, request.client),
      REQUEST_BYTES + Math.min(bodyBytes, limits.maxBodyBytes),
    );
    if (release === null)
      throw new ApiError(
        'RATE_LIMITED',
        'Too many requests of this address are in progress; retry after retryAfterMs.',
        {
          retryAfterMs: RETRY_MS,
        },
      );
    request.running?.push(release);
  });
  app.addHook('onSend', (request, { raw }, _body, done) => {
    const unwatch = clients.unread.watch({
      limitKey: () => clientKey(request.viewer, request.client),
      unreadBytes: () => raw.writableLength,
      end: () => raw.destroy(),
    });
    request.running?.push(unwatch);
    // When this time has passed, Node looks for progress since the last time, so it takes up to twice as long.
    raw.setTimeout(limits.writeTimeoutMs / 2, () => raw.destroy());
    raw.prependOnceListener('finish', () => raw.setTimeout(0));
    done();
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    running: Running | null;
  }
}

/** A request in progress: the functions that give back what it holds. */
type Running = (() => void)[];

const runningBySocket = new WeakMap<Socket, Set<Running>>();

/** Returns the running requests of a connection. They end with it: answers that have not begun get no event of it. */
function runningOn(socket: Socket): Set<Running> {
  let running = runningBySocket.get(socket);
  if (running === undefined) {
    const created = new Set<Running>();
    runningBySocket.set(socket, (running = created));
    socket.once('close', () => created.forEach((entry) => end(created, entry)));
  }
  return running;
}

function end(running: Set<Running>, entry: Running): void {
  running.delete(entry);
  for (const release of entry.splice(0)) release();
}
