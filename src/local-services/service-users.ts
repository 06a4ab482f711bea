/**
 * Tracks which processes use a shared service, with one file for each process, so that the last one can stop it.
 * Crashed processes do not count. Call these functions only while holding the lock under which the service is started
 * and stopped.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { processIdentity, isStillRunning } from './process-table';

/** Registers this process as a user of the service. Returns the path of its file. */
export function registerUser(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${process.pid}-${randomBytes(4).toString('hex')}`);
  writeFileSync(file, processIdentity(process.pid));
  return file;
}

/** Removes the file of a user. Returns whether no other process uses the service. */
export function unregisterUser(file: string): boolean {
  rmSync(file, { force: true });
  const folder = path.dirname(file);
  const others = readdirSync(folder).map((name) => path.join(folder, name));
  return others.every((other) => {
    if (isStillRunning(readFileSync(other, 'utf8'))) return false;
    rmSync(other, { force: true });
    return true;
  });
}
