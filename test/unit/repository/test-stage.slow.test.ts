import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expectExactly } from '../../setup/final-failure';
import { FINAL_FAILURE } from '../../setup/final-failure-text';

const ROOT = path.resolve(__dirname, '../../..');
const FINAL_FAILURE_MODULE = path.join(ROOT, 'test/setup/final-failure-text.js');

/** Returns the number of this run of the file, from 1. */
const RUN = `const run = (() => {
  const fs = require('node:fs');
  fs.appendFileSync(__filename + '.runs', '.');
  return fs.readFileSync(__filename + '.runs', 'utf8').length;
})();`;

const PASSES = `it('passes', () => {});`;
const FAILS = `it('fails', () => expect('a wrong value').toBe('right'));`;
const FAILS_FIRST = `${RUN} it('fails first', () => expect(run === 1 ? 'a wrong value' : 'right').toBe('right'));`;
const FAILS_TWICE = `${RUN} it('fails twice', () => expect(run <= 2 ? 'a wrong value' : 'right').toBe('right'));`;
const LOSES_FIRST = `${RUN} const { FINAL_FAILURE } = require(${JSON.stringify(FINAL_FAILURE_MODULE)});
  it('loses an event first', () => { if (run === 1) throw new Error(FINAL_FAILURE + ' lost: e1'); });`;
const LOSES_LATE = `${RUN} const { FINAL_FAILURE } = require(${JSON.stringify(FINAL_FAILURE_MODULE)});
  afterAll(() => { if (run === 1) throw new Error(FINAL_FAILURE + ' lost: e1'); }); ${PASSES}`;
const FAILS_LATE = `${RUN} afterAll(() => { if (run === 1) throw new Error('not closed'); }); ${PASSES}`;
const SKIPS_LATER = `${RUN} (run === 1 ? it : it.skip)('fails, then is skipped', () => { throw new Error('no'); });`;
const BREAKS_FIRST = `${RUN} if (run === 1) throw new Error('not loaded'); ${PASSES}`;

describe('npm test', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'freshet-stage-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs `npm test` on made-up test files, and returns its exit code and what it prints after Jest's output. */
  async function run(files: Readonly<Record<string, string>>, options: readonly string[] = [], config = {}) {
    const rootDir = mkdtempSync(path.join(folder, 'case-'));
    mkdirSync(rootDir, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(rootDir, name), text);
    const settings = { rootDir, testMatch: ['<rootDir>/*.test.js'], transform: {}, ...config };
    const args = [path.join(ROOT, 'scripts/test.mjs'), ...options, '--config', JSON.stringify(settings)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const code = await new Promise((resolve) => child.once('close', resolve));
    const lines = output.trimEnd().split('\n');
    const flaky = lines.filter((line) => line.startsWith('Flaky: ')).map((line) => line.replace(/^.*\//, ''));
    return { code, flaky, last: lines.at(-1), output };
  }

  it('runs a failed file again, counts its last run, and says that it is flaky with the first message', async () => {
    const ended = await run({ 'a.test.js': PASSES, 'b.test.js': FAILS_FIRST, 'c.test.js': BREAKS_FIRST });
    expect(ended).toMatchObject({
      code: 0,
      flaky: ['b.test.js (failed 1 of 2)', 'c.test.js (failed 1 of 2)'],
      last: '3 passed, 0 failed',
    });
    expect(ended.output).toContain('Received: "a wrong value"');
    expect(ended.output).toContain('not loaded');
  });

  it('runs a file at most three times', async () => {
    const ended = await run({ 'a.test.js': FAILS_TWICE, 'b.test.js': FAILS, 'c.test.js': PASSES });
    expect(ended).toMatchObject({ code: 1, flaky: ['a.test.js (failed 2 of 3)'], last: '2 passed, 1 failed' });
  });

  it('does not excuse a lost event by another run, nor a failed test by one that skips it', async () => {
    expect(await run({ 'a.test.js': LOSES_FIRST })).toMatchObject({ code: 1, flaky: [], last: '0 passed, 1 failed' });
    expect(await run({ 'a.test.js': LOSES_LATE })).toMatchObject({ code: 1, flaky: [], last: '1 passed, 1 failed' });
    expect(await run({ 'a.test.js': SKIPS_LATER })).toMatchObject({ code: 1, flaky: [], last: '0 passed, 1 failed' });
    const late = await run({ 'a.test.js': FAILS_LATE });
    expect(late).toMatchObject({ code: 0, flaky: ['a.test.js (failed 1 of 2)'], last: '1 passed, 0 failed' });
  });

  it('starts no file after the given time, and lists those that it has not run', async () => {
    const config = { testRunner: path.join(ROOT, 'test/setup/run-in-time.js') };
    const files = { 'a.test.js': PASSES, 'b.test.js': FAILS };
    const ended = await run(files, ['--minutes', '0'], config);
    expect(ended).toMatchObject({ code: 0, flaky: [], last: '0 passed, 0 failed' });
    expect(ended.output.match(/^Not run, because the time had passed: .*$/gm)).toHaveLength(2);
    expect(await run(files, ['--minutes', '9'], config)).toMatchObject({ code: 1, last: '1 passed, 1 failed' });
    // A stage that skips its tests itself has run.
    const skipped = await run(
      { 'a.test.js': `it.skip('is skipped', () => {}); ${PASSES}` },
      ['--minutes', '9'],
      config,
    );
    expect(skipped).toMatchObject({ code: 0, last: '1 passed, 0 failed' });
  });

  it('fails if files did not run', async () => {
    const ended = await run({ 'a.test.js': FAILS_FIRST, 'b.test.js': FAILS }, ['--bail', '--runInBand']);
    expect(ended).toMatchObject({ code: 1, flaky: [] });
  });

  it('marks failed expectations of exact tests', () => {
    expect(() => expectExactly(() => expect(1).toBe(2))).toThrow(FINAL_FAILURE);
    return expect(expectExactly(() => expect(Promise.resolve(1)).resolves.toBe(2))).rejects.toThrow(FINAL_FAILURE);
  });

  it('runs no file again with --no-retry, or if more than ten files fail', async () => {
    const once = await run({ 'a.test.js': FAILS_FIRST, 'b.test.js': PASSES }, ['--no-retry']);
    expect(once).toMatchObject({ code: 1, flaky: [], last: '1 passed, 1 failed' });
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`t${n}.test.js`, FAILS_FIRST]));
    expect(await run(many)).toMatchObject({ code: 1, flaky: [], last: '0 passed, 11 failed' });
  });

  it('fails if the global setup fails or no test ran', async () => {
    const files = { 'a.test.js': PASSES, 'setup.js': `module.exports = () => { throw new Error('no PostgreSQL'); };` };
    const ended = await run(files, [], { globalSetup: '<rootDir>/setup.js' });
    expect(ended).toMatchObject({ code: 1, last: '0 passed, 1 failed' });
    expect(await run({})).toMatchObject({ code: 1, last: '0 passed, 1 failed' });
  });
});
