/** The compiled kernels of this release, from dist/kernels. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A compiled module; what runs it is in src/learn. */
interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

/** By what each is for; all absent on a machine that can't run them. */
export interface CompiledKernels {
  readonly symmetricMatrix?: WasmModule;
  readonly ials?: WasmModule;
  readonly itemCosine?: WasmModule;
}

/** Of the platform's WebAssembly as much as is used here: its types come with the DOM's, which this project leaves out. */
declare const WebAssembly:
  { Module: new (bytes: Uint8Array) => WasmModule; validate: (bytes: Uint8Array) => boolean } | undefined;

/** A function of one SIMD instruction: `i32.const 0, i8x16.splat, i8x16.popcnt, drop`. */
const SIMD_PROBE = Uint8Array.from(
  [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0].concat([
    10, 11, 1, 9, 0, 65, 0, 253, 15, 253, 98, 26, 11,
  ]),
);

let loaded: CompiledKernels | undefined;

/**
 * Compiles the kernels once a process or thread; on a machine without WebAssembly's SIMD there are none.
 * @throws Error where the build has left them out
 */
export function loadKernels(): CompiledKernels {
  return (loaded ??=
    typeof WebAssembly !== 'undefined' && WebAssembly.validate(SIMD_PROBE)
      ? {
          symmetricMatrix: compiled('symmetric-matrix'),
          ials: compiled('ials'),
          itemCosine: compiled('item-cosine'),
        }
      : {});
}

function compiled(name: string): WasmModule {
  const root = path.join(__dirname, '..', '..'); // dist, or the checkout where sources are run as they are
  const file = [root, path.join(root, 'dist')]
    .map((folder) => path.join(folder, 'kernels', `${name}.wasm`))
    .find((candidate) => existsSync(candidate));
  if (file === undefined || WebAssembly === undefined) throw new Error(`the kernel ${name} is missing: npm run build`);
  return new WebAssembly.Module(readFileSync(file));
}
