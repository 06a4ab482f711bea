import { transposed, type CompressedRows } from './compressed-rows';
import { TopK } from './select';
import { WasmLayout, instantiate, withThreads, type KernelThreads, type Kernels, type WasmModule } from './wasm';

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
 * Time: half of Σ |set|². Memory: 14 bytes an interaction and 12 a place of the result, twice; no items × items matrix.
 * Beyond 65,536 items the twin does it, which takes some four times as long.
 * @param sets customers × items; weights are not looked at
 */
export function itemCosine(sets: CompressedRows, count: number, shrink: number, kernels: Kernels): ItemNeighbours {
  const counted = byPopularity(sets);
  // The kernel numbers items in 16 bits, so that more of the sets stays in the cache.
  if (kernels.itemCosine === undefined || sets.columns > 65_536) return plainNeighbours(counted, count, shrink);
  return wasmNeighbours(counted, count, shrink, kernels.itemCosine, kernels.threads);
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
  const { rows, columns, starts } = sets;
  const byItem = transposed(sets);
  const popularity = Int32Array.from({ length: columns }, (_, item) => byItem.starts[item + 1] - byItem.starts[item]);
  const names = Int32Array.from(popularity.keys()).sort((a, b) => popularity[b] - popularity[a] || a - b);
  const holders = {
    rows: columns,
    columns: rows,
    starts: new Int32Array(columns + 1),
    members: new Int32Array(starts[rows]),
  };
  const members = new Int32Array(starts[rows]);
  const entries = new Int32Array(starts[rows]);
  // In order of the new numbers, each set gets its members ascending.
  const next = starts.slice(0, rows);
  names.forEach((item, number) => {
    const from = holders.starts[number];
    const held = byItem.members.subarray(byItem.starts[item], byItem.starts[item + 1]);
    holders.starts[number + 1] = from + held.length;
    holders.members.set(held, from);
    for (let at = 0; at < held.length; at++) {
      const place = next[held[at]]++;
      members[place] = number;
      entries[from + at] = place;
    }
  });
  return {
    sets: { rows, columns, starts, members },
    holders,
    entries,
    names,
    roots: Float64Array.from(names, (item) => Math.sqrt(popularity[item])),
  };
}

/** Addresses of the heaps' sizes, items and scores. */
type HeapsAt = [sizes: number, items: number, scores: number];

interface CosineExports {
  /** See the kernel for its arguments. */
  neighbours(...args: number[]): void;
  merge(items: number, names: number, k: number, ...heaps: [...HeapsAt, least: number, ...HeapsAt]): void;
  sort(items: number, names: number, k: number, ...heaps: HeapsAt): void;
}

/** kernels/item-cosine.ts at work. */
function wasmNeighbours(
  counted: Counted,
  count: number,
  shrink: number,
  module: WasmModule,
  threads?: KernelThreads,
): ItemNeighbours {
  const { sets, holders, entries, roots, names } = counted;
  const items = sets.columns;
  const layout = new WasmLayout();
  const inputs = [
    holders.starts,
    entries,
    holders.members,
    sets.starts,
    Uint16Array.from(sets.members),
    roots,
    names,
  ].map((values) => ({ values, at: layout.place(values.byteLength) }));
  const [itemStarts, entriesAt, holdersAt, setStarts, members, rootsAt, namesAt] = inputs.map(({ at }) => at);
  const rooms = Array.from({ length: 1 + (threads?.most ?? 0) }, () => ({
    counters: layout.place(4 * items + 16),
    least: layout.place(8 * items),
    heaps: [layout.place(4 * items), layout.place(4 * items * count), layout.place(8 * items * count)] as HeapsAt,
  }));
  const wasm = instantiate<CosineExports>(module, layout.bytes);
  const { kernel, buffer } = wasm;
  for (const { values, at } of inputs)
    new Uint8Array(buffer, at, values.byteLength).set(
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    );
  const inputsAt = [itemStarts, entriesAt, holdersAt, setStarts, members];
  const [{ heaps, least }, ...others] = rooms;
  withThreads(module, wasm, threads, (shareOut) =>
    shareOut('neighbours', (part, parts) => {
      const room = rooms[part];
      return [
        items,
        part,
        parts,
        ...inputsAt,
        room.counters,
        rootsAt,
        shrink,
        namesAt,
        count,
        ...room.heaps,
        room.least,
      ];
    }),
  );
  for (const other of others) kernel.merge(items, namesAt, count, ...heaps, least, ...other.heaps);
  kernel.sort(items, namesAt, count, ...heaps);
  const [sizes, heapItems, heapScores] = heaps;
  return named(
    names,
    count,
    new Int32Array(buffer, sizes, items),
    new Int32Array(buffer, heapItems, items * count),
    new Float64Array(buffer, heapScores, items * count),
  );
}

/** From numbers back to items, on both sides. */
function named(
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

/** The twin: each item against all others, by definition of the counts. */
function plainNeighbours({ sets, holders, roots, names }: Counted, count: number, shrink: number): ItemNeighbours {
  const columns = sets.columns;
  const items = new Int32Array(columns * count).fill(-1);
  const similarities = new Float64Array(columns * count);
  const counters = new Int32Array(columns);
  const scores = new Float64Array(columns);
  const nearest = new TopK(count);
  names.forEach((item, i) => {
    counters.fill(0);
    for (let at = holders.starts[i]; at < holders.starts[i + 1]; at++) {
      const set = holders.members[at];
      for (let entry = sets.starts[set]; entry < sets.starts[set + 1]; entry++) counters[sets.members[entry]]++;
    }
    nearest.reset(count);
    for (let j = 0; j < columns; j++) {
      if (j === i || counters[j] === 0) continue;
      scores[names[j]] = counters[j] / (roots[i] * roots[j] + shrink);
      nearest.offer(names[j], scores[names[j]]);
    }
    const kept = nearest.kept().sort((a, b) => scores[b] - scores[a] || a - b);
    items.set(kept, item * count);
    kept.forEach((other, rank) => (similarities[item * count + rank] = scores[other]));
  });
  return { count, items, similarities };
}
