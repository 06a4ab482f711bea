import type { Pool } from '../../platform/postgres';
import { queryRows } from '../../platform/sql';
import type { StoredProfile } from './profile.store';

type ExportedPredictions = Omit<StoredProfile, 'segmentSince'>;

/**
 * Returns the predictions for up to `count` customers after the given id, in the order of ids.
 * @param segmentId null: in any segment or none
 */
export function readPredictionsForExport(pool: Pool, segmentId: string | null, after: string, count: number) {
  return queryRows<ExportedPredictions>(
    pool,
    `SELECT customer_id AS "customerId", segment_id AS "segmentId", purchase_probability AS "purchaseProbability",
       expected_amount AS "expectedAmount", low_amount AS "lowAmount", high_amount AS "highAmount",
       churn_probability AS "churnProbability", currency, as_of AS "asOf"
     FROM customer_profiles
     WHERE customer_id > $2 AND purchase_probability IS NOT NULL AND ($1::text IS NULL OR segment_id = $1)
     ORDER BY customer_id LIMIT $3`,
    [segmentId, after, count],
  );
}
