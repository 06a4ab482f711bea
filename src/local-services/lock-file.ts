/**
 * A lock between processes of one machine: a file that names its holder. A lock whose holder has ended is taken over,
 * so a crash never leaves it locked. (scripts/lock.mjs is a small version that works before anything is built.)
 */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity, isStillRunning } from './process-table';

/** Runs `task` while holding the lock. Tasks of the same process exclude each other, too. */
export async function withLock<T>(file: string, task: () => Promise<T>, timeoutMs = 10 * 60_000): Promise<T> {
  mkdirSync(path.dirname(file), { recursive: true });
  const ownContent = `${processIdentity(process.pid)} ${randomBytes(6).toString('hex')}`;
  const giveUpAt = Date.now() + timeoutMs;
  while (!tryAcquire(file, ownContent)) {
    const holder = readIfExists(file);
    if (holder === undefined) continue;
    if (!isStillRunning(withoutNonce(holder))) {
      breakLock(file, holder);
    } else if (Date.now() > giveUpAt) {
      throw new Error(
        `${file} is still held by process ${holder.split(' ', 1)[0]} after ${timeoutMs / 1_000} s: end that process.`,
      );
    } else {
      await sleep(50);
    }
  }
  try {
    return await task();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Creates the lock file by a link. That is atomic and, unlike an exclusive open, never exposes an empty lock file. */
function tryAcquire(file: string, content: string): boolean {
  const candidate = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(candidate, content);
  try {
    linkSync(candidate, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(candidate, { force: true });
  }
}

/** Removes the lock of a holder that has ended. Restores the lock if another process has acquired it meanwhile. */
function breakLock(file: string, holder: string): void {
  const movedFile = `${file}.broken.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(file, movedFile);
    if (readIfExists(movedFile) !== holder) linkSync(movedFile, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    rmSync(movedFile, { force: true });
  }
}

function withoutNonce(holder: string): string {
  return holder.slice(0, holder.lastIndexOf(' '));
}

function readIfExists(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}
