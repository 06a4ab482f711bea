/**
 * Work in steps. Between two steps the caller may let other work run, which must not change anything the task reads.
 */
export type CooperativeTask<T> = Generator<undefined, T, undefined>;

/** Documents per step if the work per document may be slow (a ranking). */
export const DOCUMENTS_PER_SLOW_STEP = 1_024;
/** Documents per step if the caller decides how slow the work per document is (a filter, a phrase). */
export const DOCUMENTS_PER_FILTER_STEP = 256;
/** Documents per step if the work per document is fast. A pass over fewer documents does not yield. */
export const DOCUMENTS_PER_FAST_STEP = 16_384;

/** Runs all steps of a task without interruption. */
export function runToCompletion<T>(steps: CooperativeTask<T>): T {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}
