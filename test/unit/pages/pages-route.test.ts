import fastify, { type FastifyInstance } from 'fastify';
import { buildSchema, parse, validate } from 'graphql';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { QUERIES } from '../../../explorer/src/queries';
import { sendSecurityHeaders } from '../../../src/graphql/http/security-headers';
import { servePages } from '../../../src/pages/pages.route';

const SCRIPT = 'console.log(1);\n'.repeat(200);
let folder: string;
let app: FastifyInstance;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'freshet-pages-'));
  for (const page of ['shop', 'console', 'explorer']) {
    mkdirSync(path.join(folder, page, 'assets'), { recursive: true });
    writeFileSync(path.join(folder, page, 'index.html'), `<p>${page}</p>`);
    writeFileSync(path.join(folder, page, 'assets', 'index-1a2b.js'), '0;');
    writeFileSync(path.join(folder, page, 'assets', 'index-3c4d.js'), SCRIPT);
    writeFileSync(path.join(folder, page, 'assets', 'index-3c4d.js.br'), brotliCompressSync(SCRIPT));
    writeFileSync(path.join(folder, page, 'assets', 'index-3c4d.js.gz'), gzipSync(SCRIPT));
  }
  writeFileSync(path.join(folder, 'secret.txt'), 'what nobody may read');
  app = fastify();
  sendSecurityHeaders(app);
  await servePages(app, 'development', folder);
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

it.each(['shop', 'console', 'explorer'])(
  'serves /%s/ and every address below it, under a strict policy, never cached',
  async (page) => {
    for (const url of [`/${page}/`, `/${page}/products/A%2F1`, `/${page}/?q=tea`]) {
      const { statusCode, body, headers } = await app.inject(url);
      expect([statusCode, body]).toEqual([200, `<p>${page}</p>`]);
      expect(headers['content-type']).toMatch(/^text\/html/);
      expect(headers['cache-control']).toBe('no-cache');
      const policy = headers['content-security-policy'] as string;
      expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-frame-options']).toBe('DENY');
    }
    const bare = await app.inject(`/${page}`);
    expect([bare.statusCode, bare.headers.location]).toEqual([308, `/${page}/`]);
  },
);

it('lets a browser cache files with a hash in their name, and has no other file', async () => {
  const script = await app.inject('/shop/assets/index-1a2b.js');
  expect([script.statusCode, script.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
  expect(script.headers['content-type']).toMatch(/javascript/);
  expect((await app.inject('/shop/assets/index-0000.js')).statusCode).toBe(404);
  for (const url of ['/shop/assets/../../secret.txt', '/shop/assets/%2e%2e/%2e%2e/secret.txt', '/shop/..%2fsecret.txt'])
    expect((await app.inject(url)).body).not.toContain('nobody may read');
});

it('sends a file in the encoding that the client accepts, each with its own ETag', async () => {
  const url = '/shop/assets/index-3c4d.js';
  const get = (accepted?: string, more: Record<string, string> = {}) =>
    app.inject({ url, headers: { ...(accepted === undefined ? {} : { 'accept-encoding': accepted }), ...more } });
  const forms = [
    { accepted: 'gzip, deflate, br', encoding: 'br', decode: brotliDecompressSync },
    { accepted: 'gzip', encoding: 'gzip', decode: gunzipSync },
    { accepted: 'br;q=0, gzip;q=0.5', encoding: 'gzip', decode: gunzipSync },
    { accepted: 'identity', encoding: undefined, decode: (body: Buffer) => body },
    { accepted: undefined, encoding: undefined, decode: (body: Buffer) => body },
  ];
  const etags = new Map<string | undefined, unknown>();
  for (const { accepted, encoding, decode } of forms) {
    const { statusCode, headers, rawPayload } = await get(accepted);
    expect([accepted, statusCode, headers['content-encoding']]).toEqual([accepted, 200, encoding]);
    expect(headers['content-type']).toMatch(/javascript/);
    expect(headers.vary).toMatch(/accept-encoding/i);
    expect(headers['content-length']).toBe(String(rawPayload.length));
    expect(decode(rawPayload).toString()).toBe(SCRIPT);
    etags.set(encoding, headers.etag);
    const again = await get(accepted, { 'if-none-match': headers.etag as string });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  }
  expect(new Set(etags.values()).size).toBe(3);
  // A file that was not compressed at build is sent uncompressed to every client.
  const small = await app.inject({ url: '/shop/assets/index-1a2b.js', headers: { 'accept-encoding': 'br' } });
  expect([small.body, small.headers['content-encoding']]).toEqual(['0;', undefined]);
});

it('sends a page again only when it has changed', async () => {
  const { headers } = await app.inject('/shop/');
  const again = await app.inject({ url: '/shop/cart', headers: { 'if-none-match': headers.etag as string } });
  expect([again.statusCode, again.body, again.headers['cache-control']]).toEqual([304, '', 'no-cache']);
  const other = await app.inject({ url: '/console/', headers: { 'if-none-match': headers.etag as string } });
  expect(other.statusCode).toBe(200);
});

it('has no explorer in production', async () => {
  const bare = fastify();
  await servePages(bare, 'production', folder);
  expect((await bare.inject('/explorer/')).statusCode).toBe(404);
  expect((await bare.inject('/console/')).statusCode).toBe(200);
});

it('serves nothing if nothing was built', async () => {
  const bare = fastify();
  await servePages(bare, 'development', path.join(folder, 'nothing'));
  expect((await bare.inject('/shop/')).statusCode).toBe(404);
});

it.each(QUERIES)("the explorer's queries match the schema: %s", (query) => {
  const schema = buildSchema(readFileSync(path.resolve(__dirname, '../../../schema.graphql'), 'utf8'));
  expect(validate(schema, parse(query))).toEqual([]);
});
