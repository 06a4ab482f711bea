import { setImmediate } from 'node:timers/promises';

/** Runs a task step by step. After every `turnMs` it lets the event loop do what else there is to do. */
export async function runInTurns<T>(task: Generator<undefined, T, undefined>, turnMs: number): Promise<T> {
  let began = performance.now();
  for (;;) {
    const step = task.next();
    if (step.done === true) return step.value;
    if (performance.now() - began < turnMs) continue;
    await setImmediate();
    began = performance.now();
  }
}
