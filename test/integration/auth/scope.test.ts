import { ApiKeyService } from '../../../src/auth/api-key.service';
import { createAuthenticate } from '../../../src/auth/authenticate';
import { type Credentials } from '../../../src/graphql/credentials';
import { TokenService } from '../../../src/auth/token.service';
import { RESOLVERS } from '../../../src/resolvers';
import { buildGraphqlSchema } from '../../../src/graphql/schema';
import { allows, type Scope } from '../../../src/graphql/scope';
import { fieldsOf } from '../../../src/graphql/enforce-scopes';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { connectPrisma } from '../../../src/platform/prisma';
import { anyInstance, anyValue } from '../../setup/any-value';
import { type Door, openDoor } from '../../setup/door';
import { type FieldOperation, fieldOperations } from '../../setup/field-operations';
import { RawSocket } from '../../setup/raw-socket';
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

describe('every field of the schema, requested with every scope', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let door: Door;
  const credentials: Partial<Record<Who, Credentials>> = {};

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    const prisma = connectPrisma(pool, shop.namespace);
    const keys = new ApiKeyService(prisma);
    const tokens = new TokenService(prisma, { namespace: shop.namespace });
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
    const roots = [SCHEMA.getQueryType(), SCHEMA.getMutationType(), SCHEMA.getSubscriptionType()];
    const names = roots.flatMap((type) => (type ? fieldsOf(type).map((field) => `${type.name}.${field.name}`) : []));
    expect(OPERATIONS.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    expect(names.length).toBeGreaterThan(0);
  });

  it.each(WHO)('over HTTP: %s', async (who) => {
    const { apiKey, authorization } = credentials[who]!;
    const headers = { ...(apiKey && { 'x-api-key': apiKey }), ...(authorization && { authorization }) };
    const verdicts: Record<string, string> = {};
    for (const { name, kind, source } of OPERATIONS) {
      const { data, errors } = await door.post({ query: source }, headers);
      // A subscription is refused on HTTP as such, before any of it runs.
      if (kind === 'subscription') expect([data, errors?.[0].extensions.code]).toEqual([undefined, 'BAD_USER_INPUT']);
      else verdicts[name] = verdict({ data, errors });
    }
    const asked = OPERATIONS.filter(({ kind }) => kind !== 'subscription');
    expect(verdicts).toEqual(Object.fromEntries(asked.map((operation) => [operation.name, expected(who, operation)])));
  });

  it.each(WHO)('over WebSocket: %s', async (who) => {
    const socket = await new RawSocket(door.wsUrl).init({ ...credentials[who] });
    const verdicts: Record<string, string> = {};
    for (const { name, source } of OPERATIONS) {
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
      Object.fromEntries(OPERATIONS.map((operation) => [operation.name, expected(who, operation)])),
    );
  });
});
