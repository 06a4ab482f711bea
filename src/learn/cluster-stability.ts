import { contingencyTable, jaccardTable } from './contingency-table';
import type { DesignMatrix } from './design-matrix';
import { fitKMeans, type KMeansFit } from './k-means';
import { seededRandom } from './seeded-random';

export interface StabilityOptions {
  readonly seed: number;
  /** Number of bootstrap resamples. */
  readonly resamples: number;
  /** Number of random starts of k-means on each resample. Without a number, it continues from the centroids of `fit`. */
  readonly restarts?: number;
}

/** How well a cluster is found again. */
export interface ClusterStability {
  /** Mean Jaccard coefficient over the resamples, 0 to 1. */
  readonly jaccard: number;
  /** Standard error of the mean. */
  readonly standardError: number;
}

/** Tolerance of k-means on the resamples: their clusters are only counted. */
const RESAMPLE_TOLERANCE = 1e-3;

/**
 * Cluster-wise stability by the bootstrap (Hennig, Cluster-wise assessment of cluster stability, Computational
 * Statistics & Data Analysis 52, 2007): k-means is fitted again on resamples of the rows. Each cluster of `fit` is
 * compared with the most similar cluster of each resample by the Jaccard coefficient of their rows in the resample.
 *
 * Cost: resamples × restarts fits on 63 % of the rows.
 * @param design the rows of `fit`
 * @returns one entry per cluster
 */
export function bootstrapStability(
  design: DesignMatrix,
  fit: Pick<KMeansFit, 'centroids' | 'assignments'>,
  options: StabilityOptions,
): ClusterStability[] {
  const clusters = fit.centroids.length / design.columns;
  const random = seededRandom(options.seed);
  const sums = new Float64Array(clusters);
  const squares = new Float64Array(clusters);
  for (let resample = 0; resample < options.resamples; resample++) {
    const { drawn, weights } = drawRows(design.rows, random);
    const again = fitKMeans({
      design: rowsOf(design, drawn),
      weights,
      clusters,
      seed: options.seed + resample,
      ...(options.restarts === undefined ? { start: fit.centroids } : { restarts: options.restarts }),
      tolerance: RESAMPLE_TOLERANCE,
    });
    const original = drawn.map((row) => fit.assignments[row]);
    const columns = again.centroids.length / design.columns;
    // A row counts once, however often it was drawn, as in clusterboot of the R package fpc.
    const jaccards = jaccardTable(contingencyTable(original, clusters, again.assignments, columns), columns);
    for (let cluster = 0; cluster < clusters; cluster++) {
      const most = Math.max(...jaccards.subarray(cluster * columns, (cluster + 1) * columns));
      sums[cluster] += most;
      squares[cluster] += most ** 2;
    }
  }
  const { resamples } = options;
  return Array.from(sums, (sum, cluster): ClusterStability => {
    const jaccard = sum / resamples;
    const variance = Math.max(0, squares[cluster] - sum * jaccard) / Math.max(1, resamples - 1);
    return { jaccard, standardError: Math.sqrt(variance / resamples) };
  });
}

/** Draws as many rows as there are, with replacement. @returns the distinct rows, ascending, and how often each was drawn */
function drawRows(rows: number, random: () => number): { drawn: Int32Array; weights: Int32Array } {
  const counts = new Int32Array(rows);
  for (let draw = 0; draw < rows; draw++) counts[Math.floor(random() * rows)]++;
  const drawn = Int32Array.from(counts.keys()).filter((row) => counts[row] > 0);
  return { drawn, weights: drawn.map((row) => counts[row]) };
}

/** The given rows of a design. */
export function rowsOf(design: DesignMatrix, rows: Int32Array): DesignMatrix {
  return {
    rows: rows.length,
    columns: design.columns,
    readRow: (row, out) => design.readRow(rows[row], out),
  };
}
