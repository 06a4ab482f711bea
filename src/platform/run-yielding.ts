import { setImmediate } from 'node:timers/promises';

/** Runs a task step by step, and yields to the event loop after every `sliceMs` milliseconds. */
export async function runYielding<T>(task: Generator<undefined, T, undefined>, sliceMs: number): Promise<T> {
  let began = performance.now();
  for (;;) {
    const step = task.next();
    if (step.done === true) return step.value;
    if (performance.now() - began < sliceMs) continue;
    await setImmediate();
    began = performance.now();
  }
}
