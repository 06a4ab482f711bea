/** What this machine says about other processes: is it running, is it still the one we knew, what is it called. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether a process runs. One that has ended and that nobody has waited for (a zombie) does not. */
export function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return statFields(pid)?.[0] !== 'Z';
}

/**
 * A process's number together with when it began, since numbers are given out again: after a restart of a container
 * the same one often belongs to something else.
 */
export function identityOf(pid: number): string {
  return `${pid} ${startOf(pid)}`;
}

/** Whether the process that `identityOf` described is still running. */
export function isStillRunning(identity: string): boolean {
  const pid = Number(identity.split(' ', 1)[0]);
  return isRunning(pid) && identityOf(pid) === identity;
}

/** The name of a process's program, `undefined` where it can't be found out. */
export function commandOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return ps(pid, 'comm')?.split('/').at(-1);
  }
}

/** Waits until a process has ended. Returns whether it did within `patienceMs`. */
export async function waitForExit(pid: number, patienceMs: number): Promise<boolean> {
  const giveUpAt = Date.now() + patienceMs;
  while (isRunning(pid)) {
    if (Date.now() > giveUpAt) return false;
    await sleep(20);
  }
  return true;
}

function startOf(pid: number): string {
  // Field 22 of /proc/<pid>/stat, in clock ticks since boot; statFields begins with field 3.
  return statFields(pid)?.[19] ?? ps(pid, 'lstart') ?? '';
}

/** /proc/<pid>/stat from its third field on: the second is the name in brackets, which may itself hold blanks. */
function statFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function ps(pid: number, column: string): string | undefined {
  try {
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return undefined;
  }
}
