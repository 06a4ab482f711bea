import { squaredDistance, type Centroids } from './nearest-centroid';

/** Rows of a data set, row by row, with their weights. */
export interface WeightedRows {
  readonly rows: number;
  readonly columns: number;
  /** rows × columns. */
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Greedy k-means++ (Arthur & Vassilvitskii, SODA 2007): the first centroid is a random row; each further one is a row
 * drawn with probability proportional to weight × squared distance to the nearest centroid so far. Of 2 + ⌊ln k⌋ draws
 * the one that leaves the least inertia is taken, as scikit-learn does.
 */
export function seedCentroids(data: WeightedRows, clusters: number, random: () => number): Centroids {
  const { rows, columns, values, weights } = data;
  const centroids = new Float64Array(clusters * columns);
  const candidates = 2 + Math.floor(Math.log(clusters));
  const place = (cluster: number, row: number): void =>
    centroids.set(values.subarray(row * columns, (row + 1) * columns), cluster * columns);
  const first = drawRow(weights, random);
  place(0, first);
  let distances = distancesTo(data, first);
  for (let cluster = 1; cluster < clusters; cluster++) {
    const chances = distances.map((distance, row) => weights[row] * distance);
    let best = { row: 0, inertia: Infinity, distances };
    for (let draw = 0; draw < candidates; draw++) {
      const row = drawRow(chances, random);
      const nearer = distancesTo(data, row);
      let inertia = 0;
      for (let r = 0; r < rows; r++) {
        nearer[r] = Math.min(nearer[r], distances[r]);
        inertia += weights[r] * nearer[r];
      }
      if (inertia < best.inertia) best = { row, inertia, distances: nearer };
    }
    place(cluster, best.row);
    ({ distances } = best);
  }
  return centroids;
}

/** Draws a row with a chance proportional to its number; any row if all numbers are 0. */
function drawRow(chances: Float64Array, random: () => number): number {
  const total = chances.reduce((sum, chance) => sum + chance, 0);
  if (total === 0) return Math.floor(random() * chances.length);
  let rest = random() * total;
  let last = 0;
  for (let row = 0; row < chances.length; row++) {
    if (chances[row] === 0) continue;
    last = row;
    rest -= chances[row];
    if (rest < 0) break;
  }
  return last;
}

function distancesTo({ rows, columns, values }: WeightedRows, centre: number): Float64Array {
  const distances = new Float64Array(rows);
  for (let r = 0; r < rows; r++) distances[r] = squaredDistance(values, r * columns, values, centre * columns, columns);
  return distances;
}
