import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** The import rules, each with files that break it. The linter has to find every one of them. */
const PLANTED: Record<string, Record<string, string>> = {
  'pure-cores-do-no-io': {
    'src/learn/reads-a-file.ts': `import { readFileSync } from 'node:fs';\nexport const read = readFileSync;`,
    'src/features/asks-redis.ts': `export const ask = () => import('ioredis');`,
    'src/recommend/knows-graphql.ts': `import type { GraphQLError } from 'graphql';\nexport type E = GraphQLError;`,
    'src/expressions/answers.ts': `import { GraphQLError } from 'graphql';\nexport const e = GraphQLError;`,
    'src/search-engine/index/spawns.ts': `import { Worker } from 'node:worker_threads';\nexport const w = Worker;`,
    'src/live-state/learner/reads-a-file.ts': `import { readFileSync } from 'node:fs';\nexport const r = readFileSync;`,
    'src/learn/opens.ts': `export const zip = require('zlib');`,
    'src/search-engine/text/reads-a-dictionary.ts': `export const read = () => import('node:fs');`,
  },
  'pure-cores-stay-pure': {
    'src/recommend/asks-a-service.ts': `export * from './list.service';`,
    'src/learn/reads-settings.ts': `export * from '../config';`,
    'src/evaluation/ranks-live.ts': `export * from '../recommend/list.service';`,
  },
  'drivers-only-in-platform': {
    'src/recommend/list.service.ts': `import { Pool } from 'pg';\nexport const p = Pool;`,
    'workers/queue.ts': `import { Worker } from 'bullmq';\nexport const w = Worker;`,
  },
  'rooms-use-public-files': {
    'src/search/uses-a-private-file.ts': `export * from '../recommend/knows-graphql';`,
    'src/customers/asks-a-private-service.ts': `export * from '../orders/one.service';`,
  },
  'level-0-uses-lower-levels': { 'src/learn/asks-a-session.ts': `export * from '../auth/session';` },
  'level-1-uses-lower-levels': { 'src/search-engine/opens-a-pool.ts': `export * from '../platform/connects';` },
  'level-2-uses-lower-levels': { 'src/platform/knows-a-room.ts': `export * from '../auth/session';` },
  'level-3-uses-lower-levels': { 'src/graphql/knows-a-key.ts': `export * from '../auth/session';` },
  'level-4-uses-lower-levels': { 'src/rooms/knows-a-key.ts': `export * from '../auth/session';` },
  'level-5-uses-lower-levels': { 'src/models/recommends.ts': `export * from '../recommend/public';` },
  'level-6-uses-lower-levels': { 'src/events/counts-streams.ts': `export * from '../streams/public';` },
  'level-7-uses-lower-levels': { 'src/catalog/counts-streams.ts': `export * from '../streams/public';` },
  'level-8-uses-lower-levels': { 'src/streams/knows-customers.ts': `export * from '../customers/public';` },
  'level-9-uses-lower-levels': { 'src/orders/knows-customers.ts': `export * from '../customers/public';` },
  'level-10-uses-lower-levels': { 'src/monitoring/knows-customers.ts': `export * from '../customers/public';` },
  'level-11-uses-lower-levels': { 'src/customers/searches.ts': `export * from '../search/public';` },
  'level-12-uses-lower-levels': { 'src/recommend/searches.ts': `export * from '../search/public';` },
  'level-13-uses-lower-levels': { 'src/search/knows-the-demo.ts': `export * from '../demo/public';` },
  // Rooms of one level don't use each other.
  'level-17-uses-lower-levels': { 'src/imports/knows-the-demo.ts': `export * from '../demo/public';` },
  'every-room-has-a-level': { 'src/new-room/new.ts': `import { id } from '../auth/session';\nexport const n = id;` },
  'rooms-do-not-compose': { 'src/orders/composes.ts': `export * from '../shop';` },
  'config-below-rooms': { 'src/networks.ts': `export * from './auth/session';` },
  'src-knows-no-program': { 'src/knows-a-program.ts': `export * from '../cli/command';` },
  'programs-are-apart': { 'cli/command.ts': `export * from '../workers/queue';` },
  'features-look-at-state': { 'src/features/ranks.ts': `export * from '../catalog/sorted';` },
  'no-cycles': {
    'src/orders/one.ts': `import { two } from './two';\nexport const one = (): number => two();`,
    'src/orders/two.ts': `import { one } from './one';\nexport const two = (): number => one();`,
  },
  'no-development-packages': { 'src/orders/tests.ts': `import fc from 'fast-check';\nexport const f = fc;` },
  'only-declared-packages': {
    'src/orders/undeclared.ts': `import deepEqual from 'fast-deep-equal';\nexport const d = deepEqual;`,
  },
  'everything-resolves': { 'src/orders/nowhere.ts': `export * from './does-not-exist';` },
};

