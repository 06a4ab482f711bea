import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');
const PROJECTS = ['unit', 'integration', 'slow', 'measured'];

it('each test file is run by exactly one project, and so by npm test or npm run test:slow', () => {
  const files = readdirSync(path.join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.join('test', file))
    .sort();
  expect(files.length).toBeGreaterThan(300);
  const run = PROJECTS.flatMap((project) =>
    execFileSync(process.execPath, ['node_modules/jest/bin/jest.js', '--listTests', '--selectProjects', project], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .trim()
      .split('\n')
      .filter((line) => path.isAbsolute(line))
      .map((file) => path.relative(ROOT, file)),
  );
  expect(run.sort()).toEqual(files);
});
