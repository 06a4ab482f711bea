import { setImmediate } from 'node:timers/promises';

/**
 * Runs a task step by step, and yields to the event loop after every `sliceMs` milliseconds.
 * @param nextSlice resolves when the next slice may begin
 */
export async function runYielding<T>(
  task: Generator<undefined, T, undefined>,
  sliceMs: number,
  nextSlice: () => Promise<unknown> = setImmediate,
): Promise<T> {
  let began = performance.now();
  for (;;) {
    const step = task.next();
    if (step.done === true) return step.value;
    if (performance.now() - began < sliceMs) continue;
    await nextSlice();
    began = performance.now();
  }
}