/** Files that the linter must not report: the exceptions of the rules. */
const ALLOWED: Record<string, string> = {
  'src/config.ts': `export const config = 1;`,
  'src/shop.ts': `export * from './auth/session';`,
  'src/auth/session.ts': `export const id = 1;`,
  'src/orders/one.service.ts': `export const one = 1;`,
  'src/catalog/sorted.ts': `export const sorted = 1;`,
  'src/streams/public.ts': `export const streams = 1;`,
  'src/recommend/public.ts': `export const recommend = 1;`,
  'src/customers/public.ts': `export const customers = 1;`,
  'src/demo/public.ts': `export const demo = 1;`,
  'src/search/public.ts': `export const search = 1;`,
  'src/events/log-event.ts': `export interface LogEvent { id: string }`,
  'src/search/uses-the-log.ts': `import type { LogEvent } from '../events/log-event';\nexport type L = LogEvent;`,
  'src/search/uses-a-public-file.ts': `export * from '../recommend/public';`,
  'src/search/needs-a-room.ts': `export * from '../recommend/room';`,
  'src/recommend/room.ts': `export const room = { api: () => import('./api.js') };`,
  'src/recommend/api.ts': `export * from './room';`,
  'src/search/uses-a-graphql-type.ts': `export * from '../recommend/list.type';`,
  'src/recommend/list.type.ts': `export class List {}`,
  'src/platform/connects.ts': `import { Pool } from 'pg';\nexport const p = Pool;`,
  'src/local-services/connects.ts': `import { Pool } from 'pg';\nexport const q = Pool;`,
  'src/search/type-of-other.ts': `import type { Other } from './other';\nexport interface One { other?: Other }`,
  'src/evaluation/search/minisearch-engine.ts': `export const load = () => import('minisearch');`,
  'src/search/other.ts': `import type { One } from './type-of-other';\nexport interface Other { one?: One }`,
};

/** The list of public files of each room. */
const READMES = Object.fromEntries(
  [
    ['auth', 'session.ts'],
    ['events', 'log-event.ts'],
    ...['customers', 'demo', 'recommend', 'search', 'streams'].map((room) => [room, 'public.ts']),
  ].map(([room, file]) => [
    `src/${room}/README.md`,
    `# ${room}\n\n## Used by other rooms\n\n- \`${file}\`: an example\n\n## Later\n\n- \`knows-graphql.ts\`: not public\n`,
  ]),
);

const root = path.resolve(__dirname, '..', '..', '..');

interface Finding {
  readonly from: string;
  readonly rule: { readonly name: string };
}

let folder: string;
let findings: Finding[];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'freshet-arrows-'));
  for (const name of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs'])
    cpSync(path.join(root, name), path.join(folder, name));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  for (const [name, text] of Object.entries(
    Object.assign({}, ALLOWED, READMES, ...Object.values(PLANTED)) as Record<string, string>,
  )) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), `${text}\n`);
  }
  findings = await cruise();
});

afterAll(() => rmSync(folder, { recursive: true }));

async function cruise(): Promise<Finding[]> {
  const cruiser = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [cruiser, 'src', 'workers', 'cli', '--output-type', 'json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 1e8 });
  return (JSON.parse(stdout) as { summary: { violations: Finding[] } }).summary.violations;
}

const violators = (rule: string) =>
  new Set(findings.filter((finding) => finding.rule.name === rule).map(({ from }) => from));

it.each(Object.entries(PLANTED))('%s reports its violations', (rule, files) => {
  const planted = Object.keys(files);
  const found = violators(rule);
  // One file of a cycle is enough.
  if (rule === 'no-cycles') expect(planted.some((file) => found.has(file))).toBe(true);
  else expect(planted.filter((file) => !found.has(file))).toEqual([]);
});

it('permitted imports are not reported', () => {
  const found = new Set(findings.map(({ from }) => from));
  expect(Object.keys(ALLOWED).filter((file) => found.has(file))).toEqual([]);
});
