/** Work in steps of about a millisecond. Between two steps the caller may let others run, and changes nothing that the task reads. */
export type ResumableTask<T> = Generator<undefined, T, undefined>;

/** Items that a step goes through. */
export const ITEMS_PER_STEP = 4_096;

/** Runs all steps at once. */
export function runTask<T>(task: ResumableTask<T>): T {
  let step = task.next();
  while (step.done !== true) step = task.next();
  return step.value;
}
