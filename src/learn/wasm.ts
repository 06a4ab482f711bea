/** A compiled WebAssembly module. It can be posted to other threads. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

/**
 * The compiled kernels. A missing kernel is replaced by its TypeScript implementation, which is slower but gives the
 * same results, up to rounding errors.
 */
export interface Kernels {
  readonly symmetricMatrix?: WasmModule;
  readonly ials?: WasmModule;
  readonly itemCosine?: WasmModule;
  /** Helper threads for work that can be parallelised. Without them, the calling thread does all the work. */
  readonly threads?: KernelThreads;
}

/** Provides helper threads for kernels. */
export interface KernelThreads {
  /** Maximum number of helper threads. */
  readonly most: number;
  /**
   * Starts helpers on the memory of one kernel. The caller blocks while they work, so don't call it on an event loop.
   */
  assemble(module: WasmModule, memory: object): KernelTeam;
}

interface KernelTeam {
  /** Number of helpers that are ready. */
  readonly helpers: number;
  /** Makes the helper with this index call an exported function. */
  start(helper: number, name: string, args: readonly number[]): void;
  /** Waits until all started calls have ended. @throws Error if one failed */
  wait(): void;
  release(): void;
}

const PAGE = 65_536;

/**
 * The part of the platform's WebAssembly API that is used here. Its types come with the DOM types, which this project
 * doesn't include.
 */
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number; shared: true }) => { readonly buffer: SharedArrayBuffer };
  Instance: new (module: WasmModule, imports: object) => { readonly exports: unknown };
};

/** A kernel instance and its own memory. */
export interface WasmKernel<Exports> {
  readonly kernel: Exports;
  readonly buffer: SharedArrayBuffer;
  readonly memory: object;
}

/**
 * Instantiates a kernel with its own zeroed memory, which is freed together with the instance.
 * @param bytes ≤ {@link WASM_BYTES}
 * @throws RangeError if there is not enough memory
 */
export function instantiate<Exports>(module: WasmModule, bytes: number): WasmKernel<Exports> {
  const pages = Math.ceil(bytes / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return { kernel: instance.exports as Exports, buffer: memory.buffer, memory };
}

/** Calls an exported function once for each part of its work, with the index of the part and the number of parts. */
export type ShareOut<Exports> = (
  name: keyof Exports & string,
  argsOf: (part: number, parts: number) => number[],
) => void;

/** Calls `run` with a function that distributes work over the calling thread and the helpers. */
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

/** Assigns addresses in a kernel's memory to arrays, one after the other, each at a multiple of 64 bytes. */
export class WasmLayout {
  private end = 64; // address 0 stays unused

  /** @returns the address */
  allocate(bytes: number): number {
    const at = this.end;
    this.end += Math.ceil(bytes / 64) * 64;
    return at;
  }

  get bytes(): number {
    return this.end;
  }
}
