import { transposed, type CompressedRows } from './compressed-rows';
import { TopK } from './select';
import { WasmLayout, instantiate, type Kernels, type WasmModule } from './wasm';

/** The nearest items of each item, best first: `count` places an item, the last ones −1 where it has fewer. */
export interface ItemNeighbours {
  readonly count: number;
  readonly items: Int32Array;
  readonly similarities: Float64Array;
}

/**
 * Item–item cosine of binary sets, c_ij / (√(n_i n_j) + shrink), the `count` nearest of each item with c_ij > 0; equal ones
 * by item. Each pair is counted once, in one pass over the sets of the rarer item; items are numbered by popularity
 * meanwhile, because most of the counting is then done on a few counters that stay in the cache.
 * Time: half of Σ |set|². Memory: two integers an entry twice over, and the result; no items × items matrix.
 * @param sets customers × items; weights are not looked at
 */
export function itemCosine(sets: CompressedRows, count: number, shrink: number, kernels: Kernels): ItemNeighbours {
  const counted = byPopularity(sets);
  const heaps =
    kernels.itemCosine === undefined
      ? plainHeaps(counted, count, shrink)
      : wasmHeaps(counted, count, shrink, kernels.itemCosine);
  return sortedNeighbours(counted.names, count, heaps);
}

/** Sets with their items numbered by falling popularity, and where each item stands in them. */
interface Counted {
  readonly sets: CompressedRows;
  readonly holders: CompressedRows;
  /** For each entry of `holders`, its offset in the members of `sets`. */
  readonly entries: Int32Array;
  readonly roots: Float64Array;
  /** By number, the item that it stands for. */
  readonly names: Int32Array;
}

function byPopularity(sets: CompressedRows): Counted {
  const popularity = new Int32Array(sets.columns);
  for (const item of sets.members) popularity[item]++;
  const names = Int32Array.from(popularity.keys()).sort((a, b) => popularity[b] - popularity[a] || a - b);
  const numbers = new Int32Array(sets.columns);
  names.forEach((item, number) => (numbers[item] = number));
  const members = sets.members.map((item) => numbers[item]);
  for (let set = 0; set < sets.rows; set++) members.subarray(sets.starts[set], sets.starts[set + 1]).sort();
  const renumbered = { rows: sets.rows, columns: sets.columns, starts: sets.starts, members };
  const holders = transposed(renumbered);
  // A transposition goes through the members in order, so the k-th time an item comes up is its k-th entry.
  const next = holders.starts.slice();
  const entries = new Int32Array(members.length);
  for (let at = 0; at < members.length; at++) entries[next[members[at]]++] = at;
  return {
    sets: renumbered,
    holders,
    entries,
    names,
    roots: Float64Array.from(names, (item) => Math.sqrt(popularity[item])),
  };
}

/** What was kept for each item, in no particular order, by number. */
interface Heaps {
  readonly sizes: Int32Array;
  readonly items: Int32Array;
  readonly scores: Float64Array;
}

interface CosineExports {
  neighbours(
    items: number,
    part: number,
    parts: number,
    itemStarts: number,
    entries: number,
    sets: number,
    setStarts: number,
    members: number,
    counters: number,
    roots: number,
    shrink: number,
    names: number,
    k: number,
    sizes: number,
    heapItems: number,
    heapScores: number,
  ): void;
}

/** kernels/item-cosine.ts at work. */
function wasmHeaps(counted: Counted, count: number, shrink: number, module: WasmModule): Heaps {
  const { sets, holders, entries, roots, names } = counted;
  const items = sets.columns;
  const layout = new WasmLayout();
  const inputs = [holders.starts, entries, holders.members, sets.starts, sets.members, roots, names].map((values) => ({
    values,
    at: layout.place(values.byteLength),
  }));
  const [itemStarts, entriesAt, holdersAt, setStarts, members, rootsAt, namesAt] = inputs.map(({ at }) => at);
  const counters = layout.place(4 * items + 16);
  const sizes = layout.place(4 * items);
  const heapItems = layout.place(4 * items * count);
  const heapScores = layout.place(8 * items * count);
  const { kernel, buffer } = instantiate<CosineExports>(module, layout.bytes);
  for (const { values, at } of inputs)
    if (values instanceof Float64Array) new Float64Array(buffer, at, values.length).set(values);
    else new Int32Array(buffer, at, values.length).set(values);
  kernel.neighbours(
    items,
    0,
    1,
    itemStarts,
    entriesAt,
    holdersAt,
    setStarts,
    members,
    counters,
    rootsAt,
    shrink,
    namesAt,
    count,
    sizes,
    heapItems,
    heapScores,
  );
  return {
    sizes: new Int32Array(buffer, sizes, items),
    items: new Int32Array(buffer, heapItems, items * count),
    scores: new Float64Array(buffer, heapScores, items * count),
  };
}

/** The twin: each item against all others, by definition of the counts. */
function plainHeaps({ sets, holders, roots, names }: Counted, count: number, shrink: number): Heaps {
  const items = sets.columns;
  const heaps = {
    sizes: new Int32Array(items),
    items: new Int32Array(items * count),
    scores: new Float64Array(items * count),
  };
  const counters = new Int32Array(items);
  const nearest = new TopK(count);
  const numbers = new Int32Array(items);
  names.forEach((item, number) => (numbers[item] = number));
  for (let i = 0; i < items; i++) {
    counters.fill(0);
    for (let at = holders.starts[i]; at < holders.starts[i + 1]; at++) {
      const set = holders.members[at];
      for (let entry = sets.starts[set]; entry < sets.starts[set + 1]; entry++) counters[sets.members[entry]]++;
    }
    nearest.reset(count);
    for (let j = 0; j < items; j++)
      if (j !== i && counters[j] > 0) nearest.offer(names[j], counters[j] / (roots[i] * roots[j] + shrink));
    const kept = nearest.kept();
    heaps.sizes[i] = kept.length;
    kept.forEach((item, at) => {
      const j = numbers[item];
      heaps.items[i * count + at] = j;
      heaps.scores[i * count + at] = counters[j] / (roots[i] * roots[j] + shrink);
    });
  }
  return heaps;
}

function sortedNeighbours(names: Int32Array, count: number, heaps: Heaps): ItemNeighbours {
  const items = new Int32Array(names.length * count).fill(-1);
  const similarities = new Float64Array(names.length * count);
  names.forEach((item, number) => {
    const from = number * count;
    Array.from({ length: heaps.sizes[number] }, (_, at) => from + at)
      .sort((a, b) => heaps.scores[b] - heaps.scores[a] || names[heaps.items[a]] - names[heaps.items[b]])
      .forEach((at, rank) => {
        items[item * count + rank] = names[heaps.items[at]];
        similarities[item * count + rank] = heaps.scores[at];
      });
  });
  return { count, items, similarities };
}
