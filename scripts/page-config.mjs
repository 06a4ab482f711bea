/** How a page of Freshet is built: `shop/` → `dist/pages/shop`, served at `/shop/`. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { root } from './bootstrap.mjs';

/** Smaller files fit into one packet either way. */
const MIN_COMPRESSED_BYTES = 1_024;

/**
 * @param {string} name the page's folder, and where it is served
 * @param {{ jsx?: string }} [options] jsx: the package that makes its elements
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

/** Puts NAME.br and NAME.gz beside each built file, for clients that accept them: the server compresses no file itself. */
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
          // The best one, 11, takes twenty times as long for a twentieth less.
          [constants.BROTLI_PARAM_QUALITY]: 9,
          [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
        };
        writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
        writeFileSync(`${file}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
      }
    },
  };
}
