import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ChildFailedError, type SupervisedChild, supervise } from '../../../src/platform/supervise';

const folder = mkdtempSync(path.join(tmpdir(), 'freshet-supervise-'));
const children: SupervisedChild[] = [];
const quick = { firstDelayMs: 10, maxDelayMs: 40, stopTimeoutMs: 300, healthyAfterMs: 10_000 };
let count = 0;

/** A program that records each of its starts in the file named by PIDS. */
function program(text: string): { file: string; pids: string } {
  const file = path.join(folder, `program-${count++}.js`);
  const pids = `${file}.pids`;
  writeFileSync(file, `require('fs').appendFileSync(process.env.PIDS, process.pid + '\\n');\n${text}`);
  return { file, pids };
}

function start(text: string): { child: SupervisedChild; lines: string[]; starts: () => number[] } {
  const { file, pids } = program(text);
  const lines: string[] = [];
  const child = supervise('test', file, {
    ...quick,
    env: { ...process.env, PIDS: pids },
    onEvent: (line) => lines.push(line),
  });
  children.push(child);
  return { child, lines, starts: () => startsIn(pids) };
}

const startsIn = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : []);

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 10) {
    if (waited > 10_000) throw new Error('It never happened.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function isRunning(pid: number): boolean {
  try {
    return !execFileSync('cat', [`/proc/${pid}/stat`], { encoding: 'utf8', stdio: 'pipe' }).includes(') Z ');
  } catch {
    return false;
  }
}

const STAYS = `process.on('disconnect', () => process.exit(0)); setInterval(() => {}, 1000);`;

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.stop()));
});

afterAll(() => rmSync(folder, { recursive: true }));

it('starts a killed child again, and logs a line', async () => {
  const { child, lines, starts } = start(STAYS);
  child.trust();
  for (let deaths = 1; deaths <= 6; deaths++) {
    await until(() => starts().length === deaths);
    process.kill(starts()[deaths - 1], 'SIGKILL');
  }
  await until(() => starts().length === 7);
  expect(lines[0]).toBe('The test process was ended by SIGKILL; restarting it in 0.01 s');
  expect(lines.at(-1)).toContain('in 0.04 s');
});

it('gives up on a child that never starts', async () => {
  const { child, starts } = start(`process.exit(3);`);
  await expect(child.failed).rejects.toThrow(ChildFailedError);
  await expect(child.failed).rejects.toThrow('The test process ended with exit code 3 4 times in a row');
  expect(starts()).toHaveLength(4);
});

it('receives the port that a child listens on', async () => {
  const { child } = start(`${STAYS} process.send({ port: 4711 });`);
  await until(() => child.port === 4711);
});

it('stops a child and does not start it again', async () => {
  const { child, lines, starts } = start(STAYS);
  await until(() => starts().length === 1);
  await child.stop();
  expect(isRunning(starts()[0])).toBe(false);
  expect(lines).toEqual([]);
});

it('kills a child that does not end', async () => {
  const { child, lines, starts } = start(`process.on('SIGTERM', () => {}); ${STAYS} process.send({ port: 1 });`);
  await until(() => child.port === 1);
  await child.stop();
  expect(isRunning(starts()[0])).toBe(false);
  expect(lines).toEqual(['The test process has not ended after 0.3 s; sending SIGKILL']);
});

it('a child detects the end of its parent, even by SIGKILL', async () => {
  const { file, pids } = program(STAYS);
  // Stands for supervise(): tests run untranslated code only, and all that matters here is fork's IPC channel.
  const parent = spawn(
    process.execPath,
    ['-e', `require('child_process').fork(${JSON.stringify(file)}); setInterval(() => {}, 1000);`],
    {
      env: { ...process.env, PIDS: pids },
    },
  );
  await until(() => startsIn(pids).length === 1);
  parent.kill('SIGKILL');
  await until(() => !isRunning(startsIn(pids)[0]));
});
