import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { PATIENCE_MS } from './until';

export interface Answer<T> {
  readonly data?: T | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: { readonly code: string; readonly retryAfterMs?: number };
  }[];
}

export interface Credentials {
  readonly apiKey?: string;
  readonly authorization?: string;
}

/** A client like a storefront or a back end: GraphQL over HTTP and WebSocket. */
export class GraphqlClient {
  private sockets: Client | undefined;

  constructor(
    private readonly port: number,
    readonly credentials: Credentials,
  ) {}

  as(credentials: Credentials): GraphqlClient {
    return new GraphqlClient(this.port, credentials);
  }

  async send<T>(query: string, variables: object = {}): Promise<Answer<T>> {
    const { apiKey, authorization } = this.credentials;
    const response = await fetch(`http://127.0.0.1:${this.port}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
        ...(authorization === undefined ? {} : { authorization }),
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer<T>;
  }

  /**
   * Returns the data. What answers OVERLOADED, and a query with `awaitReceipt` that ends with TIMEOUT, is sent again, as
   * the messages ask: other tests may need both cores, and a worker that has just been started needs longer than the
   * server waits.
   * @throws Error if there is no data
   */
  async data<T>(query: string, variables: object = {}): Promise<T> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    const awaitsReceipt = `${query} ${JSON.stringify(variables)}`.includes('awaitReceipt');
    for (;;) {
      const { data, errors } = await this.send<T>(query, variables);
      if (!errors && data) return data;
      const { code, retryAfterMs = 0 } = errors?.[0].extensions ?? {};
      const isTransient = code === 'OVERLOADED' || code === 'RATE_LIMITED' || (awaitsReceipt && code === 'TIMEOUT');
      if (!isTransient || Date.now() > giveUpAt) throw new Error(`${query}: ${JSON.stringify(errors)}`);
      await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
    }
  }

  /** Returns the code of the first error. */
  async code(query: string, variables?: object): Promise<string | undefined> {
    return (await this.send(query, variables)).errors?.[0].extensions.code;
  }

  subscribe<T>(query: string, variables: Record<string, unknown> = {}): AsyncIterableIterator<Answer<T>> {
    this.sockets ??= createClient({
      url: `ws://127.0.0.1:${this.port}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { ...this.credentials },
      retryAttempts: 0,
    });
    return this.sockets.iterate({ query, variables }) as AsyncIterableIterator<Answer<T>>;
  }

  async close(): Promise<void> {
    await this.sockets?.dispose();
  }
}
