/** A process that runs passes of the reference kernel while other processes are measured; see `ReferenceBeside`. */
import { cpuOf, ReferenceKernel } from './reference-kernel';

const WARM_UP_PASSES = 60;
/** The pause between two passes leaves most of the machine to the measured processes. */
const PAUSE_MS = 50;

export interface ReferenceTotals {
  readonly passes: number;
  /** Milliseconds of CPU time. */
  readonly cpu: number;
}

const kernel = new ReferenceKernel();
for (let pass = 0; pass < WARM_UP_PASSES; pass++) kernel.pass();

let totals: ReferenceTotals = { passes: 0, cpu: 0 };
setInterval(() => {
  const cpu = cpuOf(() => kernel.pass());
  totals = { passes: totals.passes + 1, cpu: totals.cpu + cpu };
}, PAUSE_MS);

// Each message requests the totals since the previous message.
process.on('message', () => {
  process.send?.(totals);
  totals = { passes: 0, cpu: 0 };
});
process.on('disconnect', () => process.exit(0));
process.send?.(totals);
