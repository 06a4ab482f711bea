/**
 * Looks up other processes of this machine: whether one runs, whether it is still the same one, and its program name.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Returns whether a process is running. A zombie (a process that its parent has not waited for) counts as ended. */
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
 * Returns the process id together with the start time of the process, because ids are reused: after a restart of a
 * container the same id often belongs to another process.
 */
export function processIdentity(pid: number): string {
  return `${pid} ${startTimeOf(pid)}`;
}

/** Returns whether the process with this {@link processIdentity} is still running. */
export function isStillRunning(identity: string): boolean {
  const pid = Number(identity.split(' ', 1)[0]);
  return isRunning(pid) && processIdentity(pid) === identity;
}

/** Returns the program name of a process; `undefined` if it is unknown. */
export function commandOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return ps(pid, 'comm')?.split('/').at(-1);
  }
}

/** Waits until a process has ended. Returns whether it ended within `timeoutMs`. */
export async function waitForExit(pid: number, timeoutMs: number): Promise<boolean> {
  const giveUpAt = Date.now() + timeoutMs;
  while (isRunning(pid)) {
    if (Date.now() > giveUpAt) return false;
    await sleep(20);
  }
  return true;
}

function startTimeOf(pid: number): string {
  // The start time is field 22 of /proc/<pid>/stat, in clock ticks since boot; statFields begins with field 3.
  return statFields(pid)?.[19] ?? ps(pid, 'lstart') ?? '';
}

/**
 * Returns /proc/<pid>/stat from its third field on. The second field is the name in brackets, which may contain spaces.
 */
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
