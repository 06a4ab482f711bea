import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { withLock } from '../../../src/local-services/lock-file';

const folder = mkdtempSync(path.join(tmpdir(), 'freshet-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

it('lets one process in at a time', async () => {
  const file = path.join(folder, 'one');
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 5 }, () =>
      withLock(file, async () => {
        most = Math.max(most, ++inside);
        await pause();
        inside--;
      }),
    ),
  );
  expect(most).toBe(1);
  expect(existsSync(file)).toBe(false);
});

it('is released when the task fails', async () => {
  const file = path.join(folder, 'failing');
  await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock(file, () => Promise.resolve('in'))).toBe('in');
});

it.each([
  ['a process that has ended', '4194400 17 abc'],
  ['a process whose number was reused', `${process.pid} 1 abc`],
])('is taken over from %s', async (_, holder) => {
  const file = path.join(folder, 'stale');
  writeFileSync(file, holder);
  expect(await withLock(file, () => Promise.resolve('in'))).toBe('in');
});

it('names the process that holds it', async () => {
  const file = path.join(folder, 'held');
  await withLock(file, async () => {
    await expect(withLock(file, () => Promise.resolve(), 20)).rejects.toThrow(`held by process ${process.pid}`);
  });
});
