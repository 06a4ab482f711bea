import { getIntrospectionQuery } from 'graphql';
import { once } from 'node:events';
import { connect } from 'node:net';
import { buildGraphqlSchema } from '../../src/graphql/schema';
import type { ServerLimits } from '../../src/graphql/limits/limits';
import { type Answer, type Door, openDoor } from '../setup/door';
import { ToyResolver } from '../setup/toy.resolver';
import { until } from '../setup/until';

const storefront = { 'x-api-key': 'storefront' };
const admin = { 'x-api-key': 'admin' };

function codes(answer: Answer): (string | undefined)[] {
  return (answer.errors ?? []).map((error) => error.extensions.code);
}

describe('the HTTP endpoint', () => {
  let door: Door;
  beforeAll(async () => {
    const limits = { maxTokens: 500 };
    door = await openDoor({ config: { corsOrigins: ['https://shop.example'], maxDepth: 5 }, limits });
  });
  afterAll(() => door.close());

  it('answers { __typename } without a key, and nothing else', async () => {
    expect(await door.post({ query: '{ __typename }' })).toMatchObject({ status: 200, data: { __typename: 'Query' } });
    expect(codes(await door.post({ query: '{ toy { size } }' }))).toEqual(['UNAUTHENTICATED']);
  });

  it('answers an invalid key with 401, before any other check', async () => {
    const answer = await door.post('{ not json', { 'x-api-key': 'stolen' });
    expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('answers malformed JSON, a wrong type and a body too large in GraphQL’s shape', async () => {
    expect(await door.post('{"query": ')).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
    expect(await door.post('<a/>', { 'content-type': 'application/xml' })).toMatchObject({ status: 415 });
    const large = await door.post({ query: '{ __typename }', variables: { x: 'x'.repeat(200_000) } });
    expect(large).toMatchObject({ status: 413, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect((await fetch(door.url, { method: 'PUT' })).status).toBe(405);
    const nowhere = await fetch(door.url.replace('/graphql', '/nowhere'));
    expect([nowhere.status, await nowhere.json()]).toMatchObject([
      404,
      { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
    ]);
  });

  it('maps request errors to documented codes', async () => {
    for (const query of [
      '{',
      '{ nothing }',
      '{ toy(size: "x") { size } }',
      'query A { __typename } query B { __typename }',
    ]) {
      const answer = await door.post({ query }, storefront);
      expect([answer.status, codes(answer)]).toEqual([400, ['BAD_USER_INPUT']]);
    }
    const variables =
      'query ($size: Int!, $price: Decimal, $at: DateTime) { toy(size: $size, price: $price, at: $at) { size } }';
    for (const wrong of [{}, { size: 'x' }, { size: 1, price: '1e9' }, { size: 1, at: 'yesterday' }]) {
      expect(codes(await door.post({ query: variables, variables: wrong }, storefront))).toEqual(['BAD_USER_INPUT']);
    }
    const nulled = 'query ($size: Int = 5) { toy(size: $size) { size } }';
    expect(codes(await door.post({ query: nulled, variables: { size: null } }, storefront))).toEqual([
      'BAD_USER_INPUT',
    ]);
    expect(codes(await door.post({ query: '{ missing }' }, storefront))).toEqual(['NOT_FOUND']);
    expect(codes(await door.post({ query: 'subscription { ticked(from: 1) }' }, storefront))).toEqual([
      'BAD_USER_INPUT',
    ]);
  });

  it('hides the details of internal errors', async () => {
    const answer = await door.post({ query: '{ broken }' }, storefront);
    expect(answer.errors).toEqual([
      {
        message: 'An unexpected error occurred on the server.',
        locations: [{ line: 1, column: 3 }],
        path: ['broken'],
        extensions: { code: 'INTERNAL', errorId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      },
    ]);
  });

  it('requires a higher scope if a field does', async () => {
    expect(codes(await door.post({ query: '{ toy { margin } }' }, storefront))).toEqual(['FORBIDDEN']);
    expect(codes(await door.post({ query: 'mutation { tidy }' }, { 'x-api-key': 'server' }))).toEqual(['FORBIDDEN']);
    expect(await door.post({ query: 'mutation { tidy }' }, admin)).toMatchObject({ data: { tidy: 1 } });
  });

  it('limits depth, width, aliases and tokens', async () => {
    const deep = (levels: number): string =>
      '{ toy ' + '{ inner '.repeat(levels - 2) + '{ size }' + ' }'.repeat(levels - 1);
    expect(await door.post({ query: deep(5) }, storefront)).toMatchObject({ status: 200, data: { toy: {} } });
    expect(await door.post({ query: deep(6) }, storefront)).toMatchObject({ status: 400 });
    for (const query of [
      deep(6),
      `{ ${Array.from({ length: 21 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
      `{ toy { ${Array.from({ length: 101 }, (_, i) => `a${i}: size`).join(' ')} } }`,
      `{ toy { ${'size '.repeat(501)} } }`,
    ]) {
      expect(codes(await door.post({ query }, storefront))).toEqual(['TOO_COMPLEX']);
    }
  });

  it('refuses a document that repeats fields before its validation, each time, and its operations by name too', async () => {
    const query = `query A { toy { ${'size '.repeat(102)} nothing } }`;
    for (const more of [{}, {}, { operationName: 'A' }]) {
      const answer = await door.post({ query, ...more }, storefront);
      expect([answer.status, codes(answer)]).toEqual([400, ['TOO_COMPLEX']]);
    }
    const valid = `query A { toy { ${'size '.repeat(100)} } }`;
    expect(await door.post({ query: valid }, storefront)).toMatchObject({ status: 200, data: { toy: {} } });
  });

  it('refuses batches', async () => {
    expect(await door.post([{ query: '{ __typename }' }], storefront)).toMatchObject({ status: 400 });
  });

  it('refuses requests that a page could make a browser send (CSRF)', async () => {
    const plain = await door.post(JSON.stringify({ query: '{ __typename }' }), { 'content-type': 'text/plain' });
    expect(plain.status).toBe(415);
    const get = `${door.url}?query=${encodeURIComponent('{ __typename }')}`;
    expect((await fetch(get)).status).toBe(400);
    expect((await fetch(get, { headers: { 'apollo-require-preflight': '1' } })).status).toBe(200);
  });

  it('allows requests from pages of the listed origins only', async () => {
    const preflight = (origin: string): Promise<Response> =>
      fetch(door.url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    const listed = await preflight('https://shop.example');
    expect(listed.status).toBe(204);
    expect(listed.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(listed.headers.get('access-control-allow-headers')).toContain('x-api-key');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const answer = await door.post({ query: '{ __typename }' }, { origin: 'https://shop.example' });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(answer.headers.get('vary')).toContain('Origin');
  });

  it('sends CORS headers to pages of the listed origins only', async () => {
    const corsHeaders = async (method: string, origin?: string): Promise<[number, Record<string, string>]> => {
      const headers: Record<string, string> = origin === undefined ? {} : { origin };
      const response = await fetch(door.url, { method, headers });
      const entries = [...response.headers].filter(([name]) => name === 'vary' || name.startsWith('access-control-'));
      return [response.status, Object.fromEntries(entries)];
    };
    const allowed = {
      'access-control-allow-origin': 'https://shop.example',
      'access-control-expose-headers': 'retry-after',
      vary: 'Origin',
    };
    const permissions = {
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers':
        'content-type, authorization, x-api-key, apollo-require-preflight, x-apollo-operation-name',
      'access-control-max-age': '7200',
    };
    expect(await corsHeaders('OPTIONS', 'https://shop.example')).toEqual([204, { ...allowed, ...permissions }]);
    expect(await corsHeaders('OPTIONS', 'https://evil.example')).toEqual([204, { vary: 'Origin' }]);
    expect(await corsHeaders('OPTIONS')).toEqual([204, { vary: 'Origin' }]);
    expect(await corsHeaders('PUT', 'https://shop.example')).toEqual([405, allowed]);
    expect(await corsHeaders('PUT', 'https://evil.example')).toEqual([405, { vary: 'Origin' }]);
    expect(await corsHeaders('PUT')).toEqual([405, { vary: 'Origin' }]);
  });

  it('lets pages of the listed origins read that the process is overloaded', async () => {
    const body = JSON.stringify({ query: 'x'.repeat(20_000) });
    const socket = connect(Number(new URL(door.url).port), '127.0.0.1').setEncoding('utf8');
    // When the first response arrives, the server has accepted the connection.
    socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
    for (let first = ''; !first.endsWith('{"status":"ok"}');) first += String((await once(socket, 'data'))[0]);
    socket.write(
      'POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\norigin: https://shop.example\r\n' +
        `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    const busyUntil = performance.now() + 700;
    while (performance.now() < busyUntil);
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toContain('\r\naccess-control-allow-origin: https://shop.example\r\n');
    expect(answer).toContain('\r\naccess-control-expose-headers: retry-after\r\n');
    await until(
      () => door.post(body),
      ({ status }) => status !== 503,
    );
  });

  it('sends security headers', async () => {
    const { headers } = await door.post({ query: '{ __typename }' });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('sends the same security headers with every status', async () => {
    const at = (path: string, init?: RequestInit) => fetch(door.url.replace('/graphql', path), init);
    const json = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const responses = [
      await at('/'),
      await at('/healthz'),
      await at('/graphql', { method: 'OPTIONS', headers: { origin: 'https://shop.example' } }),
      await at('/graphql', { method: 'OPTIONS', headers: { origin: 'https://evil.example' } }),
      await at('/graphql', { ...json, body: '{"query": ' }),
      await at('/graphql', { ...json, headers: { ...json.headers, 'x-api-key': 'stolen' }, body: '{}' }),
      await at('/nowhere'),
      await at('/graphql', { method: 'PUT' }),
      await at('/graphql', { ...json, body: JSON.stringify({ query: 'x'.repeat(200_000) }) }),
      await at('/graphql', { method: 'POST', headers: { 'content-type': 'application/xml' }, body: '<a/>' }),
    ];
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 204, 204, 400, 401, 404, 405, 413, 415]);
    const transport =
      /^(vary|access-control-.*|allow|connection|content-(type|length)|date|keep-alive|www-authenticate)$/;
    for (const { headers } of responses) {
      expect(Object.fromEntries([...headers].filter(([name]) => !transport.test(name)))).toEqual({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cache-control': 'no-store',
      });
    }
  });
});

describe('introspection', () => {
  let door: Door;
  afterEach(() => door.close());

  const query = getIntrospectionQuery();

  it('is allowed outside production', async () => {
    door = await openDoor({ config: { maxDepth: 3 } });
    expect((await door.post({ query }, storefront)).errors).toBeUndefined();
    expect((await door.post({ query: '{ __schema { queryType { name } } }' })).errors).toBeUndefined();
  });

  it('requires an admin key in production, where errors suggest no names either', async () => {
    door = await openDoor({ config: { nodeEnv: 'production' } });
    for (const asked of [query, '{ __schema { queryType { name } } }'])
      expect(codes(await door.post({ query: asked }))).toEqual(['UNAUTHENTICATED']);
    expect(codes(await door.post({ query }, storefront))).toEqual(['FORBIDDEN']);
    expect((await door.post({ query }, admin)).errors).toBeUndefined();
    expect((await door.post({ query: '{ toi { size } }' })).errors?.[0].message).not.toContain('Did you mean');
  });
});

describe('/healthz and /readyz', () => {
  let door: Door;
  afterEach(() => door.close());

  it('report that the process answers, and whether it can receive traffic', async () => {
    const state = { ready: false, reasons: ['the catalogue is loading'], degraded: [] as string[] };
    door = await openDoor({ ready: () => state });
    const get = async (path: string): Promise<[number, unknown]> => {
      const response = await fetch(door.url.replace('/graphql', path));
      return [response.status, await response.json()];
    };
    expect(await get('/healthz')).toEqual([200, { status: 'ok' }]);
    expect(await get('/readyz')).toEqual([503, { ready: false, reasons: ['the catalogue is loading'], degraded: [] }]);
    Object.assign(state, { ready: true, reasons: [], degraded: ['the learner is stuck'] });
    expect(await get('/readyz')).toEqual([200, { ready: true, reasons: [], degraded: ['the learner is stuck'] }]);
  });
});

describe('requests that take long', () => {
  let door: Door;
  afterEach(() => door.close());

  /** Opens a door whose field `slow` returns when the test calls `finish`. Sends a request and waits until it has begun. */
  const beginRequest = async (limits: Partial<ServerLimits>) => {
    const toys = new ToyResolver();
    let finish = () => {};
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const begun = new Promise<void>((resolve) => {
      toys.slow = async (milliseconds) => {
        resolve();
        await finished;
        return milliseconds;
      };
    });
    door = await openDoor({ schema: buildGraphqlSchema([toys]), limits });
    const answer = door.post({ query: '{ slow(milliseconds: 300) }' }, storefront);
    answer.catch(() => undefined);
    await begun;
    return { answer, finish };
  };

  it('end with TIMEOUT', async () => {
    const { answer } = await beginRequest({ operationTimeoutMs: 50 });
    expect(await answer).toMatchObject({ status: 504, errors: [{ extensions: { code: 'TIMEOUT' } }] });
  });

  it('finish while the server closes, and say that their connection ends', async () => {
    const { answer, finish } = await beginRequest({ closeTimeoutMs: 60_000 });
    const closing = Promise.all([door.close(), door.close()]);
    await until(
      () => door.server.fastify.server.listening,
      (isListening) => !isListening,
    );
    finish();
    const answered = await answer;
    expect(answered).toMatchObject({ data: { slow: 300 } });
    expect(answered.headers.get('connection')).toBe('close');
    await closing;
    await expect(fetch(door.url)).rejects.toThrow();
  });

  it('are aborted if they do not finish while the server closes', async () => {
    const { answer } = await beginRequest({ closeTimeoutMs: 50 });
    await door.close();
    await expect(answer).rejects.toThrow();
  });
});
