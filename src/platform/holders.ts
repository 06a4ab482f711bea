/**
 * Who is using a shared service: one file a user, so that the last one out can stop it. A user that has crashed does not
 * count. Call these under the lock that also guards starting and stopping.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { identityOf, isStillRunning } from './process-table';

/** Notes this process as a user. Returns the file that says so. */
export function hold(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${process.pid}-${randomBytes(4).toString('hex')}`);
  writeFileSync(file, identityOf(process.pid));
  return file;
}

/** Takes a user's note away. Returns whether nobody else is left. */
export function release(file: string): boolean {
  rmSync(file, { force: true });
  const folder = path.dirname(file);
  const others = readdirSync(folder).map((name) => path.join(folder, name));
  return others.every((other) => {
    if (isStillRunning(readFileSync(other, 'utf8'))) return false;
    rmSync(other, { force: true });
    return true;
  });
}
