/** `npm run client`: builds the package @freshet/client in dist/client, ready for `npm pack` or `npm publish`. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { bootstrapOrExit, root } from './bootstrap.mjs';

await bootstrapOrExit({ dev: true, compile: false });
const from = path.join(root, 'client');
const to = path.join(root, 'dist', 'client');
rmSync(to, { recursive: true, force: true });
const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', path.join(from, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
mkdirSync(path.join(to, 'dist', 'generated'), { recursive: true });
copyFileSync(path.join(from, 'src/generated/schema.d.ts'), path.join(to, 'dist/generated/schema.d.ts'));
for (const name of ['package.json', 'README.md']) copyFileSync(path.join(from, name), path.join(to, name));
console.log(`@freshet/client is in ${path.relative(process.cwd(), to) || '.'}: npm pack ./dist/client`);
