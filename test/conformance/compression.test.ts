import { getIntrospectionQuery } from 'graphql';
import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { type Door, openDoor } from '../setup/door';

interface Raw {
  readonly status: number | undefined;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

const DECODE = { br: brotliDecompressSync, gzip: gunzipSync, none: (body: Buffer) => body };
const LARGE = { query: getIntrospectionQuery() };

/** Returns the bytes on the wire: `fetch` would decode them. */
describe('compressed answers of /graphql', () => {
  let door: Door;
  beforeAll(async () => (door = await openDoor({ config: { corsOrigins: ['https://shop.example'] } })));
  afterAll(() => door.close());

  const post = (body: unknown, headers: Record<string, string>): Promise<Raw> =>
    new Promise((resolve, reject) => {
      const sent = request(
        door.url,
        { method: 'POST', headers: { 'content-type': 'application/json', 'x-api-key': 'storefront', ...headers } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(JSON.stringify(body));
    });
  const accepting = (encodings: string | undefined): Record<string, string> =>
    encodings === undefined ? {} : { 'accept-encoding': encodings };

  it.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['*', 'br'],
    ['br;q=0.5, gzip', 'gzip'],
    ['GZIP ; q=0.2, br;q=0', 'gzip'],
    ['br;q=nonsense, gzip;q=0.1', 'gzip'],
    ['deflate, zstd', 'none'],
    ['identity', 'none'],
    ['identity, br;q=0.9', 'none'],
    ['*;q=0', 'none'],
    ['', 'none'],
    [undefined, 'none'],
  ] as const)('Accept-Encoding: %s is answered with %s, and the same JSON', async (accepted, encoding) => {
    const { body: plain } = await post(LARGE, {});
    const { status, headers, body } = await post(LARGE, accepting(accepted));
    expect(status).toBe(200);
    expect(headers['content-encoding'] ?? 'none').toBe(encoding);
    expect(headers['content-length']).toBe(String(body.length));
    expect(headers['content-type']).toMatch(/^application\/.*json/);
    expect(DECODE[encoding](body).equals(plain)).toBe(true);
    if (encoding !== 'none') expect(body.length).toBeLessThan(plain.length / 3);
  });

  it('name it in Vary, together with the origin', async () => {
    for (const accepted of ['br', 'identity']) {
      const { headers } = await post(LARGE, { ...accepting(accepted), origin: 'https://shop.example' });
      expect(headers.vary).toBe('Origin, Accept-Encoding');
    }
  });

  it('have at least 1,024 bytes before compression', async () => {
    const named = (bytes: number) => {
      const name = 'x'.repeat(bytes - '{"data":{"":"Query"}}\n'.length);
      return post({ query: `{ ${name}: __typename }` }, accepting('br'));
    };
    expect(await named(1_023)).toMatchObject({ headers: { 'content-length': '1023' } });
    expect((await named(1_023)).headers['content-encoding']).toBeUndefined();
    const large = await named(1_024);
    expect(large.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(large.body)).toHaveLength(1_024);
  });

  it('are the same if a thread compresses them', async () => {
    const fields = Array.from({ length: 20 }, (_, at) => `f${at}${'x'.repeat(4_000)}: __typename`);
    for (const encoding of ['br', 'gzip'] as const) {
      const { body, headers } = await post({ query: `{ ${fields.join(' ')} }` }, accepting(encoding));
      expect(headers['content-encoding']).toBe(encoding);
      const { data } = JSON.parse(DECODE[encoding](body).toString()) as { data: object };
      expect(Object.keys(data)).toHaveLength(20);
    }
  });

  it('include errors', async () => {
    const name = 'x'.repeat(2_000);
    const { status, headers, body } = await post({ query: `{ ${name} }` }, accepting('gzip'));
    expect([status, headers['content-encoding']]).toEqual([400, 'gzip']);
    expect(JSON.parse(gunzipSync(body).toString())).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });
});
