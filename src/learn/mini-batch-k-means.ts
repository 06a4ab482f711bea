import type { DesignMatrix } from './design-matrix';
import { FitError, requireFinite } from './fit-error';
import { nearestCentroid, type Centroids } from './nearest-centroid';

/** Centroids that follow new rows. */
export interface MiniBatchKMeans {
  /** clusters × columns. */
  readonly centroids: Centroids;
  /** Number of rows that each centroid has been moved by. */
  readonly counts: Float64Array;
}

/**
 * Moves centroids by a batch of rows (Sculley, Web-Scale K-Means Clustering, WWW 2010): every row is first assigned to
 * its nearest centroid; then each row moves its centroid by 1 / count of the way to the row. So a centroid is the mean
 * of all rows that were ever assigned to it, if its count began at 0.
 *
 * Cost: rows × clusters × columns.
 * @throws FitError NOT_FINITE or WRONG_SHAPE
 */
export function updateMiniBatch({ centroids, counts }: MiniBatchKMeans, batch: DesignMatrix): MiniBatchKMeans {
  if (centroids.length !== counts.length * batch.columns)
    throw new FitError(
      'WRONG_SHAPE',
      `${centroids.length} values of ${counts.length} centroids, ${batch.columns} columns`,
    );
  const moved = { centroids: centroids.slice(), counts: counts.slice() };
  const row = new Float64Array(batch.columns);
  for (let r = 0; r < batch.rows; r++) {
    batch.readRow(r, row);
    row.forEach((value, c) => requireFinite(value, `row ${r}, column ${c}`));
    const cluster = nearestCentroid(centroids, batch.columns, row);
    const rate = 1 / ++moved.counts[cluster];
    const from = cluster * batch.columns;
    for (let c = 0; c < row.length; c++) moved.centroids[from + c] += rate * (row[c] - moved.centroids[from + c]);
  }
  return moved;
}
