import type { CompressedRows } from './compressed-rows';
import type { ItemNeighbours } from './item-neighbours';
import { WasmLayout, instantiate, withThreads, type KernelThreads, type WasmModule } from './wasm';

/** The kernel uses 16-bit item numbers, so that more sets fit in the cache. */
export const MAX_KERNEL_ITEMS = 65_536;

/** Number of items per lane. Each set has a bit mask for the most popular items, in lanes of 128 bits. */
const LANE = 128;
/**
 * The mask has a lane only if a set contains at least this many of the lane's items on average. The value was measured;
 * nearby values perform the same.
 */
const MIN_ITEMS_PER_LANE = 1.5;

interface CosineExports {
  /** The arguments are documented in kernels/item-cosine.ts. */
  arrange(...args: number[]): void;
  index(...args: number[]): void;
  neighbours(...args: number[]): void;
  merge(...args: number[]): void;
  sort(...args: number[]): void;
}

/**
 * Runs kernels/item-cosine.ts; see `itemCosine`. The result is the same for any number of threads.
 * @param sets a matrix sets × items, with at most {@link MAX_KERNEL_ITEMS} columns
 */
export function neighboursByKernel(
  sets: CompressedRows,
  count: number,
  shrink: number,
  module: WasmModule,
  threads?: KernelThreads,
): ItemNeighbours {
  const items = sets.columns;
  const { names, numbers, popularity } = numberByPopularity(sets);
  const lanes = maskLaneCount(sets.rows, popularity);
  const sizes = recordSizes(sets, numbers, lanes);

  const layout = new WasmLayout();
  const setStarts = layout.allocate(4 * sets.starts.length);
  const members = layout.allocate(4 * sets.members.length);
  const numbersAt = layout.allocate(4 * items);
  const namesAt = layout.allocate(4 * items);
  const roots = layout.allocate(8 * items);
  const floatRoots = layout.allocate(4 * items + 32);
  const recordsAt = layout.allocate(4 * sets.rows);
  const records = layout.allocate(sizes.reduce((sum, size) => sum + size, 0));
  const itemStarts = layout.allocate(4 * items + 4);
  const nextHolder = layout.allocate(4 * items);
  const holders = layout.allocate(8 * sets.members.length);
  const blank = layout.allocate(16 * lanes);
  const nextSet = layout.allocate(4);
  const nextItem = layout.allocate(4);
  const workspaces = Array.from({ length: 1 + (threads?.most ?? 0) }, () => ({
    bits: layout.allocate(items / 8 + 16),
    digits: layout.allocate(256 * lanes),
    counters: layout.allocate(2 * items + 16),
    wide: layout.allocate(4 * items),
    heaps: [layout.allocate(4 * items), layout.allocate(4 * items * count), layout.allocate(8 * items * count)],
    bounds: layout.allocate(4 * items + 32),
  }));
  const wasm = instantiate<CosineExports>(module, layout.bytes);
  const { kernel, buffer } = wasm;

  new Int32Array(buffer, setStarts, sets.starts.length).set(sets.starts);
  new Int32Array(buffer, members, sets.members.length).set(sets.members);
  new Int32Array(buffer, numbersAt, items).set(numbers);
  new Int32Array(buffer, namesAt, items).set(names);
  new Float64Array(buffer, roots, items).set(popularity.map(Math.sqrt));
  new Float32Array(buffer, floatRoots, items).set(popularity.map(Math.sqrt));
  prefixSums(sizes, records, new Uint32Array(buffer, recordsAt, sets.rows));
  prefixSums(popularity, 0, new Uint32Array(buffer, itemStarts, items + 1));
  prefixSums(popularity, 0, new Uint32Array(buffer, nextHolder, items));

  const [{ heaps, bounds }, ...others] = workspaces;
  withThreads(module, wasm, threads, (shareOut) => {
    shareOut('arrange', (part) => {
      const { bits } = workspaces[part];
      return [sets.rows, nextSet, items, setStarts, members, numbersAt, lanes, recordsAt, bits];
    });
    kernel.index(sets.rows, setStarts, members, numbersAt, lanes, recordsAt, nextHolder, holders);
    shareOut('neighbours', (part) => {
      const workspace = workspaces[part];
      return [
        ...[items, nextItem, itemStarts, holders, lanes, blank],
        ...[workspace.digits, workspace.counters, workspace.wide],
        ...[roots, floatRoots, shrink, namesAt, count, ...workspace.heaps, workspace.bounds],
      ];
    });
  });
  for (const other of others) kernel.merge(items, namesAt, count, ...heaps, bounds, ...other.heaps);
  kernel.sort(items, namesAt, count, ...heaps);
  const [heapSizes, heapItems, heapScores] = heaps;
  return toItems(
    names,
    count,
    new Int32Array(buffer, heapSizes, items),
    new Int32Array(buffer, heapItems, items * count),
    new Float64Array(buffer, heapScores, items * count),
  );
}

