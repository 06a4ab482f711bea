import fastify from 'fastify';
import { ApiKeyService } from '../../../src/auth/api-key.service';
import { createAuthenticate } from '../../../src/auth/authenticate';
import { type Credentials } from '../../../src/graphql/credentials';
import { TokenService } from '../../../src/auth/token.service';
import { buildGraphqlSchema } from '../../../src/graphql/schema';
import { allows, FOR_OPERATORS, type Scope, SCOPES } from '../../../src/graphql/scope';
import { fieldsOf, scopeOfField } from '../../../src/graphql/enforce-scopes';
import { DemoBackEnd } from '../../../src/demo/back-end.service';
import { serveDemoBackEnd } from '../../../src/demo/back-end.route';
import { serveEvents } from '../../../src/events/event.route';
import { EventService } from '../../../src/events/event.service';
import type { Viewer } from '../../../src/graphql/context';
import { sendErrorsAsGraphql } from '../../../src/graphql/http/http-errors';
import { enforceRouteAccess } from '../../../src/graphql/http/route-access';
import { serveBacklog } from '../../../src/monitoring/backlog.route';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { connectPrisma } from '../../../src/platform/prisma';
import { anyInstance, anyValue } from '../../setup/any-value';
import { type Door, openDoor } from '../../setup/door';
import { type FieldOperation, fieldOperations } from '../../setup/field-operations';
import { RawSocket } from '../../setup/raw-socket';
import { RESOLVERS } from '../../setup/resolvers';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const WHO = ['nobody', 'storefront', 'storefront with a token', 'server', 'admin'] as const;
type Who = (typeof WHO)[number];
const SCOPE_OF: Record<Who, Scope | null> = {
  nobody: null,
  storefront: 'STOREFRONT',
  'storefront with a token': 'STOREFRONT',
  server: 'SERVER',
  admin: 'ADMIN',
};

const GATE_CODES = ['UNAUTHENTICATED', 'FORBIDDEN'];

/**
 * The gate's result: its code, or `passed`. The resolvers behind it return arbitrary values, so any other execution
 * error happened after the gate. An operation that was not executed proves nothing about the gate, and is reported.
 */
function verdict({ data, errors }: { data?: unknown; errors?: readonly { extensions: { code: string } }[] }): string {
  const codes = (errors ?? []).map(({ extensions }) => extensions.code);
  const refusal = codes.find((code) => GATE_CODES.includes(code));
  return refusal ?? (data === undefined ? `not executed: ${codes.join()}` : 'passed');
}

function expected(who: Who, operation: FieldOperation): string {
  const scope = SCOPE_OF[who];
  if (scope === null) return 'UNAUTHENTICATED';
  return allows(scope, operation.scope) ? 'passed' : 'FORBIDDEN';
}

const SCHEMA = buildGraphqlSchema(RESOLVERS.map(anyInstance), {
  publish: () => undefined,
  subscribe: async function* () {
    yield anyValue();
  },
});
const OPERATIONS = fieldOperations(SCHEMA);
const ROOTS = [SCHEMA.getQueryType(), SCHEMA.getMutationType(), SCHEMA.getSubscriptionType()].flatMap((type) =>
  type ? fieldsOf(type).map((field) => `${type.name}.${field.name}`) : [],
);
const ROOT_OPERATIONS = OPERATIONS.filter(({ name }) => ROOTS.includes(name));
/** HTTP has no subscriptions, and the other fields are asked for there. */
const SOCKET_OPERATIONS = OPERATIONS.filter(
  (operation) => operation.kind === 'subscription' || ROOT_OPERATIONS.includes(operation),
);
/** A token gives a storefront key no other scope, and without a key every root field is refused. */
const ASKED: Record<Who, readonly FieldOperation[]> = {
  nobody: ROOT_OPERATIONS,
  storefront: OPERATIONS,
  'storefront with a token': ROOT_OPERATIONS,
  server: OPERATIONS,
  admin: OPERATIONS,
};

