import type { TadaDocumentNode } from 'gql.tada';
import { type DocumentNode, Kind, print } from '@0no-co/graphql.web';
import { type Client as SocketClient, createClient as createSocketClient } from 'graphql-ws';
import { type GraphqlFault, RequestError, requestErrorOf } from './request-error.ts';

/** State of the WebSocket. `reconnecting`: the connection was lost and the client is trying to restore it. */
export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'reconnecting';

export interface ClientOptions {
  /** URL of the endpoint; by default `/graphql` on the page's own host. */
  readonly url?: string;
  readonly apiKey: string;
  /** Returns the token of the session or the customer; called before each request and each connection. */
  readonly token?: () => Promise<string | undefined>;
  readonly onConnection?: (state: ConnectionState) => void;
  /** Called with the token when the key or the token is refused or has expired, before the next token is requested. */
  readonly onRefused?: (token: string | undefined) => void;
  /**
   * Called with each error of a field of a response that has data, unless the request or the subscription handles it
   * itself. By default, a warning on the console.
   */
  readonly onPartialError?: (error: RequestError) => void;
  /**
   * WebSocket class for runtimes without one, such as Node before 22: that of the package `ws`. For subscriptions only.
   */
  readonly webSocketImpl?: unknown;
}

export interface Sink<Result> {
  readonly next: (result: Result) => void;
  /**
   * Called when the subscription ends with an error. A lost connection does not end a subscription. An exception of
   * `next` or `partialError` ends it.
   */
  readonly error?: (error: RequestError) => void;
  /** Called after `next` with each error of a field of the same message. The subscription continues. */
  readonly partialError?: (error: RequestError) => void;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  readonly keepalive?: boolean;
  /**
   * Called with each error of a response that has data: the fields that failed are null in it, and `path` of the error
   * names them. If this function throws, the request rejects. Default: that of the client.
   */
  readonly onPartialError?: (error: RequestError) => void;
}

/** Sends queries and mutations over HTTP, and subscriptions over one WebSocket that reconnects automatically. */
export interface Client {
  /**
   * Resolves to the data of the response, also if fields of it failed and are null ({@link RequestOptions}). Rejects if
   * there is none: the request was refused, or all its root fields are null and one has failed. Rejects also if a root
   * field of a mutation has failed.
   */
  request<Result, Variables extends Record<string, unknown>>(
    document: TadaDocumentNode<Result, Variables>,
    variables: Variables,
    options?: RequestOptions,
  ): Promise<Result>;
  /**
   * Subscribes. The first message is the full current state, also after each reconnection. Returns an unsubscribe
   * function.
   */
  subscribe<Result, Variables extends Record<string, unknown>>(
    document: TadaDocumentNode<Result, Variables>,
    variables: Variables,
    sink: Sink<Result>,
  ): () => void;
  /** Reconnects with the current token. Active subscriptions continue. */
  reconnect(): void;
  /** Ends all subscriptions and closes the connection. */
  close(): void;
}

interface GraphqlResponse {
  readonly data?: object | null;
  readonly errors?: readonly GraphqlFault[];
}

interface Socket extends Pick<SocketClient, 'subscribe' | 'dispose'> {
  reconnect(): void;
}

/** Close code with which the shop ends a connection whose key or token is invalid or has expired. */
const FORBIDDEN_CLOSE_CODE = 4403;
const NORMAL_CLOSE_CODE = 1000;

/**
 * Creates a client with a key of any scope. Pages of a shop should use `storefront`, which also manages the visitor's
 * session. A failed request rejects with a {@link RequestError}; its code is `NETWORK` if the shop could not be
 * reached.
 */
