/** Vite configuration of Freshet's pages: `shop/` is built into `dist/pages/shop` and served at `/shop/`. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { root } from './bootstrap.mjs';

/** Smaller files fit into one packet even without compression. */
const MIN_COMPRESSED_BYTES = 1_024;

/**
 * @param {string} name the page's folder and URL path
 * @param {{ jsx?: string }} [options] jsx: the package that provides the JSX runtime
 */
export function pageConfig(name, { jsx = 'preact' } = {}) {
  return {
    root: path.join(root, name),
    base: `/${name}/`,
    plugins: [compressed(path.join(root, 'dist', 'pages', name))],
    cacheDir: path.join(root, 'node_modules', '.vite', name),
    resolve: { alias: { '@freshet/client': path.join(root, 'client', 'src', 'index.ts') } },
    oxc: { jsx: { runtime: 'automatic', importSource: jsx } },
    build: {
      outDir: path.join(root, 'dist', 'pages', name),
      emptyOutDir: true,
      target: 'es2022',
      // The pages' Content-Security-Policy allows no inline scripts, and `data:` URLs for images only.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2_000,
      rolldownOptions: {
        // The directive "use client" has no effect here.
        onwarn: (warning, warn) => {
          if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
        },
      },
    },
    // For `npx vite --config shop/vite.config.mjs`, which serves the page next to a running Freshet.
    server: { proxy: { '/graphql': { target: 'http://127.0.0.1:4000', ws: true } } },
  };
}

/** Writes NAME.br and NAME.gz next to each built file: the server sends these and compresses no file itself. */
function compressed(folder) {
  return {
    name: 'compressed',
    apply: 'build',
    closeBundle() {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        const file = path.join(entry.parentPath, entry.name);
        if (!entry.isFile() || /[.](br|gz)$/.test(file)) continue;
        const content = readFileSync(file);
        if (content.length < MIN_COMPRESSED_BYTES) continue;
        const params = {
          // Quality 11 takes twenty times as long for 5 % smaller files.
          [constants.BROTLI_PARAM_QUALITY]: 9,
          [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
        };
        writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
        writeFileSync(`${file}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
      }
    },
  };
}
