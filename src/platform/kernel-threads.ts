import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Of the platform's WebAssembly as much as is used here: its types come with the DOM's, which this project leaves out. */
declare const WebAssembly: { Module: { exports: (module: object) => { name: string }[] } };

/** Words of a helper's control block: what was asked last, what was done last, which function, how many arguments. */
const ASKED = 0;
const DONE = 1;
const FUNCTION = 2;
const ARGUMENTS = 3;
const FAILED = 4;
const MAX_ARGUMENTS = 32;
const START_MS = 5_000;
const MAX_HELPERS = 3;

/** A helper's whole life: wait, call, say so. It is given as text, so that sources run as they are need no build of it. */
const HELPER = `
const { control, args, names, module, memory } = require('node:worker_threads').workerData;
const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports;
const done = (sequence) => {
  Atomics.store(control, ${DONE}, sequence);
  Atomics.notify(control, ${DONE});
};
done(1);
for (let seen = 1; ;) {
  Atomics.wait(control, ${ASKED}, seen);
  seen = Atomics.load(control, ${ASKED});
  try {
    kernel[names[control[${FUNCTION}]]](...args.subarray(0, control[${ARGUMENTS}]));
  } catch {
    Atomics.store(control, ${FAILED}, 1);
  }
  done(seen);
}
`;

interface Helper {
  readonly worker: Worker;
  readonly control: Int32Array;
  readonly args: Float64Array;
}

/**
 * Threads beside the calling one for a kernel's work, in the sense of `KernelThreads` in src/learn/wasm.ts. They have the
 * priority of the thread that starts them, live while the work does, and block their caller: call it from a worker thread
 * or a command, never from an event loop that serves.
 * @param count how many helpers; by default one for each other processor, up to 3. One that is not there within 5 s is
 * done without
 */
export function kernelThreads(count = Math.min(MAX_HELPERS, availableParallelism() - 1)) {
  return {
    most: count,
    assemble(module: object, memory: object) {
      const names = WebAssembly.Module.exports(module).map(({ name }) => name);
      const started = Array.from({ length: count }, () => startHelper({ module, memory, names }));
      const helpers = started.filter(({ control }) => Atomics.wait(control, DONE, 0, START_MS) !== 'timed-out');
      return {
        helpers: helpers.length,
        start(helper: number, name: string, args: readonly number[]): void {
          const { control, args: shared } = helpers[helper];
          shared.set(args);
          control[FUNCTION] = names.indexOf(name);
          control[ARGUMENTS] = args.length;
          Atomics.add(control, ASKED, 1);
          Atomics.notify(control, ASKED);
        },
        wait(): void {
          for (const { control } of helpers) {
            const asked = Atomics.load(control, ASKED);
            for (let done = Atomics.load(control, DONE); done !== asked; done = Atomics.load(control, DONE))
              Atomics.wait(control, DONE, done);
            if (Atomics.load(control, FAILED) === 1) throw new Error('a thread of a kernel failed');
          }
        },
        release(): void {
          for (const { worker } of started) void worker.terminate();
        },
      };
    },
  };
}

function startHelper(data: { module: object; memory: object; names: readonly string[] }): Helper {
  const control = new Int32Array(new SharedArrayBuffer(4 * 8));
  const args = new Float64Array(new SharedArrayBuffer(8 * MAX_ARGUMENTS));
  control[ASKED] = 1;
  const worker = new Worker(HELPER, { eval: true, workerData: { ...data, control, args } });
  worker.on('error', () => undefined); // it is then done without, or its call says that it failed
  worker.unref();
  return { worker, control, args };
}
