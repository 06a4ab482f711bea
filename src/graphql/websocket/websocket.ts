import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { GraphQLSchema } from 'graphql';
import { CloseCode, handleProtocols, type Server as Protocol } from 'graphql-ws';
import { type RawData, type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import type { Authenticate } from '../credentials';
import type { TrustedProxies } from '../http/client-address';
import type { Context, Viewer } from '../context';
import { ApiError } from '../errors';
import { isShopKey } from '../scope';
import { type ClientLimits, clientKey, visitKey } from '../limits/client-limits';
import type { ServerLimits } from '../limits/limits';
import type { OperationObserver } from '../operation-observer';
import type { OperationRules } from '../limits/operation-rules';
import type { TurnRules } from '../limits/turns';
import { isAllowedOrigin } from '../http/origin';
import { recheckKeys } from './recheck-keys';
import { AuthenticationUnavailableError, socketOperations, TooManySocketsError } from './socket-operations';
import { SocketSession } from './socket-session';

const GOING_AWAY = 1001;
/**
 * The WebSocket close code "Try Again Later" of the IANA registry. The code of graphql-ws for server errors, 4500, is
 * not used for temporary errors, because its clients do not reconnect after it.
 */
const TRY_AGAIN_LATER = 1013;
const MESSAGE_TOO_BIG = 1009;
const STATUS_TEXT = {
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
} as const;
/** How long a client has to answer a close frame. */
const CLOSE_TIMEOUT_MS = 2_000;
/** A message that has taken more bytes than this, and is not complete, counts as one of the largest size. */
const LARGE_MESSAGE_BYTES = 65_536;
/** Size of the header of a client's ping or pong. */
const CONTROL_FRAME_BYTES = 6;
/** How often a message that waits for others looks whether they have been sent. */
const DRAIN_CHECK_MS = 50;

/** Memory of a message that waits, in addition to its content, in bytes. */
const MESSAGE_BYTES = 1_024;
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
    readonly clients: ClientLimits;
    readonly observer: OperationObserver;
    readonly proxies: TrustedProxies;
    readonly corsOrigins: readonly string[];
  },
): SocketServer {
  const { limits, clients, log } = options;
  const protocol = socketOperations(options);
  const webSocketServer = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxBodyBytes,
    handleProtocols,
    closeTimeout: CLOSE_TIMEOUT_MS,
  } as ServerOptions);
  const sessions = new Map<WebSocket, SocketSession>();
  const openConnections = new Set<Socket>();
  const closedBytes = { received: 0, sent: 0 };

  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    if (request.url?.split('?')[0] !== '/graphql') return rejectUpgrade(connection, 404);
    if (!isAllowedOrigin(request.headers, options.corsOrigins)) return rejectUpgrade(connection, 403);
    if (sessions.size >= limits.maxSockets) return rejectUpgrade(connection, 503);
    const address = options.proxies.clientOf(request.socket.remoteAddress, request.headers['x-forwarded-for']);
    const places = takePlaces(clients, connection, address);
    if (places === null) return rejectUpgrade(connection, 429);
    webSocketServer.handleUpgrade(request, connection, head, (socket) => {
      // Forbidden is the close code for a key or token that is no longer valid.
      const session = new SocketSession(
        ...([randomUUID(), address, log, socket, CloseCode.Forbidden] as const),
        places.authenticated,
        options.turnRules,
      );
      sessions.set(socket, session);
      const unwatch = clients.unread.watch(session);
      const tcpSocket = request.socket;
      openConnections.add(tcpSocket);
      socket.once('close', () => {
        sessions.delete(socket);
        unwatch();
        openConnections.delete(tcpSocket);
        closedBytes.received += tcpSocket.bytesRead;
        closedBytes.sent += tcpSocket.bytesWritten;
      });
      serveSocket(protocol, socket, session, limits, clients);
      boundMessages(tcpSocket, socket, session, limits, clients);
    });
  });

  const pinging = setInterval(() => sessions.forEach((session) => session.ping()), limits.keepAliveMs);
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
  clients: ClientLimits,
): void {
  const reportClosed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (message) => {
        session.turns.payForBytes(message.length);
        return send(socket, session, message, limits);
      },
      close: (code, reason) => socket.close(code, reason),
      onMessage: (receive) => {
        let waiting = 0;
        socket.on('message', (data: RawData) => {
          const bytes = bytesOf(data);
          if (session.viewer === null && bytes.length > limits.maxBytesWithoutKey) return socket.close(MESSAGE_TOO_BIG);
          // The library checks text frames only.
          if (!isUtf8(bytes)) return socket.close(CloseCode.BadRequest, 'Invalid message received');
          if (!isShopKey(session.viewer?.scope) && bytes.length > limits.maxVisitorBytes)
            return socket.close(MESSAGE_TOO_BIG);
          const release = clients.requestBytes.take(session.limitKey(), bytes.length + MESSAGE_BYTES);
          if (release === null) return socket.close(TRY_AGAIN_LATER, 'Too many messages');
          if (++waiting >= MAX_WAITING_MESSAGES) socket.pause();
          const handle = () => {
            release();
            if (--waiting < MAX_WAITING_MESSAGES && socket.isPaused) socket.resume();
            return receive(bytes.toString());
          };
          session.inTurn(bytes.length, handle).catch((error: unknown) => {
            release();
            handleFailure(socket, session, error);
          });
        });
      },
    },
    session,
  );
  // The library closes a socket after a frame that is too large or invalid. Without a listener, the error would end the
  // process.
  socket.on('error', (error) => session.log.debug({ socket: session.id, error: error.message }, 'socket error'));
  socket.on('pong', (content) => session.onPong(content));
  socket.once('close', (code, reason) => {
    session.onClosed();
    reportClosed(code, String(reason)).catch((error: unknown) =>
      session.log.error({ err: error }, 'closing a socket failed'),
    );
  });
}

