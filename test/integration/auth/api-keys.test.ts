import { createHash } from 'node:crypto';
import { ApiKeyService, KEY_CACHE_MS } from '../../../src/auth/api-key.service';
import type { Authenticate } from '../../../src/graphql/credentials';
import type { Pool } from '../../../src/platform/postgres';
import type { PrismaClient } from '../../../src/platform/prisma';
import { type AuthShop, openAuthShop } from '../../setup/auth-shop';
import type { Door } from '../../setup/door';
import { CREATE_KEY, type CreateKeyAnswer } from '../../setup/operations';
import { RawSocket } from '../../setup/raw-socket';

const unauthenticated = expect.objectContaining({ code: 'UNAUTHENTICATED' });
const REVOKE = 'mutation($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { revokedAt } errors { code } } }';

describe('keys', () => {
  let shop: AuthShop;
  let prisma: PrismaClient;
  let keys: ApiKeyService;
  let authenticate: Authenticate;

  beforeAll(async () => {
    shop = await openAuthShop();
    ({ prisma, keys, authenticate } = shop);
  });
  afterAll(() => shop?.close());

  describe('a key', () => {
    it('is stored only as a hash', async () => {
      const { secret, key } = await keys.create({ scope: 'SERVER', name: 'back end' });
      expect(secret).toMatch(/^fk_v_[0-9A-Za-z]{33}$/);
      const row = await prisma.apiKey.findUniqueOrThrow({ where: { id: key.id } });
      expect(Buffer.from(row.secretHash)).toEqual(createHash('sha256').update(secret).digest());
      const dump = await shop.pool.query<{ row: string }>('SELECT api_keys::text AS row FROM api_keys');
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

    it('expires', async () => {
      let now = Date.now();
      const clocked = new ApiKeyService(shop, undefined, () => now);
      const { secret } = await clocked.create({ scope: 'ADMIN', name: 'short', expiresAt: new Date(now + 1_000) });
      expect(await clocked.authenticate(secret)).toMatchObject({ scope: 'ADMIN' });
      now += 1_000;
      await expect(clocked.authenticate(secret)).rejects.toThrow('expired');
    });

    it('can be revoked, immediately in this process and in others within seconds', async () => {
      const elsewhere = new ApiKeyService(shop);
      const { secret, key } = await keys.create({ scope: 'SERVER', name: 'leaked' });
      await Promise.all([keys.authenticate(secret), elsewhere.authenticate(secret)]);
      expect(await keys.revoke(key.id)).toMatchObject({ revokedAt: expect.any(Date) });
      await expect(keys.authenticate(secret)).rejects.toThrow('revoked');
      await new Promise((resolve) => setTimeout(resolve, KEY_CACHE_MS + 50));
      await expect(elsewhere.authenticate(secret)).rejects.toThrow('revoked');
    });

    it('stays valid for a while when the database is away, and is read once for any number of concurrent requests', async () => {
      const { secret } = await keys.create({ scope: 'SERVER', name: 'busy' });
      let now = Date.now();
      let away = false;
      const query = jest.fn((statement: string, values: unknown[]) =>
        away ? Promise.reject(new Error('connection refused')) : shop.pool.query(statement, values),
      );
      const service = new ApiKeyService({ prisma, pool: { query } as unknown as Pool }, undefined, () => now);
      await Promise.all(Array.from({ length: 50 }, () => service.authenticate(secret)));
      expect(query).toHaveBeenCalledTimes(1);
      away = true;
      now += 30_000;
      expect(await service.authenticate(secret)).toMatchObject({ scope: 'SERVER' });
      now += 60_000;
      await expect(service.authenticate(secret)).rejects.toThrow('connection refused');
    });

    it('of the environment is an admin key, and is not stored', async () => {
      const configured = new ApiKeyService(shop, 'the admin key of this shop');
      expect(await configured.authenticate('the admin key of this shop')).toMatchObject({ scope: 'ADMIN' });
      expect(await configured.ensureAdminKey()).toBeNull();
    });

    it('for the first admin is created once, also when several processes start at the same time', async () => {
      await prisma.apiKey.deleteMany({ where: { scope: 'ADMIN' } });
      const made = await Promise.all([keys.ensureAdminKey(), new ApiKeyService(shop).ensureAdminKey()]);
      const secrets = made.filter((secret) => secret !== null);
      expect(secrets).toHaveLength(1);
      expect(await keys.authenticate(secrets[0])).toMatchObject({ scope: 'ADMIN' });
      expect(await keys.ensureAdminKey()).toBeNull();
    });

    it('with a well-known value is created once', async () => {
      expect(await keys.ensureKey('STOREFRONT', 'demo', 'fk_s_demo')).toBe('fk_s_demo');
      expect(await keys.ensureKey('STOREFRONT', 'demo', 'fk_s_demo')).toBeNull();
      expect(await keys.authenticate('fk_s_demo')).toMatchObject({ scope: 'STOREFRONT' });
    });
  });

  describe('over GraphQL', () => {
    let door: Door;
    let admin: Record<string, string>;
    beforeAll(async () => {
      door = await shop.openDoor();
      admin = { 'x-api-key': (await keys.create({ scope: 'ADMIN', name: 'operator' })).secret };
    });
    afterAll(() => door?.close());

    it('keys are created, listed and revoked', async () => {
      const { data } = await door.post(
        { query: CREATE_KEY, variables: { input: { scope: 'STOREFRONT', name: 'web' } } },
        admin,
      );
      const { secret, apiKey } = (data as unknown as CreateKeyAnswer).createApiKey;
      expect(
        await door.post({ query: '{ viewer { scope sessionId } }' }, { authorization: `Bearer ${secret}` }),
      ).toMatchObject({
        data: { viewer: { scope: 'STOREFRONT', sessionId: null } },
      });
      const socket = await new RawSocket(door.wsUrl).init({ apiKey: secret });
      expect(await door.post({ query: REVOKE, variables: { id: apiKey.id } }, admin)).toMatchObject({
        data: { revokeApiKey: { apiKey: { revokedAt: expect.any(String) }, errors: [] } },
      });
      expect((await socket.closed).code).toBe(4403);
      expect((await door.post({ query: '{ viewer { scope } }' }, { 'x-api-key': secret })).status).toBe(401);
    });

    it('the key of an operator learns its scope', async () => {
      const { secret } = await keys.create({ scope: 'OPERATOR', name: 'Ann' });
      expect(await door.post({ query: '{ viewer { scope } }' }, { 'x-api-key': secret })).toMatchObject({
        data: { viewer: { scope: 'OPERATOR' } },
      });
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

    it('an invalid input is an error of its item', async () => {
      for (const [path, input] of [
        ['name', { scope: 'ADMIN', name: ' ' }],
        ['expiresAt', { scope: 'ADMIN', name: 'x', expiresAt: '2020-01-01T00:00:00Z' }],
      ] as const) {
        expect(await door.post({ query: CREATE_KEY, variables: { input } }, admin)).toMatchObject({
          data: { createApiKey: { secret: null, errors: [{ code: 'BAD_USER_INPUT', path }] } },
        });
      }
      expect(await door.post({ query: REVOKE, variables: { id: 'none' } }, admin)).toMatchObject({
        data: { revokeApiKey: { apiKey: null, errors: [{ code: 'NOT_FOUND' }] } },
      });
    });
  });
});
