import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/**
 * The part of the WebAssembly API that is used here. Its types belong to the DOM library, which this project excludes.
 */
declare const WebAssembly: { Module: { exports: (module: object) => { name: string }[] } };

// Indices into the array with which the calling thread controls a helper thread:
const REQUESTED = 0; // sequence number of the last requested call
const COMPLETED = 1; // sequence number of the last completed call
const FUNCTION = 2; // index of the function to call
const ARGUMENTS = 3; // number of arguments
const FAILED = 4; // 1 if a call has failed
const MAX_ARGUMENTS = 32;
const START_MS = 5_000;
const MAX_HELPERS = 3;

/**
 * The program of a helper thread: it waits for a request, calls the function and reports the end of the call. It is
 * source text, so that Freshet also runs from source without a build.
 */
const HELPER = `
const { control, args, names, module, memory } = require('node:worker_threads').workerData;
const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports;
const done = (sequence) => {
  Atomics.store(control, ${COMPLETED}, sequence);
  Atomics.notify(control, ${COMPLETED});
};
done(1);
for (let seen = 1; ;) {
  Atomics.wait(control, ${REQUESTED}, seen);
  seen = Atomics.load(control, ${REQUESTED});
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
 * Returns helper threads for a kernel (a WebAssembly module with numeric functions). Implements `KernelThreads` of
 * src/learn/wasm.ts. The helpers have the priority of the thread that starts them and run until `release` is called.
 * Waiting for them blocks the caller, so never use them on an event loop that serves requests.
 * @param count number of helpers; by default the number of processors minus 1, at most 3. A helper that has not started
 *   within 5 s is not used.
 */
export function kernelThreads(count = Math.min(MAX_HELPERS, availableParallelism() - 1)) {
  return {
    most: count,
    assemble(module: object, memory: object) {
      const names = WebAssembly.Module.exports(module).map(({ name }) => name);
      const started = Array.from({ length: count }, () => startHelper({ module, memory, names }));
      const helpers = started.filter(({ control }) => Atomics.wait(control, COMPLETED, 0, START_MS) !== 'timed-out');
      return {
        helpers: helpers.length,
        start(helper: number, name: string, args: readonly number[]): void {
          const { control, args: shared } = helpers[helper]!;
          shared.set(args);
          control[FUNCTION] = names.indexOf(name);
          control[ARGUMENTS] = args.length;
          Atomics.add(control, REQUESTED, 1);
          Atomics.notify(control, REQUESTED);
        },
        wait(): void {
          for (const { control } of helpers) {
            const requested = Atomics.load(control, REQUESTED);
            for (
              let done = Atomics.load(control, COMPLETED);
              done !== requested;
              done = Atomics.load(control, COMPLETED)
            )
              Atomics.wait(control, COMPLETED, done);
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
  control[REQUESTED] = 1;
  const worker = new Worker(HELPER, { eval: true, workerData: { ...data, control, args } });
  // Errors need no handling: a helper that fails to start is not used, and a failing call sets FAILED.
  worker.on('error', () => undefined);
  worker.unref();
  return { worker, control, args };
}
