/** Centroids of clusters, row by row: clusters × columns. */
export type Centroids = Float64Array;

export interface NearestCentroid {
  readonly cluster: number;
  /** Squared Euclidean distance. */
  readonly squaredDistance: number;
}

/** Returns the centroid nearest to a row; of equally near ones, the first. */
export function nearestCentroid(centroids: Centroids, row: Float64Array): NearestCentroid {
  let cluster = 0;
  let least = Infinity;
  for (let from = 0; from < centroids.length; from += row.length) {
    let sum = 0;
    for (let c = 0; c < row.length && sum < least; c++) {
      const delta = row[c] - centroids[from + c];
      sum += delta * delta;
    }
    if (sum < least) {
      least = sum;
      cluster = from / row.length;
    }
  }
  return { cluster, squaredDistance: least };
}
