import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import type { ApiKeyService } from '../../../src/auth/api-key.service';
import type { Authenticate } from '../../../src/graphql/credentials';
import { TokenService } from '../../../src/auth/token.service';
import { ApiError } from '../../../src/graphql/errors';
import type { PrismaClient } from '../../../src/platform/prisma';
import { type AuthShop, openAuthShop } from '../../setup/auth-shop';
import type { Door } from '../../setup/door';
import { ISSUE_TOKEN, START_SESSION, type IssueTokenAnswer, type StartSessionAnswer } from '../../setup/operations';

const unauthenticated = expect.objectContaining({ code: 'UNAUTHENTICATED' });
const SECRET = 'a secret that two shops share by mistake';

describe('tokens', () => {
  let shop: AuthShop;
  let prisma: PrismaClient;
  let keys: ApiKeyService;
  let tokens: TokenService;
  let authenticate: Authenticate;

  beforeAll(async () => {
    shop = await openAuthShop();
    ({ prisma, keys, tokens, authenticate } = shop);
  });
  afterAll(() => shop?.close());

  describe('a token', () => {
    let apiKey: string;
    beforeAll(async () => ({ secret: apiKey } = await keys.create({ scope: 'STOREFRONT', name: 'shop window' })));

    const show = (token: string): Promise<unknown> => authenticate({ apiKey, authorization: `Bearer ${token}` });

    it('identifies the customer behind a public key', async () => {
      const { token, expiresAt } = await tokens.issue({ customerId: '17850', sessionId: 's1' }, 60);
      expect(await show(token)).toMatchObject({
        scope: 'STOREFRONT',
        customerId: '17850',
        sessionId: 's1',
        tokenExpiresAt: expiresAt.getTime(),
      });
    });

    it('is invalid without a key', async () => {
      const { token } = await tokens.issue({ sessionId: 's1' }, 60);
      await expect(authenticate({ authorization: `Bearer ${token}` })).rejects.toThrow(unauthenticated);
    });

    it('is signed with a secret that all processes of the shop share', async () => {
      const other = new TokenService(shop, { namespace: shop.namespace });
      const { token } = await tokens.issue({ sessionId: 's1' }, 60);
      expect(await other.verify(token)).toMatchObject({ sessionId: 's1' });
      expect(await prisma.setting.count()).toBe(1);
    });

    it('of another namespace is refused, even under the same secret', async () => {
      const ours = new TokenService(shop, { namespace: shop.namespace, tokenSecret: SECRET });
      const theirs = new TokenService(shop, { namespace: 'another', tokenSecret: SECRET });
      const { token } = await theirs.issue({ customerId: '17850' }, 60);
      expect(await theirs.verify(token)).toMatchObject({ customerId: '17850' });
      await expect(ours.verify(token)).rejects.toThrow(unauthenticated);
    });

    it('expires', async () => {
      let now = Date.now();
      const clocked = new TokenService(shop, { namespace: shop.namespace }, undefined, () => now);
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
      service = new TokenService(shop, { namespace: shop.namespace, tokenJwksUrl });
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

    it('needs a customer, an expiry and this namespace', async () => {
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

    it('works together with our own session tokens', async () => {
      const { token, sessionId } = await service.startSession();
      expect(await service.verify(token)).toMatchObject({ sessionId });
    });

    it('causes a server error, not a client error, while the keys can’t be fetched', async () => {
      const tokenJwksUrl = 'http://127.0.0.1:9/jwks.json';
      const cut = new TokenService(shop, { namespace: shop.namespace, tokenJwksUrl });
      const token = await sign({ sub: '17850', aud: `freshet:${shop.namespace}`, exp });
      const error: unknown = await cut.verify(token).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ message: expect.any(String) as string });
      expect(error).not.toBeInstanceOf(ApiError);
    });
  });

  describe('over GraphQL', () => {
    let door: Door;
    beforeAll(async () => {
      door = await shop.openDoor();
    });
    afterAll(() => door?.close());

    it('a visit starts with a session and continues as a customer', async () => {
      const { secret } = await keys.create({ scope: 'STOREFRONT', name: 'web' });
      const server = { 'x-api-key': (await keys.create({ scope: 'SERVER', name: 'back end' })).secret };
      const started = await door.post({ query: START_SESSION }, { 'x-api-key': secret });
      const session = (started.data as unknown as StartSessionAnswer).startSession;
      const input = { customerId: '17850', sessionId: session.sessionId };
      const issued = await door.post({ query: ISSUE_TOKEN, variables: { input } }, server);
      const { token } = (issued.data as unknown as IssueTokenAnswer).issueCustomerToken;
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
        { customerId: 'c', sessionId: 'x'.repeat(201) },
        { customerId: 'c', sessionId: ' s' },
      ])
        expect(await door.post({ query: ISSUE_TOKEN, variables: { input: wrong } }, server)).toMatchObject({
          errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
        });
      const never = { customerId: 'c', expiresInSeconds: 0 };
      expect(await door.post({ query: ISSUE_TOKEN, variables: { input: never } }, server)).toMatchObject({
        data: { issueCustomerToken: { token: null, errors: [{ code: 'BAD_USER_INPUT' }] } },
      });
    });
  });
});