/**
 * Resolves when the message has been sent. A subscription waits for that, so a slow client delays only its own
 * subscriptions. The message waits while more than `maxBufferedBytes` do, because messages that are ready together can't
 * leave at once. The socket is terminated if they have not left within `sendTimeoutMs`, and if more waits than for a
 * whole address.
 */
async function send(socket: WebSocket, session: SocketSession, message: string, limits: ServerLimits): Promise<void> {
  const { maxBufferedBytes, sendTimeoutMs, maxBufferedBytesPerAddress } = limits;
  if (socket.bufferedAmount > maxBufferedBytes) {
    session.heldBytes += message.length;
    if (session.unreadBytes() > maxBufferedBytesPerAddress) session.end();
    const until = performance.now() + sendTimeoutMs;
    while (session.isOpen && socket.bufferedAmount > maxBufferedBytes) {
      if (performance.now() > until) session.end();
      else await wait(DRAIN_CHECK_MS);
    }
    session.heldBytes -= message.length;
  }
  // An error here means that the socket was closed. Its close event handles that.
  if (session.isOpen) await new Promise<void>((resolve) => socket.send(message, () => resolve()));
}

/**
 * Takes the places of a new socket in the limits until its connection ends. The shop's own sockets give their places
 * back when their key is known.
 * @returns null if the address has too many sockets
 */
function takePlaces(clients: ClientLimits, connection: Duplex, address: string | null) {
  const client = clientKey(null, address);
  const opening = clients.openingSockets.take(client);
  const place = opening && clients.sockets.take(client);
  const releases = [opening, place].filter((release) => release !== null);
  connection.once('close', () => releases.forEach((release) => release()));
  if (opening === null || place === null) {
    opening?.();
    return null;
  }
  return {
    authenticated: (viewer: Viewer): void => {
      opening();
      if (clientKey(viewer, address) === null) place();
      const ofVisit = clients.visitSockets.take(visitKey(viewer));
      if (ofVisit === null) throw new TooManySocketsError('The visit has too many sockets.');
      releases.push(ofVisit);
    },
  };
}

/**
 * Bounds the bytes of messages that have not arrived completely: those of one address count together with its requests
 * over HTTP, and before the key is known, a message is small.
 */
function boundMessages(
  connection: Socket,
  socket: WebSocket,
  session: SocketSession,
  limits: ServerLimits,
  { requestBytes }: ClientLimits,
): void {
  let completeBytes = connection.bytesRead;
  let release: (() => void) | null = null;
  const arrived = () => {
    completeBytes = connection.bytesRead;
    release?.();
    release = null;
  };
  const controlled = (content: Buffer) => (completeBytes += CONTROL_FRAME_BYTES + content.length);
  socket.on('message', arrived);
  socket.on('ping', controlled);
  socket.on('pong', controlled);
  socket.once('close', arrived);
  connection.on('data', () => {
    const bytes = connection.bytesRead - completeBytes;
    if (session.viewer === null && bytes > limits.maxBytesWithoutKey) {
      socket.close(MESSAGE_TOO_BIG);
      socket.terminate();
    } else if (bytes > LARGE_MESSAGE_BYTES && release === null) {
      release = requestBytes.take(session.limitKey(), limits.maxBodyBytes);
      if (release === null) socket.close(TRY_AGAIN_LATER, 'Too many messages at a time');
    }
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
  if (error instanceof TooManySocketsError) return socket.close(TRY_AGAIN_LATER, 'Too many sockets');
  // Too many of its messages wait for their turn.
  if (error instanceof ApiError) return socket.close(TRY_AGAIN_LATER, 'Try again later');
  session.log.error({ err: error, socket: session.id }, 'unexpected error on a socket');
  if (error instanceof AuthenticationUnavailableError) socket.close(TRY_AGAIN_LATER, 'Try again later');
  else socket.close(CloseCode.InternalServerError, 'Internal server error');
}

function rejectUpgrade(connection: Duplex, status: keyof typeof STATUS_TEXT): void {
  connection.on('error', () => undefined);
  connection.end(`HTTP/1.1 ${status} ${STATUS_TEXT[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
