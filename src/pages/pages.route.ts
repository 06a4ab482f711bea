import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Where the build leaves the pages: `dist/pages`, beside `dist/src`. */
const PAGES_FOLDER = path.join(__dirname, '..', '..', 'pages');

/** The explorer is a tool for developers. */
const PAGES = { production: ['shop', 'console'], development: ['shop', 'console', 'explorer'] } as const;

/**
 * A page takes everything from its own host, and runs no script that is not a file of its build.
 * `data:` is for pictures and fonts alone.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: https:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const YEAR_SECONDS = 365 * 24 * 3600;

/**
 * `/shop/`, `/console/` and, but in production, `/explorer/`, for anybody: what they show, GraphQL gives them or refuses. Every path below one that is no
 * file is the page itself, which reads its address. Files under `assets/` carry a hash of their content in their names.
 */
export async function servePages(app: FastifyInstance, nodeEnv: string, folder = PAGES_FOLDER): Promise<void> {
  for (const page of PAGES[nodeEnv === 'production' ? 'production' : 'development']) {
    const root = path.join(folder, page);
    // A build without pages serves none.
    if (!existsSync(path.join(root, 'index.html'))) continue;
    const html = readFileSync(path.join(root, 'index.html'));
    const etag = `"${createHash('sha256').update(html).digest('base64url').slice(0, 22)}"`;
    await app.register(fastifyStatic, {
      root: path.join(root, 'assets'),
      prefix: `/${page}/assets/`,
      decorateReply: false,
      cacheControl: false,
      index: false,
      // The build puts NAME.br and NAME.gz beside each file.
      preCompressed: true,
      setHeaders: (reply) => void reply.header('cache-control', `public, max-age=${YEAR_SECONDS}, immutable`),
    });
    app.get(`/${page}`, async (_request, reply) => reply.redirect(`/${page}/`, 308));
    app.get(`/${page}/*`, async ({ headers }, reply) => {
      void reply.header('content-security-policy', CONTENT_SECURITY_POLICY).header('cache-control', 'no-cache');
      void reply.header('etag', etag);
      if (headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type('text/html; charset=utf-8').send(html);
    });
  }
}
