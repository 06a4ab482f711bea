import { readdirSync, readFileSync } from 'node:fs';

export interface Usage {
  readonly cpuSeconds: number;
  /** Resident memory; shared memory is counted for each process. */
  readonly memoryMiB: number;
}

/** CPU time of processes, including children that have ended, and memory, from the kernel. */
export function usageOf(pids: readonly number[]): Usage {
  return sumOf(pids.map(fieldsOf));
}

/** Returns the CPU time, in seconds, of child processes that have ended. */
export function cpuOfEndedChildren(): number {
  const fields = fieldsOf(process.pid);
  return (Number(fields[FIRST_TIME + 2]) + Number(fields[LAST_TIME])) / 100;
}

/** Returns the CPU time, in seconds, of the running child processes of this process that run a program. */
export function cpuOfChildren(program: string): number {
  const own = runningChildrenOf(process.pid).filter((fields) => commandOf(Number(fields[SELF])).includes(program));
  return sumOf(own).cpuSeconds;
}

/** CPU seconds of a process itself, and of its child processes, which run or have ended. */
export interface CpuWithChildren {
  readonly own: number;
  readonly children: number;
}

export function cpuWithChildren(pid: number): CpuWithChildren {
  const fields = fieldsOf(pid);
  const seconds = (first: number) => (Number(fields[first]) + Number(fields[first + 1])) / 100;
  return {
    own: seconds(FIRST_TIME),
    children: seconds(FIRST_TIME + 2) + sumOf(runningChildrenOf(pid)).cpuSeconds,
  };
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Returns the usage of a process and its child processes. */
export function usageOfFamily(pid: number): Usage {
  return sumOf([fieldsOf(pid), ...runningChildrenOf(pid)]);
}

export function parentOf(pid: number): number {
  return Number(fieldsOf(pid)[PARENT]);
}

/** Returns the fields of `/proc/PID/stat` that follow the program name, preceded by the process id. */
type Fields = readonly string[];
const [SELF, PARENT, FIRST_TIME, LAST_TIME, PAGES] = [0, 2, 12, 15, 22];

function fieldsOf(pid: number): Fields {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return [String(pid), ...stat.slice(stat.lastIndexOf(')') + 2).split(' ')];
}

/** Returns nothing if the process has ended in the meantime. */
function fieldsIfThere(pid: number): Fields {
  try {
    return fieldsOf(pid);
  } catch {
    return [];
  }
}

function runningChildrenOf(pid: number): Fields[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => fieldsIfThere(Number(name)))
    .filter((fields) => Number(fields[PARENT]) === pid);
}

function sumOf(processes: readonly Fields[]): Usage {
  let ticks = 0;
  let pages = 0;
  for (const fields of processes) {
    for (let field = FIRST_TIME; field <= LAST_TIME; field++) ticks += Number(fields[field]);
    pages += Number(fields[PAGES]);
  }
  return { cpuSeconds: ticks / 100, memoryMiB: (pages * 4_096) / 2 ** 20 };
}
