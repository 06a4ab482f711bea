import { residentMiB } from '../../setup/resident-memory';
import type { FaultShop } from './fault-shop';

const SAMPLE_MS = 500;

/** Memory of one process, in MiB. */
export interface MemoryPeaks {
  readonly process: string;
  /** The peak in the first third of the time. */
  readonly first: number;
  /** The peak in the last third of the time. */
  readonly last: number;
}

/** Samples the memory of every process of a shop. */
export function watchMemory({ apis, workers }: FaultShop): { end(): MemoryPeaks[] } {
  const watched = [
    ...apis.map(({ child }, n) => ({ process: `API ${n + 1}`, pid: child.pid!, samples: [] as number[] })),
    ...workers.map(({ child }, n) => ({ process: `worker ${n + 1}`, pid: child.pid!, samples: [] as number[] })),
  ];
  const timer = setInterval(() => watched.forEach(({ pid, samples }) => samples.push(residentMiB(pid))), SAMPLE_MS);
  return {
    end: () => {
      clearInterval(timer);
      return watched.map(({ process, samples }) => {
        const third = Math.ceil(samples.length / 3);
        return { process, first: Math.max(...samples.slice(0, third)), last: Math.max(...samples.slice(-third)) };
      });
    },
  };
}
