import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The folder of the built pages: `dist/pages`, next to `dist/src`. */
const PAGES_FOLDER = path.join(__dirname, '..', '..', 'pages');

/** The pages by environment (NODE_ENV). The explorer is a tool for developers. */
const PAGES = { production: ['shop', 'console'], development: ['shop', 'console', 'explorer'] } as const;

/**
 * A page may load images from any HTTPS host, and other resources only from its own host. Inline scripts are not
 * allowed. `data:` URLs are allowed for images and fonts only.
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
 * Serves `/shop/`, `/console/` and, except in production, `/explorer/` without authentication. The pages load their
 * data through GraphQL, which checks the key. The scripts, styles and other files of a page are below `assets/`, such
 * as `/shop/assets/`. They may be cached forever, because their names contain a hash of their content. Every other path
 * below `/shop/` returns the page itself, whose script reads the path.
 */
export async function servePages(app: FastifyInstance, nodeEnv: string, folder = PAGES_FOLDER): Promise<void> {
  for (const page of PAGES[nodeEnv === 'production' ? 'production' : 'development']) {
    const root = path.join(folder, page);
    // A build may lack some pages.
    if (!existsSync(path.join(root, 'index.html'))) continue;
    const html = readFileSync(path.join(root, 'index.html'));
    const etag = `"${createHash('sha256').update(html).digest('base64url').slice(0, 22)}"`;
    await app.register(async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, access: 'PUBLIC' };
      });
      await scope.register(fastifyStatic, {
        root: path.join(root, 'assets'),
        prefix: `/${page}/assets/`,
        decorateReply: false,
        cacheControl: false,
        index: false,
        // The build creates NAME.br and NAME.gz for each file.
        preCompressed: true,
        setHeaders: (reply) => void reply.header('cache-control', `public, max-age=${YEAR_SECONDS}, immutable`),
      });
    });
    const options = { config: { access: 'PUBLIC' } } as const;
    app.get(`/${page}`, options, async (_request, reply) => reply.redirect(`/${page}/`, 308));
    app.get(`/${page}/*`, options, async ({ headers }, reply) => {
      void reply.header('content-security-policy', CONTENT_SECURITY_POLICY).header('cache-control', 'no-cache');
      void reply.header('etag', etag);
      if (headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type('text/html; charset=utf-8').send(html);
    });
  }
}
