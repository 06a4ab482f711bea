import type { CompressedRows } from '../src/learn/compressed-rows';
import { shuffle, standardNormal } from '../src/learn/random-draws';
import { seededRandom } from '../src/learn/seeded-random';

/**
 * Returns synthetic interactions as a binary matrix: customers with log-normal histories of at least 20 items, and
 * items with a popularity that decreases like that of films (1 / (rank + 50)^.9, shuffled). The shape is that of a
 * rating file; the data says nothing about quality.
 * @param total interactions, reached within a few per cent
 */
export function syntheticInteractions(customers: number, items: number, total: number, seed: number): CompressedRows {
  const random = seededRandom(seed);
  const sizes = Array.from({ length: customers }, () => Math.exp(0.9 * standardNormal(random)));
  const scale = (total - 20 * customers) / sizes.reduce((sum, size) => sum + size, 0);
  const lengths = sizes.map((size) => Math.min(Math.floor(items / 2), 20 + Math.floor(scale * size)));
  const draw = drawByPopularity(items, random);
  const starts = new Int32Array(customers + 1);
  lengths.forEach((length, customer) => (starts[customer + 1] = starts[customer] + length));
  const members = new Int32Array(starts[customers]);
  const holder = new Int32Array(items).fill(-1);
  for (let customer = 0; customer < customers; customer++) {
    for (let at = starts[customer]; at < starts[customer + 1];) {
      const item = draw();
      if (holder[item] === customer) continue;
      holder[item] = customer;
      members[at++] = item;
    }
    members.subarray(starts[customer], starts[customer + 1]).sort();
  }
  return { rows: customers, columns: items, starts, members };
}

/** Inverts the distribution with a table of 2^20 entries. */
function drawByPopularity(items: number, random: () => number): () => number {
  const names = Int32Array.from({ length: items }, (_, item) => item);
  shuffle(names, random);
  const weights = Float64Array.from({ length: items }, (_, rank) => (rank + 50) ** -0.9);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const places = new Int32Array(2 ** 20);
  for (let rank = 0, place = 0, reached = 0; rank < items; rank++) {
    reached += weights[rank] / sum;
    while (place < places.length && place < reached * places.length) places[place++] = names[rank];
  }
  return () => places[Math.floor(random() * places.length)];
}
