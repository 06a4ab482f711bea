/**
 * A lock file between processes. Its content names the holder; one whose holder is gone is taken over.
 * Two files say the same, because this one runs before anything is built: see src/platform/lock-file.ts.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `run` while holding the lock.
 * @template T
 * @param {string} file
 * @param {{ run: () => T | Promise<T>, onWait?: (pid: number) => void, patienceMs?: number }} options
 * @returns {Promise<T>}
 */
export async function withLock(file, { run, onWait, patienceMs = 15 * 60_000 }) {
  mkdirSync(path.dirname(file), { recursive: true });
  const giveUpAt = Date.now() + patienceMs;
  let told = false;
  while (!tryTake(file)) {
    const holder = readHolder(file);
    if (holder === undefined) continue;
    if (holder === process.pid || !isAlive(holder)) {
      breakLock(file, holder);
      continue;
    }
    if (Date.now() > giveUpAt) throw new Error(`${file} is held by process ${holder}, which does not let go.`);
    if (!told) onWait?.(holder);
    told = true;
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

/** Linking is atomic and, unlike opening exclusively, never shows a lock without its content. */
function tryTake(file) {
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

/** Moves a dead holder's lock aside. Had another process been quicker, what was moved is its lock: it is put back. */
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
