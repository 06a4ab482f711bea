/** Work in steps: between two of them others may have a turn, and change nothing that it rests on. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** A step goes through so many documents, where something is asked of each that may take long… */
export const STEP_ASKED = 1_024;
/** …and between two passes over documents is a step where they are so many. */
export const STEP_PASSED = 16_384;

/** All steps, one after the other. */
export function finished<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}
