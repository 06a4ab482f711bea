/** A compiled WebAssembly module, as whoever loads kernels hands it in; it may be posted to other threads. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

/** The compiled kernels; one that is absent is replaced by its twin in TypeScript, with the same results but slower. */
export interface Kernels {
  readonly symmetricMatrix?: WasmModule;
  readonly ials?: WasmModule;
  readonly itemCosine?: WasmModule;
}

/** WebAssembly addresses 4 GiB. */
export const WASM_BYTES = 2 ** 32;
const PAGE = 65_536;

/** Of the platform's WebAssembly as much as is used here: its types come with the DOM's, which this project leaves out. */
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number; shared: true }) => { readonly buffer: SharedArrayBuffer };
  Instance: new (module: WasmModule, imports: object) => { readonly exports: unknown };
};

/**
 * Starts a kernel on a memory of its own, zeroed, which goes when the instance goes.
 * @param bytes ≤ {@link WASM_BYTES}
 * @throws RangeError where there is not as much memory
 */
export function instantiate<Exports>(
  module: WasmModule,
  bytes: number,
): { kernel: Exports; buffer: SharedArrayBuffer } {
  const pages = Math.ceil(bytes / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return { kernel: instance.exports as Exports, buffer: memory.buffer };
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
