import type { GraphQLSchema } from 'graphql';
import { Registry } from 'prom-client';
import type { PubSub } from 'type-graphql';
import type { Authenticate } from '../../src/graphql/credentials';
import type { Config } from '../../src/config';
import type { Viewer } from '../../src/graphql/context';
import { ApiError } from '../../src/graphql/errors';
import type { ServerLimits } from '../../src/graphql/limits/limits';
import { buildGraphqlSchema } from '../../src/graphql/schema';
import { createServer, type GraphqlServer } from '../../src/graphql/server';
import { OperationMetrics } from '../../src/monitoring/operation-metrics.service';
import { createLog } from '../../src/platform/log';
import { ToyResolver } from './toy.resolver';

export interface Door {
  readonly url: string;
  readonly wsUrl: string;
  readonly server: GraphqlServer;
  readonly post: (body: unknown, headers?: Record<string, string>) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly data?: Record<string, unknown> | null;
  readonly errors?: { message: string; path?: unknown[]; extensions: { code: string; errorId?: string } }[];
}

const SCOPES = ['STOREFRONT', 'SERVER', 'ADMIN'] as const;

/** The keys `storefront`, `server` and `admin` are valid; the token `soon` expires after 300 ms. */
export const toyAuthenticate: Authenticate = async ({ apiKey, authorization }) => {
  if (apiKey === undefined) return null;
  const scope = SCOPES.find((name) => name.toLowerCase() === apiKey);
  if (scope === undefined) throw new ApiError('UNAUTHENTICATED', 'The key is unknown');
  if (authorization === 'Bearer soon')
    return { scope, keyId: apiKey, sessionId: 's', tokenExpiresAt: Date.now() + 300 };
  return { scope, keyId: apiKey } satisfies Viewer;
};

/** Starts a server on a free port, with the toy schema unless another one is given. */
export async function openDoor(
  options: {
    readonly schema?: GraphQLSchema;
    readonly pubSub?: PubSub;
    readonly authenticate?: Authenticate;
    readonly config?: Partial<Config>;
    readonly limits?: Partial<ServerLimits>;
    readonly ready?: () => { ready: boolean; reasons: string[]; degraded: string[] };
  } = {},
): Promise<Door> {
  const server = await createServer({
    observer: new OperationMetrics(new Registry()),
    config: {
      host: '127.0.0.1',
      port: 0,
      corsOrigins: [],
      maxDepth: 12,
      maxBodyBytes: 100_000,
      nodeEnv: 'test',
      rateLimit: 20_000,
      trustedProxies: ['private'],
      ...options.config,
    },
    log: createLog({ logLevel: 'silent' }),
    schema: options.schema ?? buildGraphqlSchema([new ToyResolver()], options.pubSub),
    authenticate: options.authenticate ?? toyAuthenticate,
    ready: options.ready ?? (() => ({ ready: true, reasons: [], degraded: [] })),
    limits: options.limits,
  });
  const { port } = await server.listen();
  const url = `http://127.0.0.1:${port}/graphql`;
  return {
    url,
    wsUrl: url.replace('http', 'ws'),
    server,
    post: async (body, headers = {}) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      return { status: response.status, headers: response.headers, ...((await response.json()) as object) };
    },
    close: () => server.close(),
  };
}
