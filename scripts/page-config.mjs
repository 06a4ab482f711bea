/** How a page of Freshet is built: `shop/` → `dist/pages/shop`, served at `/shop/`. */
import path from 'node:path';
import { root } from './bootstrap.mjs';

/**
 * @param {string} name the page's folder, and where it is served
 * @param {{ jsx?: string }} [options] jsx: the package that makes its elements
 */
export function pageConfig(name, { jsx = 'preact' } = {}) {
  return {
    root: path.join(root, name),
    base: `/${name}/`,
    cacheDir: path.join(root, 'node_modules', '.vite', name),
    resolve: { alias: { '@freshet/client': path.join(root, 'client', 'src', 'index.ts') } },
    oxc: { jsx: { runtime: 'automatic', importSource: jsx } },
    build: {
      outDir: path.join(root, 'dist', 'pages', name),
      emptyOutDir: true,
      target: 'es2022',
      // The Content-Security-Policy of a page allows no inlined script, and `data:` for images alone.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2_000,
      rolldownOptions: {
        // "use client" means nothing here.
        onwarn: (warning, warn) => {
          if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
        },
      },
    },
    // `npx vite --config shop/vite.config.mjs`: the page alone, beside a running Freshet.
    server: { proxy: { '/graphql': { target: 'http://127.0.0.1:4000', ws: true } } },
  };
}
