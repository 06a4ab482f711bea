import { createRequire } from 'node:module';
import { FitError } from './fit-error';

export interface LibsvmProblem {
  /** Row-major. */
  readonly rows: Float64Array;
  readonly columns: number;
  /** One class index per row. Indexes must first appear in ascending order: libsvm orders the classes by appearance. */
  readonly classes: Int32Array;
  /** γ of the RBF kernel; undefined for the linear kernel. */
  readonly gamma: number | undefined;
  readonly cost: number;
  readonly tolerance: number;
}

/** The pairwise machines of a fit. Support vectors are grouped by class. */
export interface LibsvmMachines {
  /** By support vector: its row. */
  readonly supportRows: Int32Array;
  /** By class: its number of support vectors. */
  readonly supportCounts: Int32Array;
  /**
   * (classes − 1) × support vectors: α_i y_i in the machine of the support vector's class and another class. The other
   * classes are in ascending order. In each machine, y is 1 for the smaller class and −1 for the larger class.
   */
  readonly coefficients: Float64Array;
  /** By machine, in the order (0, 1), (0, 2), …, (1, 2), …: ρ = −b. */
  readonly rho: Float64Array;
}

export interface Libsvm {
  /** Blocks for seconds: call it in a worker thread or a background process. Frees its memory before it returns. */
  fitClassifier(problem: LibsvmProblem): LibsvmMachines;
}

/** What this file uses of the WebAssembly module of libsvm-js. Pointers are byte offsets in its memory. */
interface LibsvmModule {
  readonly HEAP32: Int32Array;
  readonly HEAPF64: Float64Array;
  load(): Promise<void>;
  cwrap(name: string, result: 'number', parameters: readonly string[]): (...values: unknown[]) => number;
  _create_svm_nodes(rows: number, columns: number): number;
  _svm_get_nr_class(model: number): number;
  _svm_get_nr_sv(model: number): number;
  _svm_free_model(model: number): void;
  _free_problem(problem: number): void;
}

/** Size of `struct svm_node { int index; double value; }` in bytes. */
const NODE_BYTES = 16;
const MAX_NODE_BYTES = 2 ** 30;
/** Fields of `struct svm_problem`, in words of 4 bytes. */
const PROBLEM = { labels: 1, nodes: 2 };
/** Fields of `struct svm_model` (svm.h of libsvm 3.22), in words of 4 bytes. */
const MODEL = { classCount: 24, supportCount: 25, coefficients: 27, rho: 28, supportRows: 31, supportCounts: 33 };
const CACHE_MEGABYTES = 100;

let loading: Promise<Libsvm> | undefined;

/** Loads libsvm (Chang & Lin, ACM TIST 2011), compiled to WebAssembly. Only the first call of a process loads it. */
export function loadLibsvm(): Promise<Libsvm> {
  return (loading ??= load());
}

/**
 * The classes of libsvm-js are not used: they print the intercept with six digits only, take arrays of arrays, and
 * store zeros, which makes fits of one-hot columns several times slower. The structures of libsvm's header are written
 * and read in the memory of the module instead.
 */
async function load(): Promise<Libsvm> {
  const module = requireModule();
  await module.load();
  const train = module.cwrap('libsvm_train_problem', 'number', ['number', 'string']);
  return {
    fitClassifier(problem) {
      const input = writeProblem(module, problem);
      try {
        const { gamma, cost, tolerance } = problem;
        const kernel = gamma === undefined ? '-t 0' : `-t 2 -g ${gamma}`;
        const model = train(input, `-s 0 ${kernel} -c ${cost} -e ${tolerance} -m ${CACHE_MEGABYTES} -q 1`);
        try {
          return readMachines(module, model);
        } finally {
          module._svm_free_model(model);
        }
      } finally {
        module._free_problem(input);
      }
    },
  };
}

/**
 * The module was built for older versions of Node. If it sees `fetch`, it tries to fetch a path, and prints an error
 * before it reads the file. It also adds a listener that ends the process without a message after an unhandled
 * rejection.
 */
function requireModule(): LibsvmModule {
  const { fetch } = globalThis;
  const listeners = new Set(process.listeners('unhandledRejection'));
  try {
    Reflect.deleteProperty(globalThis, 'fetch');
    return createRequire(__filename)('libsvm-js/out/wasm/libsvm') as LibsvmModule;
  } finally {
    globalThis.fetch = fetch;
    for (const listener of process.listeners('unhandledRejection'))
      if (!listeners.has(listener)) process.removeListener('unhandledRejection', listener);
  }
}

/** Writes the problem with sparse rows and returns its address. @throws FitError WRONG_SHAPE if it is too large */
function writeProblem(module: LibsvmModule, { rows, columns, classes }: LibsvmProblem): number {
  if (classes.length * (columns + 1) * NODE_BYTES > MAX_NODE_BYTES)
    throw new FitError('WRONG_SHAPE', `${classes.length} rows × ${columns} columns are too many for a kernel SVM`);
  const problem = module._create_svm_nodes(classes.length, columns);
  const { HEAP32: words, HEAPF64: doubles } = module;
  const labelsAt = words[problem / 4 + PROBLEM.labels] / 8;
  const nodesAt = words[problem / 4 + PROBLEM.nodes] / 4;
  for (let r = 0; r < classes.length; r++) {
    doubles[labelsAt + r] = classes[r];
    let node = words[nodesAt + r];
    for (let c = 0; c < columns; c++) {
      const value = rows[r * columns + c];
      if (value === 0) continue;
      words[node / 4] = c + 1;
      doubles[node / 8 + 1] = value;
      node += NODE_BYTES;
    }
    words[node / 4] = -1;
  }
  return problem;
}

function readMachines(module: LibsvmModule, model: number): LibsvmMachines {
  const { HEAP32: words, HEAPF64: doubles } = module;
  const field = (index: number): number => words[model / 4 + index];
  const classCount = field(MODEL.classCount);
  const supportCount = field(MODEL.supportCount);
  if (classCount !== module._svm_get_nr_class(model) || supportCount !== module._svm_get_nr_sv(model))
    throw new Error('libsvm-js has another layout of svm_model than src/learn/libsvm.ts expects');
  const integersAt = (address: number, count: number): Int32Array => words.slice(address / 4, address / 4 + count);
  const doublesAt = (address: number, count: number): Float64Array => doubles.slice(address / 8, address / 8 + count);
  const coefficients = new Float64Array((classCount - 1) * supportCount);
  integersAt(field(MODEL.coefficients), classCount - 1).forEach((address, other) =>
    coefficients.set(doublesAt(address, supportCount), other * supportCount),
  );
  return {
    // libsvm counts rows from 1.
    supportRows: integersAt(field(MODEL.supportRows), supportCount).map((row) => row - 1),
    supportCounts: integersAt(field(MODEL.supportCounts), classCount),
    coefficients,
    rho: doublesAt(field(MODEL.rho), (classCount * (classCount - 1)) / 2),
  };
}
