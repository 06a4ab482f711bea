import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readConfig } from '../../../src/config';

/** What can be checked of the image without a container engine. No test builds it. */

const ROOT = path.resolve(__dirname, '../../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const withoutComments = (text: string) => text.replace(/^\s*#.*\n/gm, '');

const dockerfile = read('Dockerfile');
const instructions = withoutComments(dockerfile).replaceAll('\\\n', ' ');
const compose = withoutComments(read('compose.yaml'));
const ignored = read('.dockerignore')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

const matchesOf = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found);

/** Whether a file or folder of the checkout is left out of the build context. */
const isIgnored = (name: string) => ignored.includes(name) || ignored.includes(`**/${path.basename(name)}`);

it('copies files that exist and are in the build context', () => {
  const copied = matchesOf(instructions, /^COPY (?!--from)(.*) \S+$/gm).flatMap((names) => names.split(' '));
  expect(copied).toContain('package-lock.json');
  expect(copied.filter((name) => !existsSync(path.join(ROOT, name)) || isIgnored(name))).toEqual([]);
});

it('copies from stages that exist', () => {
  const stages = matchesOf(instructions, /^FROM \S+ AS (\S+)$/gm);
  const from = matchesOf(instructions, /^COPY --from=(\S+) /gm);
  expect(from.length).toBeGreaterThan(0);
  expect(from.filter((stage) => !stages.includes(stage))).toEqual([]);
});

it('leaves nothing out that the build reads', () => {
  const bootstrap = read('scripts/bootstrap.mjs');
  const folders = matchesOf(bootstrap, /^const (?:SOURCE_FOLDERS|PAGES) = \[(.*)\];$/gm).flatMap((list) =>
    matchesOf(list, /'(.*?)'/g),
  );
  expect(folders).toEqual(expect.arrayContaining(['src', 'bench', 'console']));
  const needed = [...folders, 'client', 'kernels', 'prisma', 'prisma.config.ts', 'schema.graphql', 'scripts'];
  expect(needed.filter((name) => !existsSync(path.join(ROOT, name)) || isIgnored(name))).toEqual([]);
});

it('runs scripts that exist', () => {
  const inJson = matchesOf(`${instructions}\n${compose}`, /\b(scripts\/[\w-]+\.mjs)\b/g);
  const inComments = matchesOf(`${dockerfile}\n${read('compose.yaml')}`, /\bnode (scripts\/[\w-]+\.mjs)\b/g);
  const files = new Set([...inJson, ...inComments]);
  expect([...files]).toEqual(expect.arrayContaining(['scripts/start-api.mjs', 'scripts/start-worker.mjs']));
  expect([...files].filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const name of matchesOf(instructions, /npm run (\S+)/g)) expect(scripts).toHaveProperty([name]);
});

it('uses a supported release of Node in all stages', () => {
  const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
  const [minimum] = matchesOf(engines.node, /(\d+)/g);
  const [release] = matchesOf(instructions, /^ARG NODE_RELEASE=(\d+)$/gm);
  expect(Number(release)).toBeGreaterThanOrEqual(Number(minimum));
  const images = matchesOf(instructions, /^FROM (\S+)/gm);
  expect(images.length).toBeGreaterThan(1);
  expect(new Set(images)).toEqual(new Set([`node:\${NODE_RELEASE}-bookworm-slim`]));
});

it('listens on the default port, which is exposed, published and checked', () => {
  const { port } = readConfig({});
  expect(matchesOf(instructions, /\bPORT=(\d+)/g)).toEqual([String(port)]);
  expect(matchesOf(instructions, /^EXPOSE (\d+)$/gm)).toEqual([String(port)]);
  expect(matchesOf(compose, /- 127\.0\.0\.1:\$\{FRESHET_PORT:-\d+\}:(\d+)$/gm)).toEqual([String(port)]);
  const [route] = matchesOf(instructions, /^HEALTHCHECK .*process\.env\.PORT \+ '(\/\w+)'/gm);
  expect(read('src/graphql/http/health.ts')).toContain(`'${route}'`);
});

it('does not run as root', () => {
  const lastStage = instructions.split(/^FROM /m).at(-1) as string;
  expect(matchesOf(lastStage, /^USER (\S+)$/gm)).toEqual(['node']);
  expect(lastStage.indexOf('\nUSER ')).toBeLessThan(lastStage.indexOf('\nCMD '));
});

it('sets only variables that are settings', () => {
  const settings = read('docs/settings.md');
  const ofProcesses = compose.slice(compose.indexOf('x-freshet:'), compose.indexOf('\nservices:'));
  const names = [
    ...matchesOf(ofProcesses, /^ {4}([A-Z_]+): /gm),
    ...matchesOf(instructions, /\b(NODE_ENV|HOST|PORT|DATA_DIR)=/g),
  ];
  expect(names).toEqual(expect.arrayContaining(['DATABASE_URL', 'REDIS_URL', 'HOST']));
  expect(names.filter((name) => !settings.includes(`\`${name}\``))).toEqual([]);
});
