import type { CompressedRows } from './compressed-rows';
import type { IalsSettings } from './ials';
import { WasmLayout, instantiate, withThreads, type Kernels, type KernelThreads, type WasmModule } from './wasm';

/**
 * Performs the expensive operations of iALS. It holds the factors of users and items, and computes the factors of one
 * side from those of the other (a half-epoch).
 */
export interface IalsEngine {
  readonly users: Float32Array;
  readonly items: Float32Array;
  solveUsers(): void;
  solveItems(): void;
}

/** Number of conjugate-gradient steps for each row in a half-epoch. */
const GRADIENT_STEPS = 3;

/**
 * Calls `run` with an engine. The engine's helper threads end and its factors are freed when `run` returns, so `run`
 * must copy the factors that are needed later. The factors have the same bytes for any number of threads.
 */
export function withIalsEngine<Result>(
  byUser: CompressedRows,
  byItem: CompressedRows,
  settings: IalsSettings,
  { ials, threads }: Kernels,
  run: (engine: IalsEngine) => Result,
): Result {
  return ials === undefined
    ? run(plainEngine(byUser, byItem, settings))
    : withWasmEngine(byUser, byItem, settings, ials, threads, run);
}

interface IalsExports {
  /** The arguments are documented in kernels/ials.ts. */
  gram(...args: number[]): void;
  halfEpoch(...args: number[]): void;
}

/** Runs kernels/ials.ts. */
function withWasmEngine<Result>(
  byUser: CompressedRows,
  byItem: CompressedRows,
  { factors: d, lambda, unobserved }: IalsSettings,
  module: WasmModule,
  threads: KernelThreads | undefined,
  run: (engine: IalsEngine) => Result,
): Result {
  const layout = new WasmLayout();
  const allocateSide = (matrix: CompressedRows) => ({
    matrix,
    factors: layout.allocate(4 * d * matrix.rows),
    starts: layout.allocate(4 * matrix.starts.length),
    members: layout.allocate(4 * matrix.members.length),
  });
  const users = allocateSide(byUser);
  const items = allocateSide(byItem);
  const gram = layout.allocate(4 * d * d);
  const sums = layout.allocate(8 * d * d);
  const next = layout.allocate(4);
  const workspaces = Array.from({ length: 1 + (threads?.most ?? 0) }, () => layout.allocate(12 * d));
  const wasm = instantiate<IalsExports>(module, layout.bytes);
  const { buffer } = wasm;
  for (const { matrix, starts, members } of [users, items]) {
    new Int32Array(buffer, starts, matrix.starts.length).set(matrix.starts);
    new Int32Array(buffer, members, matrix.members.length).set(matrix.members);
  }
  const nextRow = new Int32Array(buffer, next, 1);
  return withThreads(module, wasm, threads, (shareOut) => {
    const solve = (x: typeof users, y: typeof users) => {
      const others = y.matrix.rows;
      shareOut('gram', (...part) => [y.factors, others, d, unobserved, gram, sums, ...part]);
      nextRow[0] = 0;
      const system = [x.factors, x.matrix.rows, y.factors, x.starts, x.members, gram, d, lambda, unobserved * others];
      shareOut('halfEpoch', (part) => [...system, workspaces[part], next]);
    };
    return run({
      users: new Float32Array(buffer, users.factors, d * byUser.rows),
      items: new Float32Array(buffer, items.factors, d * byItem.rows),
      solveUsers: () => solve(users, items),
      solveItems: () => solve(items, users),
    });
  });
}

/** The TypeScript implementation: factors in f32, as in the kernel, and intermediate values in f64. */
function plainEngine(byUser: CompressedRows, byItem: CompressedRows, settings: IalsSettings): IalsEngine {
  const users = new Float32Array(settings.factors * byUser.rows);
  const items = new Float32Array(settings.factors * byItem.rows);
  return {
    users,
    items,
    solveUsers: () => plainHalfEpoch(users, byUser, items, settings),
    solveItems: () => plainHalfEpoch(items, byItem, users, settings),
  };
}

function plainHalfEpoch(x: Float32Array, rows: CompressedRows, y: Float32Array, settings: IalsSettings): void {
  const { factors: d, lambda, unobserved } = settings;
  const gram = weightedGram(y, d, unobserved);
  const v = new Float64Array(d);
  const r = new Float64Array(d);
  const p = new Float64Array(d);
  const q = new Float64Array(d);
  for (let u = 0; u < rows.rows; u++) {
    const from = rows.starts[u];
    const to = rows.starts[u + 1];
    const penalty = lambda * (to - from + unobserved * rows.columns);
    const multiply = (vector: Float64Array) => {
      for (let i = 0; i < d; i++) {
        let sum = penalty * vector[i];
        for (let j = 0; j < d; j++) sum += gram[i * d + j] * vector[j];
        q[i] = sum;
      }
      for (let at = from; at < to; at++)
        addMultiple(y, rows.members[at] * d, dotAt(y, rows.members[at] * d, vector), q);
    };
    for (let i = 0; i < d; i++) v[i] = x[u * d + i];
    multiply(v);
    for (let i = 0; i < d; i++) r[i] = -q[i];
    for (let at = from; at < to; at++) addMultiple(y, rows.members[at] * d, 1, r);
    p.set(r);
    let rr = dotAt(r, 0, r);
    for (let step = 0; step < GRADIENT_STEPS && rr > 1e-20; step++) {
      multiply(p);
      const length = rr / dotAt(p, 0, q);
      addMultiple(p, 0, length, v);
      addMultiple(q, 0, -length, r);
      const next = dotAt(r, 0, r);
      for (let i = 0; i < d; i++) p[i] = r[i] + (next / rr) * p[i];
      rr = next;
    }
    for (let i = 0; i < d; i++) x[u * d + i] = v[i];
  }
}

/** Returns α YᵀY, a d × d matrix. */
export function weightedGram(y: Float32Array, d: number, alpha: number): Float64Array {
  const gram = new Float64Array(d * d);
  for (let row = 0; row < y.length; row += d)
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) gram[i * d + j] += y[row + i] * y[row + j];
  return gram.map((value) => alpha * value);
}

function dotAt(a: ArrayLike<number>, at: number, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += a[at + i] * b[i];
  return sum;
}

/** out += by · a[at …] */
function addMultiple(a: ArrayLike<number>, at: number, by: number, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] += by * a[at + i];
}
