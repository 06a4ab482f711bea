/**
 * A lock file between processes. It contains the holder's process id; a lock whose holder has ended is broken.
 * The logic is duplicated in src/local-services/lock-file.ts, because this file runs before anything is built.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `run` while holding the lock.
 * @template T
 * @param {string} file
 * @param {{ run: () => T | Promise<T>, onWait?: (pid: number) => void, notifyEveryMs?: number, patienceMs?: number }} options
 * @returns {Promise<T>}
 */
export async function withLock(file, { run, onWait, notifyEveryMs = Infinity, patienceMs = 15 * 60_000 }) {
  mkdirSync(path.dirname(file), { recursive: true });
  const giveUpAt = Date.now() + patienceMs;
  let notifyAt = 0;
  while (!tryAcquire(file)) {
    const holder = readHolder(file);
    if (holder === undefined) continue;
    if (holder === process.pid || !isAlive(holder)) {
      breakLock(file, holder);
      continue;
    }
    if (Date.now() > giveUpAt)
      throw new Error(`${file} is held by process ${holder}, which did not release it in time.`);
    if (Date.now() >= notifyAt) {
      onWait?.(holder);
      notifyAt = Date.now() + notifyEveryMs;
    }
    await sleep(100);
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await run();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

/** Creates the lock by linking, which is atomic and, unlike exclusive opening, never exposes a lock without content. */
function tryAcquire(file) {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function readHolder(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  }
}

/**
 * Removes the lock of a holder that has ended. If another process has acquired the lock in the meantime, the moved file
 * is that process's lock, and it is restored.
 */
function breakLock(file, holder) {
  const aside = `${file}.broken.${process.pid}`;
  try {
    renameSync(file, aside);
    if (readHolder(aside) !== holder) linkSync(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
