import { contingencyTable, jaccardTable } from './contingency-table';
import type { DesignMatrix } from './design-matrix';
import { fitKMeans, type KMeansFit } from './k-means';
import { seededRandom } from './seeded-random';

export interface StabilityOptions {
  readonly seed: number;
  /** Number of bootstrap resamples. */
  readonly resamples: number;
  /** Number of random starts of k-means on each resample. */
  readonly restarts: number;
}

/**
 * Cluster-wise stability by the bootstrap (Hennig, Cluster-wise assessment of cluster stability, Computational
 * Statistics & Data Analysis 52, 2007): k-means is fitted again on resamples of the rows. Each cluster of `fit` is
 * compared with the most similar cluster of each resample by the Jaccard coefficient of their rows in the resample.
 *
 * Cost: resamples × restarts fits on 63 % of the rows.
 * @param design the rows of `fit`
 * @returns the mean Jaccard coefficient of each cluster, 0 to 1
 */
export function bootstrapStability(design: DesignMatrix, fit: KMeansFit, options: StabilityOptions): Float64Array {
  const clusters = fit.centroids.length / design.columns;
  const random = seededRandom(options.seed);
  const sums = new Float64Array(clusters);
  for (let resample = 0; resample < options.resamples; resample++) {
    const { drawn, weights } = drawRows(design.rows, random);
    const again = fitKMeans({
      design: rowsOf(design, drawn),
      weights,
      clusters: Math.min(clusters, drawn.length),
      seed: options.seed + resample,
      restarts: options.restarts,
    });
    const original = drawn.map((row) => fit.assignments[row]);
    const columns = again.centroids.length / design.columns;
    // A row counts once, however often it was drawn, as in clusterboot of the R package fpc.
    const jaccards = jaccardTable(contingencyTable(original, clusters, again.assignments, columns), columns);
    for (let cluster = 0; cluster < clusters; cluster++)
      sums[cluster] += Math.max(...jaccards.subarray(cluster * columns, (cluster + 1) * columns));
  }
  return sums.map((sum) => sum / options.resamples);
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
