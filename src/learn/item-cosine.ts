import { transpose, type CompressedRows } from './compressed-rows';
import { MAX_KERNEL_ITEMS, neighboursByKernel } from './item-cosine-kernel';
import type { ItemNeighbours } from './item-neighbours';
import { TopK } from './select';
import type { Kernels } from './wasm';

/** With at least this many pairs, helper threads save more time than the 50 ms that they take to start. */
const PAIRS_FOR_THREADS = 5e8;

/**
 * Item–item cosine c_ij / (√(n_i n_j) + shrink), where c_ij sets contain both items and n_i sets contain item i.
 * Returns for each item the `count` nearest items with c_ij > 0. Ties are ordered by item.
 *
 * Time: half of Σ |set|² increments. Most of them are bitwise additions, 128 at a time; the others are done one by one.
 * Memory: up to 14 bytes per interaction, 16 bytes per set for each 128 popular items, and 12 bytes per entry of the
 * result, once for each thread and once more. There is no items × items matrix. Beyond 65,536 items the TypeScript
 * implementation is used, which takes about ten times as long.
 * @param sets customers × items; weights are ignored
 */
export function itemCosine(sets: CompressedRows, count: number, shrink: number, kernels: Kernels): ItemNeighbours {
  if (kernels.itemCosine === undefined || sets.columns > MAX_KERNEL_ITEMS) return plainNeighbours(sets, count, shrink);
  const threads = pairsOf(sets) < PAIRS_FOR_THREADS ? undefined : kernels.threads;
  return neighboursByKernel(sets, count, shrink, kernels.itemCosine, threads);
}

function pairsOf({ rows, starts }: CompressedRows): number {
  let pairs = 0;
  for (let set = 0; set < rows; set++) pairs += (starts[set + 1] - starts[set]) ** 2 / 2;
  return pairs;
}

/** The TypeScript implementation: computes the counts of each item with all others directly from their definition. */
function plainNeighbours(sets: CompressedRows, count: number, shrink: number): ItemNeighbours {
  const { columns, starts, members } = sets;
  const setsByItem = transpose(sets);
  const roots = Float64Array.from({ length: columns }, (_, i) =>
    Math.sqrt(setsByItem.starts[i + 1] - setsByItem.starts[i]),
  );
  const items = new Int32Array(columns * count).fill(-1);
  const similarities = new Float64Array(columns * count);
  const counters = new Int32Array(columns);
  const scores = new Float64Array(columns);
  const nearest = new TopK(count);
  for (let i = 0; i < columns; i++) {
    counters.fill(0);
    for (let at = setsByItem.starts[i]; at < setsByItem.starts[i + 1]; at++) {
      const set = setsByItem.members[at];
      for (let entry = starts[set]; entry < starts[set + 1]; entry++) counters[members[entry]]++;
    }
    nearest.reset(count);
    for (let j = 0; j < columns; j++) {
      if (j === i || counters[j] === 0) continue;
      scores[j] = counters[j] / (roots[i] * roots[j] + shrink);
      nearest.offer(j, scores[j]);
    }
    const nearestItems = nearest.selected().sort((a, b) => scores[b] - scores[a] || a - b);
    items.set(nearestItems, i * count);
    nearestItems.forEach((other, rank) => (similarities[i * count + rank] = scores[other]));
  }
  return { count, items, similarities };
}
