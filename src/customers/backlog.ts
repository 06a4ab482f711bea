import { AUDIENCES_LEASE, PROFILES_LEASE } from '../models/customer-leases';
import { followerPosition } from '../events/follower.store';
import { rowsLeft, positionsLeft } from '../platform/backlog-sql';

/** SQL: the active versions, as ProfileModelsService lists them: segments first. */
const ACTIVE = `ARRAY(SELECT artefact_id::text FROM active_models
  WHERE kind IN ('segments', 'value') AND artefact_id IS NOT NULL ORDER BY kind)`;

export const backlog = {
  /** Log positions that the profiles of customers do not contain yet. */
  profiles: positionsLeft(followerPosition(PROFILES_LEASE)),
  /** Customers whose profile must be computed again after an import; 0 while no model is active. */
  outdatedProfiles: `CASE WHEN cardinality(${ACTIVE}) = 0 THEN 0
    ELSE ${rowsLeft('SELECT FROM outdated_profiles ORDER BY customer_id')} END`,
  /** 1 while all profiles are computed again, or deleted because no model is active; also if that has not begun yet. */
  profileSweep: `(CASE WHEN cardinality(${ACTIVE}) = 0
      THEN (SELECT true FROM customer_profiles ORDER BY customer_id LIMIT 1) IS NOT NULL
      ELSE NOT EXISTS (SELECT FROM profile_sweep WHERE versions = ${ACTIVE} AND cursor IS NULL)
    END)::int`,
  /** Log positions that the members of audiences do not contain yet. */
  audiences: positionsLeft(followerPosition(AUDIENCES_LEASE)),
  /** Customers to examine for audiences: they were changed, or an audience is new. */
  audienceCustomers: `${rowsLeft('SELECT FROM audience_changes ORDER BY id')} + (
    SELECT coalesce(sum(greatest(1, customers - examined)), 0) FROM audiences WHERE cursor IS NOT NULL)::int`,
};
