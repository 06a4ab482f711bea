/**
 * A lock between processes of one machine: a file whose content names its holder. One whose holder is gone is taken over,
 * so a crash locks nobody out. (scripts/lock.mjs is its small sister for the time before anything is built.)
 */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isStillRunning } from './process-table';

/** Runs `task` while holding the lock. Two tasks of one process exclude each other too. */
export async function withLock<T>(file: string, task: () => Promise<T>, patienceMs = 10 * 60_000): Promise<T> {
  mkdirSync(path.dirname(file), { recursive: true });
  const mine = `${identityOf(process.pid)} ${randomBytes(6).toString('hex')}`;
  const giveUpAt = Date.now() + patienceMs;
  while (!tryTake(file, mine)) {
    const holder = readIfThere(file);
    if (holder === undefined) continue;
    if (!isStillRunning(withoutNonce(holder))) {
      breakLock(file, holder);
    } else if (Date.now() > giveUpAt) {
      throw new Error(`${file} is held by process ${holder.split(' ', 1)[0]}, which does not let go.`);
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

/** Linking is atomic and, unlike opening exclusively, never shows a lock without its content. */
function tryTake(file: string, mine: string): boolean {
  const candidate = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(candidate, mine);
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

/** Moves a dead holder's lock aside. Had another process been quicker, what was moved is its lock: it is put back. */
function breakLock(file: string, holder: string): void {
  const aside = `${file}.broken.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(file, aside);
    if (readIfThere(aside) !== holder) linkSync(aside, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function withoutNonce(holder: string): string {
  return holder.slice(0, holder.lastIndexOf(' '));
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}
