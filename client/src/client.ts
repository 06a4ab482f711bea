import type { TadaDocumentNode } from 'gql.tada';
import { print } from '@0no-co/graphql.web';
import { type Client as SocketClient, createClient as createSocketClient } from 'graphql-ws';
import { type GraphqlFault, RequestError, requestErrorOf } from './request-error.ts';

/** Whether live answers arrive. `reconnecting`: the connection was lost, and is being sought. */
export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'reconnecting';

export interface ClientOptions {
  /** The endpoint; by default `/graphql` of the page's own host. */
  readonly url?: string;
  readonly apiKey: string;
  /** The session's or the customer's token, asked for before each request. */
  readonly token?: () => Promise<string | undefined>;
  readonly onConnection?: (state: ConnectionState) => void;
  /** Key or token were refused, or the token has ended, before the next one is asked for. Told which token. */
  readonly onRefused?: (token: string | undefined) => void;
  /** Where there is none, as in Node before 22: that of the package `ws`. Needed to subscribe only. */
  readonly webSocketImpl?: unknown;
}

export interface Sink<Result> {
  readonly next: (result: Result) => void;
  /** The subscription has ended with it; losing the connection is no such end. */
  readonly error?: (error: RequestError) => void;
}

/** Queries and mutations over HTTP, subscriptions over one WebSocket that comes back by itself. */
export interface Client {
  request<Result, Variables extends Record<string, unknown>>(
    document: TadaDocumentNode<Result, Variables>,
    variables: Variables,
    options?: { readonly signal?: AbortSignal; readonly keepalive?: boolean },
  ): Promise<Result>;
  /** Starts with the full current state, after each reconnection too. Returns how to end it. */
  subscribe<Result, Variables extends Record<string, unknown>>(
    document: TadaDocumentNode<Result, Variables>,
    variables: Variables,
    sink: Sink<Result>,
  ): () => void;
  /** Connects anew, as whoever the token names now; what is subscribed goes on. */
  reconnect(): void;
  /** Ends all subscriptions. */
  close(): void;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly GraphqlFault[];
}

interface Socket extends Pick<SocketClient, 'subscribe' | 'dispose'> {
  reconnect(): void;
}

/** The shop ends a connection with it whose key or token is not good, or no longer: with its end too. */
const FORBIDDEN = 4403;
const NORMAL_CLOSURE = 1000;

/**
 * A client with a key of any scope. A page of a shop rather takes `storefront`, which keeps a visit too.
 * A request fails with a {@link RequestError}; where the shop could not be reached its code is `NETWORK`.
 */
export function createClient(options: ClientOptions): Client {
  const url = new URL(options.url ?? '/graphql', globalThis.location?.href);
  let connected: Socket | undefined;
  const socket = () => (connected ??= connectSocket(url, options));
  const post = async <Result, Variables extends Record<string, unknown>>(
    document: TadaDocumentNode<Result, Variables>,
    variables: Variables,
    { signal, keepalive }: { readonly signal?: AbortSignal; readonly keepalive?: boolean },
    token: string | undefined,
  ): Promise<Result> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        'x-api-key': options.apiKey,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query: print(document as never), variables }),
      signal,
      keepalive,
    }).catch((error: Error) => {
      if (error.name === 'AbortError') throw error;
      throw new RequestError('The shop could not be reached.', 'NETWORK');
    });
    const answer = (await response.json().catch(() => {
      throw new RequestError(`The shop answered ${response.status} without JSON.`, 'NETWORK');
    })) as Answer;
    if (answer.errors !== undefined && answer.errors.length > 0) throw requestErrorOf(answer.errors);
    return answer.data as never;
  };
  return {
    async request(document, variables, more = {}) {
      const token = await options.token?.();
      try {
        return await post(document, variables, more, token);
      } catch (error) {
        // A token may end before its time, as when the shop's secret is another one. Once: the key itself may be bad.
        if (!options.onRefused || !(error instanceof RequestError) || error.code !== 'UNAUTHENTICATED') throw error;
        options.onRefused(token);
        return post(document, variables, more, await options.token?.());
      }
    },
    subscribe(document, variables, sink) {
      return socket().subscribe(
        { query: print(document as never), variables },
        {
          next: ({ data, errors }) => {
            if (errors !== undefined && errors.length > 0) sink.error?.(requestErrorOf(errors));
            else sink.next(data as never);
          },
          error: (error) => sink.error?.(endOf(error)),
          complete: () => {},
        },
      );
    },
    reconnect: () => connected?.reconnect(),
    close: () => void connected?.dispose(),
  };
}

function connectSocket(url: URL, options: ClientOptions): Socket {
  const { apiKey, token, onConnection, onRefused, webSocketImpl } = options;
  let shown: string | undefined;
  let isAsking = false;
  let isOutdated = false;
  const socket = createSocketClient({
    webSocketImpl,
    url: url.href.replace(/^http/, 'ws'),
    connectionParams: async () => {
      isAsking = true;
      try {
        do {
          isOutdated = false;
          shown = await token?.();
        } while (isOutdated);
        return { apiKey, ...(shown === undefined ? {} : { authorization: `Bearer ${shown}` }) };
      } catch {
        // Thrown on, it would end every subscription for good (4005); so the socket ends (4499), and comes back.
        socket.terminate();
        return undefined;
      } finally {
        isAsking = false;
      }
    },
    lazy: true,
    // Going from page to page of a shop is no reason to connect again.
    lazyCloseTimeout: 5_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    // Half a second to ten, jittered, so that a restart is not met by every page at once.
    retryWait: async (retries) => {
      const most = Math.min(10_000, 500 * 2 ** retries);
      await new Promise((resolve) => setTimeout(resolve, most / 2 + (Math.random() * most) / 2));
    },
    shouldRetry: () => true,
    on: {
      connecting: (isRetry) => onConnection?.(isRetry ? 'reconnecting' : 'connecting'),
      connected: () => onConnection?.('connected'),
      closed: (event) => {
        const { code } = event as CloseEvent;
        if (code === FORBIDDEN) onRefused?.(shown);
        // Normal is what closes by itself once nothing is subscribed any more.
        onConnection?.(code === NORMAL_CLOSURE ? 'idle' : 'reconnecting');
      },
    },
  });
  return {
    subscribe: (payload, sink) => socket.subscribe(payload, sink),
    dispose: () => socket.dispose(),
    reconnect: () => {
      // A connection that has yet to say who it is need not be lost to say somebody else.
      if (isAsking) isOutdated = true;
      else socket.terminate();
    },
  };
}

function endOf(error: unknown): RequestError {
  if (Array.isArray(error)) return requestErrorOf(error);
  if (error instanceof Error) return new RequestError(error.message, 'NETWORK');
  return new RequestError((error as CloseEvent).reason || 'The connection was closed.', 'NETWORK');
}