/** Numbers the items in order of popularity; number 0 is the most popular item. */
interface Numbering {
  /** By number: the item that has this number. */
  readonly names: Int32Array;
  /** By item: its number. */
  readonly numbers: Int32Array;
  /** By number: how many sets contain the item; descending. */
  readonly popularity: Float64Array;
}

function numberByPopularity({ columns, members }: CompressedRows): Numbering {
  const setCounts = new Int32Array(columns);
  for (const item of members) setCounts[item]++;
  const names = Int32Array.from(setCounts.keys()).sort((a, b) => setCounts[b] - setCounts[a] || a - b);
  const numbers = new Int32Array(columns);
  names.forEach((item, number) => (numbers[item] = number));
  return { names, numbers, popularity: Float64Array.from(names, (item) => setCounts[item]) };
}

/** Returns how many lanes the masks have. The first lane covers the most popular items. */
function maskLaneCount(sets: number, popularity: Float64Array): number {
  for (let lane = 0; lane * LANE < popularity.length; lane++) {
    const occurrences = popularity.subarray(lane * LANE, (lane + 1) * LANE).reduce((sum, n) => sum + n, 0);
    if (occurrences < MIN_ITEMS_PER_LANE * sets) return lane;
  }
  return Math.ceil(popularity.length / LANE);
}

/**
 * Returns the size of each set's record in bytes: the mask, plus 2 bytes for each item outside the mask, rounded up to
 * a multiple of 16.
 */
function recordSizes({ rows, starts, members }: CompressedRows, numbers: Int32Array, lanes: number): Int32Array {
  const sizes = new Int32Array(rows);
  const maskedItems = LANE * lanes;
  for (let set = 0; set < rows; set++) {
    let unmaskedCount = 0;
    for (let at = starts[set]; at < starts[set + 1]; at++) if (numbers[members[at]] >= maskedItems) unmaskedCount++;
    sizes[set] = 16 * lanes + 16 * Math.ceil(unmaskedCount / 8);
  }
  return sizes;
}

/** sums[i] = first + values[0] + … + values[i − 1] */
function prefixSums(values: ArrayLike<number>, first: number, sums: Uint32Array): void {
  for (let i = 0, sum = first; i < sums.length; sum += values[i++]) sums[i] = sum;
}

/** Converts the item numbers of the kernel back to items, for both items of each pair. */
function toItems(
  names: Int32Array,
  count: number,
  sizes: Int32Array,
  numbers: Int32Array,
  scores: Float64Array,
): ItemNeighbours {
  const items = new Int32Array(names.length * count).fill(-1);
  const similarities = new Float64Array(names.length * count);
  names.forEach((item, number) => {
    for (let rank = 0; rank < sizes[number]; rank++) {
      items[item * count + rank] = names[numbers[number * count + rank]];
      similarities[item * count + rank] = scores[number * count + rank];
    }
  });
  return { count, items, similarities };
}
