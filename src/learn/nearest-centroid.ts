/** Centroids of clusters, row by row: clusters × columns. */
export type Centroids = Float64Array;

/**
 * Returns the cluster whose centroid has the least Euclidean distance to a row; of equally near ones, the first.
 * @param values holds the row's values from `from` on
 */
export function nearestCentroid(centroids: Centroids, columns: number, values: Float64Array, from = 0): number {
  let nearest = 0;
  let least = Infinity;
  const clusters = centroids.length / columns;
  for (let cluster = 0; cluster < clusters; cluster++) {
    const centroid = cluster * columns;
    let sum = 0;
    for (let c = 0; c < columns && sum < least; c++) {
      const delta = centroids[centroid + c] - values[from + c];
      sum += delta * delta;
    }
    if (sum < least) {
      least = sum;
      nearest = cluster;
    }
  }
  return nearest;
}

/** Squared Euclidean distance of two rows, which begin at `fromA` and `fromB`. */
export function squaredDistance(
  a: Float64Array,
  fromA: number,
  b: Float64Array,
  fromB: number,
  columns: number,
): number {
  let sum = 0;
  for (let c = 0; c < columns; c++) {
    const delta = a[fromA + c] - b[fromB + c];
    sum += delta * delta;
  }
  return sum;
}
