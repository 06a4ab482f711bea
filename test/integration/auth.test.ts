import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { ApiKeyResolver } from '../../src/auth/api-key.resolver';
import { ApiKeyService, KEY_CACHE_MS } from '../../src/auth/api-key.service';
import { type Authenticate, createAuthenticate } from '../../src/auth/authenticate';
import { SessionResolver } from '../../src/auth/session.resolver';
import { TokenService } from '../../src/auth/token.service';
import { ApiError } from '../../src/graphql/errors';
import { buildGraphqlSchema } from '../../src/graphql/schema';
import { connectPostgres, type Pool } from '../../src/platform/postgres';
import { connectPrisma, type PrismaClient } from '../../src/platform/prisma';
import { type Door, openDoor } from '../setup/door';
import { RawSocket } from '../setup/raw-socket';
import { testNamespace, type TestNamespace } from '../setup/shop';

const unauthenticated = expect.objectContaining({ code: 'UNAUTHENTICATED' });
const SECRET = 'a secret that two shops share by mistake';

describe('keys and tokens', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let prisma: PrismaClient;
  let keys: ApiKeyService;
  let tokens: TokenService;
  let authenticate: Authenticate;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
    prisma = connectPrisma(pool, shop.namespace);
    keys = new ApiKeyService(prisma);
    tokens = new TokenService(prisma, { namespace: shop.namespace });
    authenticate = createAuthenticate(keys, tokens);
  });
  afterAll(async () => {
    await pool?.end();
    await shop?.drop();
  });

  describe('a key', () => {
    it('is kept as a hash only', async () => {
      const { secret, key } = await keys.create({ scope: 'SERVER', name: 'back end' });
      expect(secret).toMatch(/^fk_v_[0-9A-Za-z]{33}$/);
      const row = await prisma.apiKey.findUniqueOrThrow({ where: { id: key.id } });
      expect(Buffer.from(row.secretHash)).toEqual(createHash('sha256').update(secret).digest());
      const dump = await pool.query<{ row: string }>('SELECT api_keys::text AS row FROM api_keys');
      expect(JSON.stringify(dump.rows)).not.toContain(secret.slice(9));
      expect(await authenticate({ apiKey: secret })).toEqual({ scope: 'SERVER', keyId: key.id });
      expect(await authenticate({ authorization: `Bearer ${secret}` })).toEqual({ scope: 'SERVER', keyId: key.id });
    });

    it.each(['', 'fk_a_unknown', 'x'.repeat(10_000), 'fk_a_\u0000'])(
      'that is unknown is refused: %#',
      async (apiKey) => {
        if (apiKey === '') return expect(await authenticate({ apiKey })).toBeNull();
        await expect(authenticate({ apiKey })).rejects.toThrow(unauthenticated);
      },
    );

    it('ends when it expires', async () => {
      let now = Date.now();
      const clocked = new ApiKeyService(prisma, undefined, () => now);
      const { secret } = await clocked.create({ scope: 'ADMIN', name: 'short', expiresAt: new Date(now + 1_000) });
      expect(await clocked.authenticate(secret)).toMatchObject({ scope: 'ADMIN' });
      now += 1_000;
      await expect(clocked.authenticate(secret)).rejects.toThrow('expired');
    });

    it('ends when it is revoked, here at once and in other processes within seconds', async () => {
      const elsewhere = new ApiKeyService(prisma);
      const { secret, key } = await keys.create({ scope: 'SERVER', name: 'leaked' });
      await Promise.all([keys.authenticate(secret), elsewhere.authenticate(secret)]);
      expect(await keys.revoke(key.id)).toMatchObject({ revokedAt: expect.any(Date) });
      await expect(keys.authenticate(secret)).rejects.toThrow('revoked');
      await new Promise((resolve) => setTimeout(resolve, KEY_CACHE_MS + 50));
      await expect(elsewhere.authenticate(secret)).rejects.toThrow('revoked');
    });

    it('goes on being known for a while when the database is away, and is read once however many ask', async () => {
      const { secret } = await keys.create({ scope: 'SERVER', name: 'busy' });
      let now = Date.now();
      let away = false;
      const findUnique = jest.fn((args: Parameters<typeof prisma.apiKey.findUnique>[0]) =>
        away ? Promise.reject(new Error('connection refused')) : prisma.apiKey.findUnique(args),
      );
      const service = new ApiKeyService({ apiKey: { findUnique } } as unknown as PrismaClient, undefined, () => now);
      await Promise.all(Array.from({ length: 50 }, () => service.authenticate(secret)));
      expect(findUnique).toHaveBeenCalledTimes(1);
      away = true;
      now += 30_000;
      expect(await service.authenticate(secret)).toMatchObject({ scope: 'SERVER' });
      now += 60_000;
      await expect(service.authenticate(secret)).rejects.toThrow('connection refused');
    });

    it('of the environment is an admin, and is not stored', async () => {
      const configured = new ApiKeyService(prisma, 'the admin key of this shop');
      expect(await configured.authenticate('the admin key of this shop')).toMatchObject({ scope: 'ADMIN' });
      expect(await configured.ensureAdminKey()).toBeNull();
    });

    it('for the first admin is made once, whoever starts at the same time', async () => {
      await prisma.apiKey.deleteMany({ where: { scope: 'ADMIN' } });
      const made = await Promise.all([keys.ensureAdminKey(), new ApiKeyService(prisma).ensureAdminKey()]);
      const secrets = made.filter((secret) => secret !== null);
      expect(secrets).toHaveLength(1);
      expect(await keys.authenticate(secrets[0])).toMatchObject({ scope: 'ADMIN' });
      expect(await keys.ensureAdminKey()).toBeNull();
    });

    it('that is well known is made once', async () => {
      expect(await keys.ensureKey('STOREFRONT', 'demo', 'fk_s_demo')).toBe('fk_s_demo');
      expect(await keys.ensureKey('STOREFRONT', 'demo', 'fk_s_demo')).toBeNull();
      expect(await keys.authenticate('fk_s_demo')).toMatchObject({ scope: 'STOREFRONT' });
    });
  });

  describe('a token', () => {
    let apiKey: string;
    beforeAll(async () => ({ secret: apiKey } = await keys.create({ scope: 'STOREFRONT', name: 'shop window' })));

    const show = (token: string): Promise<unknown> => authenticate({ apiKey, authorization: `Bearer ${token}` });

    it('says who stands behind a public key', async () => {
      const { token, expiresAt } = await tokens.issue({ customerId: '17850', sessionId: 's1' }, 60);
      expect(await show(token)).toMatchObject({
        scope: 'STOREFRONT',
        customerId: '17850',
        sessionId: 's1',
        tokenExpiresAt: expiresAt.getTime(),
      });
    });

    it('is nothing without a key', async () => {
      const { token } = await tokens.issue({ sessionId: 's1' }, 60);
      await expect(authenticate({ authorization: `Bearer ${token}` })).rejects.toThrow(unauthenticated);
    });

    it('is signed with a secret that all processes of the shop share', async () => {
      const other = new TokenService(prisma, { namespace: shop.namespace });
      const { token } = await tokens.issue({ sessionId: 's1' }, 60);
      expect(await other.verify(token)).toMatchObject({ sessionId: 's1' });
      expect(await prisma.setting.count()).toBe(1);
    });

    it('of another namespace is refused, even under the same secret', async () => {
      const ours = new TokenService(prisma, { namespace: shop.namespace, tokenSecret: SECRET });
      const theirs = new TokenService(prisma, { namespace: 'another', tokenSecret: SECRET });
      const { token } = await theirs.issue({ customerId: '17850' }, 60);
      expect(await theirs.verify(token)).toMatchObject({ customerId: '17850' });
      await expect(ours.verify(token)).rejects.toThrow(unauthenticated);
    });

    it('ends when it expires', async () => {
      let now = Date.now();
      const clocked = new TokenService(prisma, { namespace: shop.namespace }, undefined, () => now);
      const { token } = await clocked.issue({ sessionId: 's1' }, 60);
      expect(await clocked.verify(token)).toMatchObject({ sessionId: 's1' });
      now += 60_000;
      await expect(clocked.verify(token)).rejects.toThrow('expired');
    });

    it('can’t be forged', async () => {
      const authority = `freshet:${shop.namespace}`;
      const claims = { sub: '17850', iss: authority, aud: authority, exp: Math.floor(Date.now() / 1000) + 60 };
      const { token } = await tokens.issue({ customerId: 'c' }, 60);
      const [header, , signature] = token.split('.');
      const other = Buffer.from(JSON.stringify(claims)).toString('base64url');
      const guessed = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256' })
        .sign(Buffer.from('guessed'.repeat(8)));
      const longer = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS512' })
        .sign(Buffer.from('guessed'.repeat(10)));
      const { privateKey } = await generateKeyPair('RS256');
      const foreign = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
      const forged = [
        new UnsecuredJWT(claims).encode(),
        `${header}.${other}.${signature}`,
        `${header}.${other}.`,
        guessed,
        longer,
        foreign,
        'a.b.c',
        'garbage',
        'x'.repeat(20_000),
      ];
      for (const bad of forged) await expect(show(bad)).rejects.toThrow(unauthenticated);
      await expect(authenticate({ apiKey, authorization: token })).rejects.toThrow(unauthenticated);
    });
  });

  describe('a customer token that the shop signs itself', () => {
    let jwks: Server;
    let service: TokenService;
    let sign: (claims: object, alg?: string) => Promise<string>;
    let publicPem: string;

    beforeAll(async () => {
      const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
      const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
      publicPem = await exportSPKI(publicKey);
      jwks = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
      await new Promise<void>((resolve) => jwks.listen(0, '127.0.0.1', resolve));
      const tokenJwksUrl = `http://127.0.0.1:${(jwks.address() as AddressInfo).port}/jwks.json`;
      service = new TokenService(prisma, { namespace: shop.namespace, tokenJwksUrl });
      sign = (claims) => new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(privateKey);
    });
    afterAll(() => {
      jwks.close();
      jwks.closeAllConnections();
    });

    const exp = Math.floor(Date.now() / 1000) + 600;

    it('is accepted by its public key, for this namespace', async () => {
      const token = await sign({ sub: '17850', sid: 's1', aud: `freshet:${shop.namespace}`, exp });
      expect(await service.verify(token)).toEqual({ customerId: '17850', sessionId: 's1', tokenExpiresAt: exp * 1000 });
    });

    it('needs a customer, an end and this namespace', async () => {
      const aud = `freshet:${shop.namespace}`;
      for (const claims of [
        { aud, exp },
        { sub: '1', aud },
        { sub: '1', exp },
        { sub: '1', aud: 'freshet:other', exp },
        { sub: '', aud, exp },
      ]) {
        await expect(service.verify(await sign(claims))).rejects.toThrow(unauthenticated);
      }
    });

    it('can’t be signed with the public key as a shared secret', async () => {
      const authority = `freshet:${shop.namespace}`;
      const confused = await new SignJWT({ sub: '17850', iss: authority, aud: authority, exp })
        .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
        .sign(Buffer.from(publicPem));
      await expect(service.verify(confused)).rejects.toThrow(unauthenticated);
    });

    it('stands beside our own session tokens', async () => {
      const { token, sessionId } = await service.startSession();
      expect(await service.verify(token)).toMatchObject({ sessionId });
    });

    it('is our trouble, not the client’s, while the keys can’t be fetched', async () => {
      const tokenJwksUrl = 'http://127.0.0.1:9/jwks.json';
      const cut = new TokenService(prisma, { namespace: shop.namespace, tokenJwksUrl });
      const token = await sign({ sub: '17850', aud: `freshet:${shop.namespace}`, exp });
      const error: unknown = await cut.verify(token).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ message: expect.any(String) as string });
      expect(error).not.toBeInstanceOf(ApiError);
    });
  });

  describe('over GraphQL', () => {
    let door: Door;
    let admin: Record<string, string>;
    beforeAll(async () => {
      const schema = buildGraphqlSchema([new ApiKeyResolver(keys), new SessionResolver(tokens)]);
      door = await openDoor({ schema, authenticate, limits: { recheckMs: 50 } });
      admin = { 'x-api-key': (await keys.create({ scope: 'ADMIN', name: 'operator' })).secret };
    });
    afterAll(() => door?.close());

    const create =
      'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id hint scope } errors { code path } } }';
    const revoke = 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { revokedAt } errors { code } } }';
    interface Created {
      createApiKey: { secret: string; apiKey: { id: string } };
    }

    it('keys are made, listed and revoked', async () => {
      const { data } = await door.post(
        { query: create, variables: { input: { scope: 'STOREFRONT', name: 'web' } } },
        admin,
      );
      const { secret, apiKey } = (data as unknown as Created).createApiKey;
      expect(
        await door.post({ query: '{ viewer { scope sessionId } }' }, { authorization: `Bearer ${secret}` }),
      ).toMatchObject({
        data: { viewer: { scope: 'STOREFRONT', sessionId: null } },
      });
      const socket = await new RawSocket(door.wsUrl).init({ apiKey: secret });
      expect(await door.post({ query: revoke, variables: { id: apiKey.id } }, admin)).toMatchObject({
        data: { revokeApiKey: { apiKey: { revokedAt: expect.any(String) }, errors: [] } },
      });
      expect((await socket.closed).code).toBe(4403);
      expect((await door.post({ query: '{ viewer { scope } }' }, { 'x-api-key': secret })).status).toBe(401);
    });

    it('keys are paged, the newest first, none twice', async () => {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const query =
          'query ($after: String) { apiKeys(first: 3, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }';
        const answer = await door.post({ query, variables: { after } }, admin);
        const page = answer.data!.apiKeys as {
          nodes: { id: string }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
        seen.push(...page.nodes.map(({ id }) => id));
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      const rows = await prisma.apiKey.findMany({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] });
      expect(seen).toEqual(rows.map(({ id }) => id));
      for (const args of ['first: 101', 'first: -1', 'after: "x"']) {
        const { errors } = await door.post({ query: `{ apiKeys(${args}) { nodes { id } } }` }, admin);
        expect(errors?.[0].extensions.code).toBe('BAD_USER_INPUT');
      }
    });

    it('a wrong input is an item’s error', async () => {
      for (const [path, input] of [
        ['name', { scope: 'ADMIN', name: ' ' }],
        ['expiresAt', { scope: 'ADMIN', name: 'x', expiresAt: '2020-01-01T00:00:00Z' }],
      ] as const) {
        expect(await door.post({ query: create, variables: { input } }, admin)).toMatchObject({
          data: { createApiKey: { secret: null, errors: [{ code: 'BAD_USER_INPUT', path }] } },
        });
      }
      expect(await door.post({ query: revoke, variables: { id: 'none' } }, admin)).toMatchObject({
        data: { revokeApiKey: { apiKey: null, errors: [{ code: 'NOT_FOUND' }] } },
      });
    });

    it('a visit starts with a session and goes on as a customer', async () => {
      const { secret } = await keys.create({ scope: 'STOREFRONT', name: 'web' });
      const server = { 'x-api-key': (await keys.create({ scope: 'SERVER', name: 'back end' })).secret };
      const started = await door.post(
        { query: 'mutation { startSession { token sessionId expiresAt } }' },
        { 'x-api-key': secret },
      );
      const session = started.data!.startSession as { token: string; sessionId: string };
      const issue =
        'mutation ($input: IssueCustomerTokenInput!) { issueCustomerToken(input: $input) { token expiresAt errors { code path } } }';
      const input = { customerId: '17850', sessionId: session.sessionId };
      const issued = await door.post({ query: issue, variables: { input } }, server);
      const { token } = issued.data!.issueCustomerToken as { token: string };
      const viewer = async (bearer: string): Promise<unknown> =>
        (
          await door.post(
            { query: '{ viewer { customerId sessionId } }' },
            { 'x-api-key': secret, authorization: `Bearer ${bearer}` },
          )
        ).data;
      expect(await viewer(session.token)).toEqual({ viewer: { customerId: null, sessionId: session.sessionId } });
      expect(await viewer(token)).toEqual({ viewer: { customerId: '17850', sessionId: session.sessionId } });
      for (const wrong of [
        { customerId: '' },
        { customerId: 'c', expiresInSeconds: 0 },
        { customerId: 'c', sessionId: 'x'.repeat(201) },
      ]) {
        expect(await door.post({ query: issue, variables: { input: wrong } }, server)).toMatchObject({
          data: { issueCustomerToken: { token: null, errors: [{ code: 'BAD_USER_INPUT' }] } },
        });
      }
    });
  });
});