describe('every field of the schema, requested with each scope', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let door: Door;
  const credentials: Partial<Record<Who, Credentials>> = {};
  const secrets: Partial<Record<Scope, string>> = {};

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    const prisma = connectPrisma(pool, shop.namespace);
    const keys = new ApiKeyService({ pool, prisma });
    const tokens = new TokenService({ pool, prisma }, { namespace: shop.namespace });
    const secretOf = async (scope: Scope): Promise<string> => (await keys.create({ scope, name: scope })).secret;
    const storefront = await secretOf('STOREFRONT');
    const { token } = await tokens.issue({ customerId: 'x', sessionId: 'x' }, 3_600);
    Object.assign(credentials, {
      nobody: {},
      storefront: { apiKey: storefront },
      'storefront with a token': { apiKey: storefront, authorization: `Bearer ${token}` },
      server: { apiKey: await secretOf('SERVER') },
      admin: { apiKey: await secretOf('ADMIN') },
    } satisfies Record<Who, Credentials>);
    secrets.OPERATOR = await secretOf('OPERATOR');
    secrets.ADVERTISER = (await keys.create({ scope: 'ADVERTISER', name: 'a', advertiserId: 'a' })).secret;
    Object.assign(secrets, {
      STOREFRONT: storefront,
      SERVER: credentials.server!.apiKey,
      ADMIN: credentials.admin!.apiKey,
    });
    const limits = { maxOperationsPerSocket: 10_000 };
    const config = { rateLimit: 0 }; // Each field is a request.
    door = await openDoor({ schema: SCHEMA, authenticate: createAuthenticate(keys, tokens), limits, config });
  });

  afterAll(async () => {
    await door?.close();
    await pool?.end();
    await shop?.drop();
  });

  it('covers every root field', () => {
    expect(ROOT_OPERATIONS.map(({ name }) => name)).toEqual(ROOTS);
    expect(ROOTS.length).toBeGreaterThan(0);
  });

  it.each(['OPERATOR', 'ADVERTISER'] as const)('lets a key with scope %s use only its root fields', async (scope) => {
    for (const type of [SCHEMA.getQueryType()!, SCHEMA.getMutationType()!])
      for (const field of fieldsOf(type)) {
        const { name, source } = OPERATIONS.find((operation) => operation.name === `${type.name}.${field.name}`)!;
        const { data, errors } = await door.post({ query: source }, { 'x-api-key': secrets[scope]! });
        const isOpen =
          allows(scope, scopeOfField(SCHEMA, type, field)!) ||
          (scope === 'OPERATOR' && field.extensions[FOR_OPERATORS] === true);
        expect([name, verdict({ data, errors })]).toEqual([name, isOpen ? 'passed' : 'FORBIDDEN']);
      }
  });

  it.each(WHO)('over HTTP: %s', async (who) => {
    const { apiKey, authorization } = credentials[who]!;
    const headers = { ...(apiKey && { 'x-api-key': apiKey }), ...(authorization && { authorization }) };
    const verdicts: Record<string, string> = {};
    for (const { name, kind, source } of ASKED[who]) {
      const { data, errors } = await door.post({ query: source }, headers);
      // A subscription is refused on HTTP as such, before any of it runs.
      if (kind === 'subscription') expect([data, errors?.[0].extensions.code]).toEqual([undefined, 'BAD_USER_INPUT']);
      else verdicts[name] = verdict({ data, errors });
    }
    const asked = ASKED[who].filter(({ kind }) => kind !== 'subscription');
    expect(verdicts).toEqual(Object.fromEntries(asked.map((operation) => [operation.name, expected(who, operation)])));
  });

  it('over WebSocket, only with a key', async () => {
    const socket = await new RawSocket(door.wsUrl).opened();
    socket.say({ type: 'connection_init', payload: { ...credentials.nobody } });
    expect((await socket.closed).code).toBe(4403);
  });

  it.each(WHO.filter((who) => who !== 'nobody'))('root fields and subscriptions over WebSocket: %s', async (who) => {
    const socket = await new RawSocket(door.wsUrl).init({ ...credentials[who] });
    const verdicts: Record<string, string> = {};
    for (const { name, source } of SOCKET_OPERATIONS) {
      socket.subscribe(name, source);
      const heard = await socket.until(({ id, type }) => id === name && type !== 'ping');
      // `error` carries the errors of an operation that was not executed, `next` a result.
      verdicts[name] = verdict(
        (heard.type === 'error' ? { errors: heard.payload } : heard.payload) as Parameters<typeof verdict>[0],
      );
      socket.say({ type: 'complete', id: name });
    }
    socket.close();
    expect(verdicts).toEqual(
      Object.fromEntries(SOCKET_OPERATIONS.map((operation) => [operation.name, expected(who, operation)])),
    );
  });
});

describe('every HTTP route, requested with every scope', () => {
  it('declares who may call it', async () => {
    const app = fastify();
    const listRoutes = enforceRouteAccess(app, async () => null);
    app.get('/open', { config: { access: 'PUBLIC' } }, async () => 'ok');
    app.post('/forgotten', async () => 'ok');
    expect(listRoutes).toThrow('No access is declared for POST /forgotten');
    expect((await app.inject({ method: 'POST', url: '/forgotten' })).statusCode).toBe(500);
    await app.close();
  });

  it.each(SCOPES)('refuses %s keys before it reads the body, unless the route is theirs', async (scope) => {
    const app = fastify();
    sendErrorsAsGraphql(app);
    let viewer: Viewer | null = { scope, keyId: 'k', sessionId: 's' };
    const listRoutes = enforceRouteAccess(app, async () => viewer);
    app.decorateRequest('client', null);
    serveEvents({ fastify: app }, anyInstance(EventService) as never);
    serveBacklog(app, { pool: anyValue(), reached: anyValue() } as never);
    serveDemoBackEnd({ fastify: app }, anyInstance(DemoBackEnd) as never);
    const routes = listRoutes().filter(({ method }) => method !== 'HEAD');
    expect(routes.length).toBeGreaterThanOrEqual(6);
    for (const { method, url, access } of routes) {
      const ask = async () => {
        const response = await app.inject({
          method: method as 'GET' | 'POST',
          url,
          headers: { 'content-type': 'application/json' },
          payload: method === 'POST' ? '{' : undefined,
        });
        return response.json<{ errors?: { message: string; extensions: { code: string } }[] }>().errors?.[0];
      };
      viewer = { scope, keyId: 'k', sessionId: 's' };
      const isRefused = (await ask())?.message.includes('requires a key with scope') === true;
      expect([url, isRefused]).toEqual([url, !allows(scope, access as Scope)]);
      viewer = { scope, keyId: 'k', orderId: 'o1' };
      if (method === 'POST') expect((await ask())?.extensions.code).toBe('FORBIDDEN');
      viewer = null;
      expect((await ask())?.extensions.code).toBe('UNAUTHENTICATED');
    }
    await app.close();
  });
});
