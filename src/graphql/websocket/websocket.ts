import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { GraphQLSchema } from 'graphql';
import { CloseCode, handleProtocols, type Server as Protocol } from 'graphql-ws';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Authenticate } from '../credentials';
import type { TrustedProxies } from '../http/client-address';
import type { Context } from '../context';
import type { ServerLimits } from '../limits/limits';
import type { OperationObserver } from '../operation-observer';
import type { OperationRules } from '../limits/operation-rules';
import type { TurnRules } from '../limits/turns';
import { isAllowedOrigin } from '../http/origin';
import { recheckKeys } from './recheck-keys';
import { AuthenticationUnavailableError, socketOperations } from './socket-operations';
import { SocketSession } from './socket-session';

const GOING_AWAY = 1001;
/**
 * The WebSocket close code "Try Again Later" of the IANA registry. The code of graphql-ws for server errors, 4500, is
 * not used for temporary errors, because its clients do not reconnect after it.
 */
const TRY_AGAIN_LATER = 1013;
const STATUS_TEXT = { 403: 'Forbidden', 404: 'Not Found', 503: 'Service Unavailable' } as const;

/** While this number of messages of a socket wait for their turn, no more are read from it. */
const MAX_WAITING_MESSAGES = 20;

interface SocketBytes {
  readonly received: number;
  readonly sent: number;
}

export interface SocketServer {
  /** Returns the number of open sockets. */
  readonly count: () => number;
  /** Returns the bytes that all sockets, open and closed, have sent and received over TCP. */
  readonly bytes: () => SocketBytes;
  /** Closes every socket with code 1001, and terminates sockets that have not closed within `closeTimeoutMs`. */
  readonly close: () => Promise<void>;
}

/** Serves GraphQL over WebSocket at `/graphql` of an HTTP server. */
export function serveWebSockets(
  server: HttpServer,
  options: {
    readonly schema: GraphQLSchema;
    readonly authenticate: Authenticate;
    readonly log: Context['log'];
    readonly rules: OperationRules;
    readonly turnRules: TurnRules;
    readonly limits: ServerLimits;
    readonly observer: OperationObserver;
    readonly proxies: TrustedProxies;
    readonly corsOrigins: readonly string[];
  },
): SocketServer {
  const { limits, log } = options;
  const protocol = socketOperations(options);
  const webSocketServer = new WebSocketServer({ noServer: true, maxPayload: limits.maxBodyBytes, handleProtocols });
  const sessions = new Map<WebSocket, SocketSession>();
  const openConnections = new Set<Socket>();
  const closedBytes = { received: 0, sent: 0 };

  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    if (request.url?.split('?')[0] !== '/graphql') return rejectUpgrade(connection, 404);
    if (!isAllowedOrigin(request.headers, options.corsOrigins)) return rejectUpgrade(connection, 403);
    if (sessions.size >= limits.maxSockets) return rejectUpgrade(connection, 503);
    webSocketServer.handleUpgrade(request, connection, head, (socket) => {
      const address = options.proxies.clientOf(request.socket.remoteAddress, request.headers['x-forwarded-for']);
      // Forbidden is the close code for a key or token that is no longer valid.
      const session = new SocketSession(randomUUID(), address, log, socket, CloseCode.Forbidden, options.turnRules);
      sessions.set(socket, session);
      const tcpSocket = request.socket;
      openConnections.add(tcpSocket);
      socket.once('close', () => {
        sessions.delete(socket);
        openConnections.delete(tcpSocket);
        closedBytes.received += tcpSocket.bytesRead;
        closedBytes.sent += tcpSocket.bytesWritten;
      });
      serveSocket(protocol, socket, session, limits);
    });
  });

  const pinging = setInterval(() => ping(sessions), limits.keepAliveMs);
  let isRechecking = false;
  const rechecking = setInterval(() => {
    if (isRechecking) return;
    isRechecking = true;
    recheckKeys(sessions.values(), options.authenticate)
      .catch((err: unknown) => log.warn({ err }, 'keys not rechecked'))
      .finally(() => (isRechecking = false));
  }, limits.recheckMs);
  pinging.unref();
  rechecking.unref();

  return {
    count: () => sessions.size,
    bytes: () => {
      let { received, sent } = closedBytes;
      for (const { bytesRead, bytesWritten } of openConnections) {
        received += bytesRead;
        sent += bytesWritten;
      }
      return { received, sent };
    },
    close: async () => {
      clearInterval(pinging);
      clearInterval(rechecking);
      const closingSockets = [...sessions.keys()];
      const allClosed = Promise.all(
        closingSockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))),
      );
      for (const socket of closingSockets) socket.close(GOING_AWAY, 'Going away');
      const terminateTimer = setTimeout(
        () => closingSockets.forEach((socket) => socket.terminate()),
        limits.closeTimeoutMs,
      );
      await allClosed;
      clearTimeout(terminateTimer);
      webSocketServer.close();
    },
  };
}

