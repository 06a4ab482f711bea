import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { appendTo } from '../src/learn/group-by';

/** Resident memory of one process, in MiB. */
export interface Resident {
  readonly pid: number;
  readonly command: string;
  readonly now: number;
  /** The peak since {@link forgetPeaks}, or since the process started. */
  readonly peak: number;
}

/** Returns the memory of a process and of all its running descendants. */
export function residentOfTree(root: number): Resident[] {
  const children = childrenByParent();
  const found: Resident[] = [];
  for (const pids = [root]; pids.length > 0;) {
    const pid = pids.pop() as number;
    pids.push(...(children.get(pid) ?? []));
    const resident = residentOf(pid);
    if (resident) found.push(resident);
  }
  return found;
}

/** Resets the memory peaks of these processes (`/proc/PID/clear_refs`, Linux). */
export function forgetPeaks(processes: readonly Resident[]): void {
  for (const { pid } of processes) {
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, '5');
    } catch {
      // The process has ended in the meantime.
    }
  }
}

/** Returns undefined if the process has ended in the meantime. */
function residentOf(pid: number): Resident | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const mebibytes = (field: string) =>
      Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1_024;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { pid, command, now: mebibytes('VmRSS'), peak: mebibytes('VmHWM') };
  } catch {
    return undefined;
  }
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const parent = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1]);
      appendTo(children, parent, Number(name));
    } catch {
      // The process has ended in the meantime.
    }
  }
  return children;
}
