/** A compiled WebAssembly module, as whoever loads kernels hands it in; it may be posted to other threads. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

/** The compiled kernels; one that is absent is replaced by its twin in TypeScript, with the same results but slower. */
export interface Kernels {
  readonly symmetricMatrix?: WasmModule;
  readonly ials?: WasmModule;
  readonly itemCosine?: WasmModule;
  /** Threads that help with what can be shared out; without them the calling thread does all. */
  readonly threads?: KernelThreads;
}

/** More threads for a kernel, as whoever loads kernels hands them in. */
export interface KernelThreads {
  /** Helpers at most. */
  readonly most: number;
  /** Starts helpers on the memory of one kernel. Its caller blocks while they work: not for an event loop. */
  assemble(module: WasmModule, memory: object): KernelTeam;
}

export interface KernelTeam {
  /** Helpers that are ready. */
  readonly helpers: number;
  /** Has helper `helper` call an exported function. */
  start(helper: number, name: string, args: readonly number[]): void;
  /** Until all that was started has ended. @throws Error where one failed */
  wait(): void;
  release(): void;
}

/** WebAssembly addresses 4 GiB. */
export const WASM_BYTES = 2 ** 32;
const PAGE = 65_536;

/** Of the platform's WebAssembly as much as is used here: its types come with the DOM's, which this project leaves out. */
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number; shared: true }) => { readonly buffer: SharedArrayBuffer };
  Instance: new (module: WasmModule, imports: object) => { readonly exports: unknown };
};

/** A kernel on a memory of its own. */
export interface WasmKernel<Exports> {
  readonly kernel: Exports;
  readonly buffer: SharedArrayBuffer;
  readonly memory: object;
}

/**
 * Starts a kernel on a memory of its own, zeroed, which goes when the instance goes.
 * @param bytes ≤ {@link WASM_BYTES}
 * @throws RangeError where there is not as much memory
 */
export function instantiate<Exports>(module: WasmModule, bytes: number): WasmKernel<Exports> {
  const pages = Math.ceil(bytes / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return { kernel: instance.exports as Exports, buffer: memory.buffer, memory };
}

/** Calls an exported function once for each part of its work, given the part and how many there are. */
export type ShareOut<Exports> = (
  name: keyof Exports & string,
  argsOf: (part: number, parts: number) => number[],
) => void;

/** Runs what shares its work out over all threads that there are. */
export function withThreads<Exports extends object, Result>(
  module: WasmModule,
  { kernel, memory }: WasmKernel<Exports>,
  threads: KernelThreads | undefined,
  run: (shareOut: ShareOut<Exports>, parts: number) => Result,
): Result {
  const team = threads?.assemble(module, memory);
  const parts = 1 + (team?.helpers ?? 0);
  try {
    return run((name, argsOf) => {
      for (let part = 1; part < parts; part++) team?.start(part - 1, name, argsOf(part, parts));
      (kernel[name] as (...args: number[]) => void)(...argsOf(0, parts));
      team?.wait();
    }, parts);
  } finally {
    team?.release();
  }
}

/** Lays typed arrays out one after the other, each at a multiple of 64 bytes. */
export class WasmLayout {
  private end = 64; // address 0 is kept free

  /** @returns the address */
  place(bytes: number): number {
    const at = this.end;
    this.end += Math.ceil(bytes / 64) * 64;
    return at;
  }

  get bytes(): number {
    return this.end;
  }
}
