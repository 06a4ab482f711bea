import { readFileSync } from 'node:fs';

/** CPU time and memory of processes, from the kernel. */
export function usageOf(pids: readonly number[]): { cpuSeconds: number; memoryMiB: number } {
  let ticks = 0;
  let pages = 0;
  for (const pid of pids) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
    pages += Number(fields[21]);
  }
  return { cpuSeconds: ticks / 100, memoryMiB: (pages * 4_096) / 2 ** 20 };
}