export function createClient(options: ClientOptions): Client {
  const url = new URL(options.url ?? '/graphql', globalThis.location?.href);
  let connected: Socket | undefined;
  const socket = () => (connected ??= connectSocket(url, options));
  const reportPartial = options.onPartialError ?? warn;
  const send = async (
    body: string,
    { signal, keepalive }: RequestOptions,
    token: string | undefined,
  ): Promise<GraphqlResponse> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        'x-api-key': options.apiKey,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body,
      signal,
      keepalive,
    }).catch((error: Error) => {
      if (error.name === 'AbortError') throw error;
      throw new RequestError('The shop could not be reached.', 'NETWORK');
    });
    return (await response.json().catch(() => {
      throw new RequestError(`The shop answered ${response.status} without JSON.`, 'NETWORK');
    })) as GraphqlResponse;
  };
  return {
    async request(document, variables, more = {}) {
      const body = JSON.stringify({ query: print(document), variables });
      const token = await options.token?.();
      let answer = await send(body, more, token);
      // The shop may refuse a token before it expires, for example after its secret has changed. This retries only
      // once, because the key itself may be invalid.
      if (options.onRefused && refusalOf(answer)?.code === 'UNAUTHENTICATED') {
        options.onRefused(token);
        answer = await send(body, more, await options.token?.());
      }
      const refusal = refusalOf(answer) ?? (isMutation(document) ? failedRootOf(answer) : undefined);
      if (refusal !== undefined) throw refusal;
      const { onPartialError = reportPartial } = more;
      partialErrorsOf(answer).forEach((error) => onPartialError(error));
      return answer.data as never;
    },
    subscribe(document, variables, sink) {
      let isEnded = false;
      const fail = (error: RequestError) => {
        if (sink.error === undefined) return;
        try {
          sink.error(error);
        } catch (fault) {
          console.error(fault);
        }
      };
      const end = socket().subscribe(
        { query: print(document as never), variables },
        {
          next: (message) => {
            if (isEnded) return;
            const refusal = refusalOf(message);
            if (refusal !== undefined) return fail(refusal);
            // An exception in this function would close the socket, which other subscriptions share.
            try {
              sink.next(message.data as never);
              partialErrorsOf(message).forEach((error) => (sink.partialError ?? reportPartial)(error));
            } catch (error) {
              isEnded = true;
              end();
              if (sink.error === undefined) console.error(error);
              fail(error instanceof RequestError ? error : new RequestError(String(error), 'INTERNAL'));
            }
          },
          error: (error) => fail(toSubscriptionError(error)),
          complete: () => {},
        },
      );
      return end;
    },
    reconnect: () => connected?.reconnect(),
    close: () => void connected?.dispose(),
  };
}

/** Returns the first error if the response has no data: all its root fields are null. */
function refusalOf({ data, errors = [] }: GraphqlResponse): RequestError | undefined {
  if (errors.length === 0 || Object.values(data ?? {}).some((value) => value !== null)) return undefined;
  return requestErrorOf(errors);
}

/** Returns the first error of a root field. */
function failedRootOf({ errors = [] }: GraphqlResponse): RequestError | undefined {
  const failed = errors.filter(({ path }) => path?.length === 1);
  return failed.length === 0 ? undefined : requestErrorOf(failed);
}

/** Returns the errors of the fields that are null in a response. */
function partialErrorsOf({ errors = [] }: GraphqlResponse): readonly RequestError[] {
  return errors.map((error) => requestErrorOf([error]));
}

function isMutation(document: unknown): boolean {
  return (document as DocumentNode).definitions.some(
    (one) => one.kind === Kind.OPERATION_DEFINITION && (one.operation as string) === 'mutation',
  );
}

function warn({ path, message }: RequestError): void {
  console.warn(`${path?.join('.') ?? 'A field'} is missing in the response: ${message}`);
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
        // Rethrowing would end every subscription for good (4005). Terminating the socket (4499) makes it reconnect.
        socket.terminate();
        return undefined;
      } finally {
        isAsking = false;
      }
    },
    lazy: true,
    // Navigating between pages of a shop must not cause a reconnection.
    lazyCloseTimeout: 5_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    // Backs off from 0.5 s to 10 s with jitter, so that pages don't all reconnect together after a restart.
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
        if (code === FORBIDDEN_CLOSE_CODE) onRefused?.(shown);
        // The client closes the socket with the normal code when no subscription is left.
        onConnection?.(code === NORMAL_CLOSE_CODE ? 'idle' : 'reconnecting');
      },
    },
  });
  return {
    subscribe: (payload, sink) => socket.subscribe(payload, sink),
    dispose: () => socket.dispose(),
    reconnect: () => {
      // While the token is still being requested, the connection can use the new one without being closed.
      if (isAsking) isOutdated = true;
      else socket.terminate();
    },
  };
}

function toSubscriptionError(error: unknown): RequestError {
  if (Array.isArray(error)) return requestErrorOf(error);
  if (error instanceof Error) return new RequestError(error.message, 'NETWORK');
  return new RequestError((error as CloseEvent).reason || 'The connection was closed.', 'NETWORK');
}
