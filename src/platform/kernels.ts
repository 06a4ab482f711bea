/** Loads the kernels of this release (numeric algorithms that are compiled to WebAssembly) from dist/kernels. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A compiled WebAssembly module; src/learn runs it. */
interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

/** The kernels by purpose. All are absent on a machine that can't run them. */
export interface CompiledKernels {
  readonly symmetricMatrix?: WasmModule;
  readonly ials?: WasmModule;
  readonly itemCosine?: WasmModule;
}

/**
 * The part of the WebAssembly API that is used here. Its types belong to the DOM library, which this project excludes.
 */
declare const WebAssembly:
  { Module: new (bytes: Uint8Array) => WasmModule; validate: (bytes: Uint8Array) => boolean } | undefined;

/**
 * A module whose function uses SIMD instructions (`i32.const 0, i8x16.splat, i8x16.popcnt, drop`). It is valid only if
 * this machine supports WebAssembly SIMD.
 */
const SIMD_PROBE = Uint8Array.from(
  [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0].concat([
    10, 11, 1, 9, 0, 65, 0, 253, 15, 253, 98, 26, 11,
  ]),
);

let loaded: CompiledKernels | undefined;

/**
 * Compiles the kernels once for each process or thread. Returns no kernels on a machine without WebAssembly SIMD.
 * @throws Error if the build does not contain them
 */
export function loadKernels(): CompiledKernels {
  return (loaded ??=
    typeof WebAssembly !== 'undefined' && WebAssembly.validate(SIMD_PROBE)
      ? {
          symmetricMatrix: compileKernel('symmetric-matrix'),
          ials: compileKernel('ials'),
          itemCosine: compileKernel('item-cosine'),
        }
      : {});
}

function compileKernel(name: string): WasmModule {
  const root = path.join(__dirname, '..', '..'); // dist, or the checkout if Freshet runs from source
  const file = [root, path.join(root, 'dist')]
    .map((folder) => path.join(folder, 'kernels', `${name}.wasm`))
    .find((candidate) => existsSync(candidate));
  if (file === undefined || WebAssembly === undefined)
    throw new Error(`the kernel ${name} is missing; run npm run build`);
  return new WebAssembly.Module(readFileSync(file));
}
