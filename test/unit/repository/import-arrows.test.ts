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
    'src/search/index/spawns.ts': `import { Worker } from 'node:worker_threads';\nexport const w = Worker;`,
    'src/learn/opens.ts': `export const zip = require('zlib');`,
    'src/search/text/reads-a-dictionary.ts': `export const read = () => import('node:fs');`,
  },
  'pure-cores-stay-pure': {
    'src/recommend/asks-a-service.ts': `export * from './list.service';`,
    'src/learn/reads-settings.ts': `export * from '../config';`,
    'src/search/evaluation/ranks-live.ts': `export * from '../../recommend/list.service';`,
  },
  'drivers-only-in-platform': {
    'src/recommend/list.service.ts': `import { Pool } from 'pg';\nexport const p = Pool;`,
    'workers/queue.ts': `import { Worker } from 'bullmq';\nexport const w = Worker;`,
  },
  'rooms-through-their-doors': { 'src/catalog/nosy.ts': `export * from '../recommend/knows-graphql';` },
  'platform-knows-no-room': { 'src/platform/knows-a-room.ts': `export * from '../learn/reads-settings';` },
  'src-knows-no-door': { 'src/knows-a-door.ts': `export * from '../cli/command';` },
  'doors-are-apart': { 'cli/command.ts': `export * from '../workers/queue';` },
  'features-below-ranking': { 'src/features/ranks.ts': `export * from '../recommend/knows-graphql';` },
  'state-below-features': { 'src/live-state/history.ts': `export * from '../features/asks-redis';` },
  'learn-below-all': { 'src/learn/asks-the-catalogue.ts': `export * from '../catalog/nosy';` },
  'no-cycles': {
    'src/orders/one.ts': `import { two } from './two';\nexport const one = (): number => two();`,
    'src/orders/two.ts': `import { one } from './one';\nexport const two = (): number => one();`,
  },
  'no-development-packages': { 'src/orders/tests.ts': `import fc from 'fast-check';\nexport const f = fc;` },
  'everything-resolves': { 'src/orders/nowhere.ts': `export * from './does-not-exist';` },
};

/** Files that the linter must not report: the exceptions of the rules. */
const ALLOWED: Record<string, string> = {
  'src/config.ts': `export const config = 1;`,
  'src/events/log-event.ts': `export interface LogEvent { id: string }`,
  'src/search/uses-the-log.ts': `import type { LogEvent } from '../events/log-event';\nexport type L = LogEvent;`,
  'src/search/calls-a-service.ts': `export * from '../recommend/list.service';`,
  'src/platform/connects.ts': `import { Pool } from 'pg';\nexport const p = Pool;`,
  'src/search/type-of-other.ts': `import type { Other } from './other';\nexport interface One { other?: Other }`,
  'src/evaluation/search/minisearch-engine.ts': `export const load = () => import('minisearch');`,
  'src/search/other.ts': `import type { One } from './type-of-other';\nexport interface Other { one?: One }`,
};

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
    Object.assign({}, ALLOWED, ...Object.values(PLANTED)) as Record<string, string>,
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
