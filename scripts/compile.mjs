/** Compiles the TypeScript sources of the programs into dist, and copies their data. Types are not checked. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const OPTIONS = createRequire(import.meta.url)('./swc-options.cjs');

/**
 * Compiles all sources, which takes two seconds, and removes the output of deleted ones, because a stale module could
 * still be loaded.
 * @param {string} root
 * @param {readonly string[]} sources paths below root
 * @param {readonly string[]} folders those of dist that contain only this output
 */
export async function compile(root, sources, folders) {
  // Loaded here, because a production image has no compiler.
  const { transformFile } = await import('@swc/core');
  const expected = new Set();
  await Promise.all(
    sources.map(async (source) => {
      const output = path.join('dist', source.replace(/\.ts$/, '.js'));
      const file = path.join(root, output);
      if (source.endsWith('.json')) {
        expected.add(output);
        mkdirSync(path.dirname(file), { recursive: true });
        copyFileSync(path.join(root, source), file);
        return;
      }
      expected.add(output).add(`${output}.map`);
      const sourceFileName = path.relative(path.dirname(file), path.join(root, source));
      const settings = { ...OPTIONS, swcrc: false, configFile: false, sourceMaps: true, sourceFileName };
      const { code, map } = await transformFile(path.join(root, source), settings);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(`${file}.map`, map);
      writeFileSync(file, `${code}//# sourceMappingURL=${path.basename(file)}.map\n`);
    }),
  );
  for (const folder of folders)
    for (const output of filesUnder(root, path.join('dist', folder)))
      if (!expected.has(output)) rmSync(path.join(root, output));
}

/** Returns the paths of all files below a folder, relative to the root, sorted. */
export function filesUnder(root, folder) {
  const absolute = path.join(root, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { recursive: true })
    .map((name) => path.join(folder, name))
    .filter((name) => statSync(path.join(root, name)).isFile())
    .sort();
}
