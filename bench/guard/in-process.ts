/**
 * Measures one group of the guard's rows in its own process, so that the heap and code of one group do not affect
 * another.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { middleOf } from '../row';
import type { GuardRow, GuardTask } from './guard-row';
import { listTasks } from './list-tasks';
import { modelTasks } from './model-tasks';
import { cpuOf, ReferenceKernel } from './reference-kernel';
import { searchTasks } from './search-tasks';

/** Each function prepares the data that its tasks use. */
const GROUPS: Readonly<Record<string, () => Promise<readonly GuardTask[]>>> = {
  lists: listTasks,
  models: modelTasks,
  search: searchTasks,
};
export const GROUP_NAMES = Object.keys(GROUPS);

/**
 * Rounds of a task. Each round runs some kernel passes and some of the work, so that noise affects both. The middle
 * half of the rounds counts.
 */
const MAX_ROUNDS = 20;
/** The minimum for slow work. */
const MIN_ROUNDS = 8;
const PASSES = 2;
/**
 * CPU time of a task's work in milliseconds: the minimum in one round, the approximate total of all rounds, and the
 * warm-up.
 */
const WORK_MS = 20;
const ALL_WORK_MS = 500;
const WARM_UP_MS = 300;
const KERNEL_WARM_UP_PASSES = 60;

/** @param group one of {@link GROUP_NAMES} */
export async function measureGroup(group: string): Promise<GuardRow[]> {
  const child = fork(__filename, [group], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the guard's process for ${group} ended before it had measured`);
  });
  const [rows] = (await Promise.race([once(child, 'message'), ended])) as [GuardRow[]];
  await ended.catch(() => undefined);
  return rows;
}

function measure(kernel: ReferenceKernel, { name, what, work }: GuardTask): GuardRow {
  const once = warmUp(work);
  const repeats = Math.ceil(WORK_MS / once);
  const rounds = Math.min(MAX_ROUNDS, Math.max(MIN_ROUNDS, Math.ceil(ALL_WORK_MS / once)));
  const ratios = Array.from({ length: rounds }, () => {
    const pass = cpuOf(() => repeat(PASSES, () => kernel.pass())) / PASSES;
    let units = 0;
    const cpu = cpuOf(() => repeat(repeats, () => (units += work())));
    return pass / (cpu / units);
  });
  return { name, what, ratio: middleOf(ratios) };
}

/** @returns milliseconds of CPU time that the work takes once */
function warmUp(work: () => number): number {
  let last = cpuOf(work);
  for (let cpu = last; cpu < WARM_UP_MS; cpu += last) last = cpuOf(work);
  return last;
}

function repeat(times: number, work: () => unknown): void {
  for (let n = 0; n < times; n++) work();
}

async function main(group: string): Promise<void> {
  const kernel = new ReferenceKernel();
  repeat(KERNEL_WARM_UP_PASSES, () => kernel.pass());
  const tasks = await GROUPS[group]();
  process.send?.(
    tasks.map((task) => measure(kernel, task)),
    () => process.exit(0),
  );
}

if (require.main === module) void main(process.argv[2]);
