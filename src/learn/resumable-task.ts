/**
 * Work in steps of about a millisecond. Between two steps the caller may run other work, but must not change any data
 * that the task reads.
 */
export type ResumableTask<T> = Generator<undefined, T, undefined>;

/** Number of items that one step processes. */
export const ITEMS_PER_STEP = 4_096;

/** Runs all steps without a pause. */
export function runTask<T>(task: ResumableTask<T>): T {
  let step = task.next();
  while (step.done !== true) step = task.next();
  return step.value;
}
