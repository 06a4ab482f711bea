/**
 * Compiles TypeScript sources into dist. A source is compiled only if it or the compiler has changed since the last
 * time. Output of deleted sources is removed, because a stale module could still be loaded.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const MANIFEST = path.join('dist', '.compiled.json');

/**
 * @param {{ root: string, sources: readonly string[], folders: readonly string[], options: object, compiler: string }} settings
 *   sources: paths below root; folders: those of dist that contain only output; compiler: its version
 */
export async function compile({ root, sources, folders, options, compiler }) {
  const { transformFile } = await import('@swc/core');
  const manifest = path.join(root, MANIFEST);
  const madeBy = hashOf(`${compiler}\0${JSON.stringify(options)}`);
  const before = readManifest(manifest);
  const known = before?.madeBy === madeBy ? before.files : {};
  const hashes = Object.fromEntries(sources.map((file) => [file, hashOf(readFileSync(path.join(root, file)))]));
  const isCurrent = (file) => known[file] === hashes[file] && existsSync(path.join(root, outputOf(file)));
  await Promise.all(
    sources
      .filter((file) => !isCurrent(file))
      .map(async (file) => {
        const output = path.join(root, outputOf(file));
        const name = path.basename(output);
        const { code, map } = await transformFile(path.join(root, file), {
          ...options,
          swcrc: false,
          configFile: false,
          sourceMaps: true,
          sourceFileName: path.relative(path.dirname(output), path.join(root, file)),
        });
        mkdirSync(path.dirname(output), { recursive: true });
        writeFileSync(`${output}.map`, map);
        writeFileSync(output, `${code}//# sourceMappingURL=${name}.map\n`);
      }),
  );
  const expected = new Set(sources.map(outputOf).flatMap((output) => [output, `${output}.map`]));
  for (const folder of folders)
    for (const output of filesUnder(root, path.join('dist', folder)))
      if (!expected.has(output)) rmSync(path.join(root, output));
  mkdirSync(path.dirname(manifest), { recursive: true });
  writeFileSync(manifest, JSON.stringify({ madeBy, files: hashes }));
}

const outputOf = (source) => path.join('dist', source.replace(/\.ts$/, '.js'));

const hashOf = (content) => createHash('sha256').update(content).digest('base64url');

function readManifest(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // missing, or cut off by a kill
  }
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
