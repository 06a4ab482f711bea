import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { ReferenceTotals } from './reference-process';

/** Fewer passes say too little about the speed of the machine. */
const MIN_PASSES = 10;

/**
 * Runs the reference kernel in its own process, one short pass at a time, while other processes are measured. Other
 * load on the machine slows the kernel and the measured processes alike.
 */
export class ReferenceBeside {
  private constructor(private readonly child: ChildProcess) {}

  static async start(): Promise<ReferenceBeside> {
    const child = fork(path.join(__dirname, 'reference-process.js'), [], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await once(child, 'message');
    return new ReferenceBeside(child);
  }

  /**
   * @param work returns the CPU time of one unit of the measured work in milliseconds
   * @returns how many units cost as much as one kernel pass during the same time
   */
  async unitsPerPass(work: () => Promise<number>): Promise<number> {
    await this.totals();
    const cpuOfUnit = await work();
    const { passes, cpu } = await this.totals();
    if (passes < MIN_PASSES) throw new Error(`only ${passes} passes of the reference kernel ran meanwhile`);
    return cpu / passes / cpuOfUnit;
  }

  stop(): void {
    this.child.disconnect();
  }

  private async totals(): Promise<ReferenceTotals> {
    this.child.send('totals');
    const [totals] = (await once(this.child, 'message')) as [ReferenceTotals];
    return totals;
  }
}
