import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { startBackgroundProcess } from '../../../src/platform/background-process';
import { isRunning } from '../../../src/local-services/process-table';
import { unprinted } from '../../setup/unprinted';
import { until } from '../../setup/until';

const MODULE = path.resolve(__dirname, '../../../dist/src/platform/background-process.js');

const LIMITS = { maxHeapMib: 128 };

/** Runs the given orders: prints words, then fails, stays busy forever, fills its heap, or prints the last word. */
const CHILD = `
const { runBackgroundTask } = require(${JSON.stringify(MODULE)});
void runBackgroundTask(async ({ words, then }, say) => {
  for (const word of words) say({ word, pid: process.pid });
  if (then === 'fail') throw new Error('broken on purpose');
  if (then === 'busy') for (;;);
  if (then === 'fill') for (const list = []; ; ) list.push(new Array(10_000).fill(then));
  return { word: then, pid: process.pid };
});`;

/** Starts a background process that stays busy forever, and prints its process id. */
const PARENT = `
const { startBackgroundProcess } = require(${JSON.stringify(MODULE)});
startBackgroundProcess(process.argv[2], { words: ['busy'], then: 'busy' }, { maxHeapMib: 128 }, ({ pid }) =>
  process.send(pid),
);
setInterval(() => undefined, 1000);`;

interface Said {
  readonly word: string;
  readonly pid: number;
}

describe('a background process', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-background-'));
  const child = path.join(folder, 'child.js');
  const parent = path.join(folder, 'parent.js');

  beforeAll(() => {
    writeFileSync(child, CHILD);
    writeFileSync(parent, PARENT);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('returns its messages in order, and ends with the last', async () => {
    const words: string[] = [];
    const order = { words: ['one', 'two'], then: 'three' };
    const { ended } = startBackgroundProcess<Said>(child, order, LIMITS, ({ word }) => words.push(word));
    expect((await ended).word).toBe('three');
    expect(words).toEqual(['one', 'two', 'three']);
  });

  it('fails with the message of its error', async () => {
    const { ended } = startBackgroundProcess<Said>(child, { words: [], then: 'fail' }, LIMITS, () => undefined);
    await expect(ended).rejects.toThrow('broken on purpose');
  });

  it('fails with the limit that it reached when its heap is full', async () => {
    const words: string[] = [];
    const order = { words: ['one'], then: 'fill' };
    const { ended } = startBackgroundProcess<Said>(child, order, { maxHeapMib: 16 }, ({ word }) => words.push(word));
    await unprinted(() => expect(ended).rejects.toThrow('out of memory: the heap reached its limit of 16 MiB'));
    expect(words).toEqual(['one']);
  });

  it('runs all its threads, also those of V8, at the lowest priority, and stops immediately', async () => {
    const words: Said[] = [];
    const busy = startBackgroundProcess<Said>(child, { words: ['busy'], then: 'busy' }, LIMITS, (said) =>
      words.push(said),
    );
    const [{ pid }] = await until(
      () => words,
      (said) => said.length > 0,
    );
    const threads = readdirSync(`/proc/${pid}/task`).map(Number);
    expect(threads.length).toBeGreaterThan(4);
    expect(threads.map((thread) => getPriority(thread))).toEqual(threads.map(() => 19));
    await busy.terminate();
    expect(isRunning(pid)).toBe(false);
    await expect(busy.ended).rejects.toThrow('SIGKILL');
  });

  it('ends with its parent, also when it is busy or the parent is killed', async () => {
    const starter = fork(parent, [child]);
    const [pid] = (await once(starter, 'message')) as [number];
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toContain(`PPid:\t${starter.pid}\n`);
    starter.kill('SIGKILL');
    await until(
      () => isRunning(pid),
      (running) => !running,
    );
  });
});