function serveSocket(
  protocol: Protocol<SocketSession>,
  socket: WebSocket,
  session: SocketSession,
  limits: ServerLimits,
): void {
  const reportClosed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (message) => {
        session.turns.payForBytes(message.length);
        return send(socket, message, limits.maxBufferedBytes);
      },
      close: (code, reason) => socket.close(code, reason),
      onMessage: (receive) => {
        let waiting = 0;
        socket.on('message', (data: RawData) => {
          const bytes = bytesOf(data);
          // The library checks text frames only.
          if (!isUtf8(bytes)) return socket.close(CloseCode.BadRequest, 'Invalid message received');
          if (++waiting >= MAX_WAITING_MESSAGES) socket.pause();
          const handle = () => {
            if (--waiting < MAX_WAITING_MESSAGES && socket.isPaused) socket.resume();
            return receive(bytes.toString());
          };
          session.inTurn(bytes.length, handle).catch((error: unknown) => handleFailure(socket, session, error));
        });
      },
    },
    session,
  );
  // The library closes a socket after a frame that is too large or invalid. Without a listener, the error would end the
  // process.
  socket.on('error', (error) => session.log.debug({ socket: session.id, error: error.message }, 'socket error'));
  socket.on('pong', () => (session.isAlive = true));
  socket.once('close', (code, reason) => {
    session.onClosed();
    reportClosed(code, String(reason)).catch((error: unknown) =>
      session.log.error({ err: error }, 'closing a socket failed'),
    );
  });
}

/**
 * Resolves when the message has been sent. A subscription waits for that, so a slow client delays only its own
 * subscriptions. Terminates the socket if more than `maxBufferedBytes` wait to be sent.
 */
function send(socket: WebSocket, message: string, maxBufferedBytes: number): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    if (socket.bufferedAmount > maxBufferedBytes) {
      socket.terminate();
      return resolve();
    }
    // An error here means that the socket was closed. Its close event handles that.
    socket.send(message, () => resolve());
  });
}

/** Returns the bytes of a message. `data` is one buffer unless another binaryType is set. */
function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

function handleFailure(socket: WebSocket, session: SocketSession, error: unknown): void {
  if (error instanceof Error && error.message.startsWith('Unexpected message of type')) {
    socket.close(CloseCode.BadRequest, 'Invalid message received');
    return;
  }
  session.log.error({ err: error, socket: session.id }, 'unexpected error on a socket');
  if (error instanceof AuthenticationUnavailableError) socket.close(TRY_AGAIN_LATER, 'Try again later');
  else socket.close(CloseCode.InternalServerError, 'Internal server error');
}

function ping(sessions: ReadonlyMap<WebSocket, SocketSession>): void {
  for (const [socket, session] of sessions) {
    if (!session.isAlive) socket.terminate();
    else if (socket.readyState === socket.OPEN) {
      session.isAlive = false;
      socket.ping();
    }
  }
}

function rejectUpgrade(connection: Duplex, status: keyof typeof STATUS_TEXT): void {
  connection.on('error', () => undefined);
  connection.end(`HTTP/1.1 ${status} ${STATUS_TEXT[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
