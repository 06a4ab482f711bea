import type { ProfileChange } from './profile-change';
import type { Pool, PoolClient } from '../../platform/postgres';
import { execute, queryColumn, queryFirst, queryRows } from '../../platform/sql';
import type { Profile } from './profile';

/**
 * How long a row is retained that is no change of the segment, or that is an opt-out: longer than the outbox retains a
 * change, because an erasure finds the rows of the outbox by these rows.
 */
const SHORT_RETENTION_MS = 4 * 3_600_000;

/**
 * Returns the customers whose purchases or returns changed at log positions above `after`, up to and including `upTo`:
 * by an event, or by a merge into or out of them. Customers who have opted in to profiling again are among them.
 */
export function readChangedBuyers(pool: Pool, after: number, upTo: number): Promise<string[]> {
  return queryColumn<{ id: string }>(pool, {
    name: 'changed-buyers',
    text: `SELECT DISTINCT substr(changed.subject, 3) AS id FROM (
             SELECT e.subject FROM log_batches b CROSS JOIN LATERAL (
               SELECT subject FROM events
               WHERE batch = b.batch AND type IN ('PURCHASE', 'RETURN') AND subject LIKE 'c:%' OFFSET 0
             ) e WHERE b.position > $1 AND b.position <= $2 AND NOT b.backfill
             UNION ALL
             SELECT unnest(ARRAY[from_subject, into_subject]) FROM merges
             WHERE position > $1 AND position <= $2 AND set_aside IS NULL
             UNION ALL
             SELECT 'c:' || id FROM customers WHERE profiling_since > $1 AND profiling_since <= $2 AND profiling
           ) changed WHERE changed.subject LIKE 'c:%' ORDER BY id`,
    values: [after, upTo],
  });
}

/**
 * Returns those of the customers that exist and have not opted out of profiling. Until the transaction ends, they can
 * neither be erased nor opt out.
 */
export async function lockProfiledCustomers(client: PoolClient, customerIds: readonly string[]): Promise<Set<string>> {
  return new Set(
    await queryColumn<{ id: string }>(client, {
      name: 'profiled-customers',
      text: 'SELECT id FROM customers WHERE id = ANY($1::text[]) AND profiling ORDER BY id COLLATE "C" FOR SHARE',
      values: [customerIds],
    }),
  );
}

/** Returns the segments of customers with a profile, and locks the profiles. */
export async function lockSegments(
  client: PoolClient,
  customerIds: readonly string[],
): Promise<Map<string, string | null>> {
  const rows = await queryRows<{ id: string; segmentId: string | null }>(client, {
    name: 'lock-profiles',
    text: `SELECT customer_id AS id, segment_id AS "segmentId" FROM customer_profiles
           WHERE customer_id = ANY($1::text[]) ORDER BY customer_id COLLATE "C" FOR UPDATE`,
    values: [customerIds],
  });
  return new Map(rows.map(({ id, segmentId }) => [id, segmentId]));
}

/** Stores profiles, or replaces those of the same customers. */
export async function storeProfiles(client: PoolClient, profiles: readonly Profile[], currency: string): Promise<void> {
  if (profiles.length === 0) return;
  await execute(client, {
    name: 'store-profiles',
    text: `INSERT INTO customer_profiles AS stored (customer_id, segment_id, segment_since, expected_amount, low_amount,
             high_amount, purchase_probability, churn_probability, currency, as_of)
           SELECT id, segment, CASE WHEN segment IS NOT NULL THEN as_of END, expected, low, high, purchase, churn, $9, as_of
           FROM (
             SELECT id, segment, expected, low, high, purchase, churn, to_timestamp(at / 1000) AS as_of
             FROM unnest($1::text[], $2::text[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::float8[], $8::float8[])
               AS p (id, segment, expected, low, high, purchase, churn, at)
           ) new
           ON CONFLICT (customer_id) DO UPDATE SET segment_id = excluded.segment_id,
             segment_since = CASE WHEN stored.segment_id IS NOT DISTINCT FROM excluded.segment_id
               THEN stored.segment_since ELSE excluded.segment_since END,
             expected_amount = excluded.expected_amount, low_amount = excluded.low_amount,
             high_amount = excluded.high_amount, purchase_probability = excluded.purchase_probability,
             churn_probability = excluded.churn_probability, currency = excluded.currency, as_of = excluded.as_of`,
    values: [
      profiles.map(({ customerId }) => customerId),
      profiles.map(({ segmentId }) => segmentId),
      profiles.map(({ value }) => value?.expectedAmount ?? null),
      profiles.map(({ value }) => value?.low ?? null),
      profiles.map(({ value }) => value?.high ?? null),
      profiles.map(({ value }) => value?.purchaseProbability ?? null),
      profiles.map(({ value }) => value?.churnProbability ?? null),
      profiles.map(({ asOf }) => asOf),
      currency,
    ],
  });
}

/** Returns the ids of up to `count` customers with a profile, in no particular order. */
export function readSomeProfiles(pool: Pool, count: number): Promise<string[]> {
  return queryColumn<{ id: string }>(pool, 'SELECT customer_id AS id FROM customer_profiles LIMIT $1', [count]);
}

export async function deleteProfiles(client: PoolClient, customerIds: readonly string[]): Promise<void> {
  if (customerIds.length === 0) return;
  await execute(client, 'DELETE FROM customer_profiles WHERE customer_id = ANY($1::text[])', [customerIds]);
}

/**
 * Deletes the profiles of customers who have opted out of profiling, and their earlier changes. Recent changes lose only
 * their segments, because an erasure needs their positions.
 * @returns the changes, to be stored by {@link storeOptOuts} and published with the position of the transaction
 */
export async function removeProfiles(client: PoolClient, customerIds: readonly string[]): Promise<ProfileChange[]> {
  if (customerIds.length === 0) return [];
  const segments = await lockSegments(client, customerIds);
  await deleteProfiles(client, customerIds);
  await execute(
    client,
    `DELETE FROM profile_changes WHERE customer_id = ANY($1::text[]) AND changed_at < now() - $2 * interval '1 ms'`,
    [customerIds, SHORT_RETENTION_MS],
  );
  await execute(
    client,
    `UPDATE profile_changes
     SET from_segment = NULL, to_segment = NULL, expires_at = changed_at + $2 * interval '1 ms'
     WHERE customer_id = ANY($1::text[])`,
    [customerIds, SHORT_RETENTION_MS],
  );
  return Array.from(segments, ([customerId, from]): ProfileChange => ({ customerId, from, to: null }));
}

/**
 * Logs changes of profiles. A change of the segment is retained as long as the log, because streams read the segment as
 * of each event.
 */
export async function storeProfileChanges(
  client: PoolClient,
  position: number,
  changes: readonly ProfileChange[],
): Promise<void> {
  await insertChanges(
    client,
    position,
    changes.filter(({ from, to }) => from !== to),
    null,
  );
  await insertChanges(
    client,
    position,
    changes.filter(({ from, to }) => from === to),
    SHORT_RETENTION_MS,
  );
}

/** Logs that customers who have opted out are in no segment. The log soon forgets which segments they were in. */
export function storeOptOuts(client: PoolClient, position: number, changes: readonly ProfileChange[]): Promise<void> {
  return insertChanges(client, position, changes, SHORT_RETENTION_MS);
}

async function insertChanges(
  client: PoolClient,
  position: number,
  changes: readonly ProfileChange[],
  retentionMs: number | null,
): Promise<void> {
  if (changes.length === 0) return;
  await execute(client, {
    name: 'store-profile-changes',
    text: `INSERT INTO profile_changes (position, customer_id, from_segment, to_segment, expires_at)
           SELECT $1, id, previous, next, now() + $5::float8 * interval '1 ms'
           FROM unnest($2::text[], $3::text[], $4::text[]) AS c (id, previous, next)`,
    values: [
      position,
      changes.map(({ customerId }) => customerId),
      changes.map(({ from }) => from),
      changes.map(({ to }) => to),
      retentionMs,
    ],
  });
}

/** Returns the keys of the imported batches at log positions above `after`, up to and including `upTo`. */
export function readBackfillBatches(pool: Pool, after: number, upTo: number): Promise<number[]> {
  return queryColumn<{ batch: number }>(pool, {
    name: 'backfill-batches',
    text: 'SELECT batch FROM log_batches WHERE backfill AND position > $1 AND position <= $2 ORDER BY position',
    values: [after, upTo],
  });
}

/** Returns the ids of the customers with purchases or returns in batches of the log. */
export function readBuyersOf(pool: Pool, batches: readonly number[]): Promise<string[]> {
  return queryColumn<{ id: string }>(pool, {
    name: 'buyers-of-batches',
    // LATERAL reads each batch by index: a query plan made while the log was small would otherwise scan all of it.
    text: `SELECT DISTINCT substr(e.subject, 3) AS id FROM unnest($1::bigint[]) AS b (batch) CROSS JOIN LATERAL (
             SELECT subject FROM events
             WHERE batch = b.batch AND type IN ('PURCHASE', 'RETURN') AND subject LIKE 'c:%' OFFSET 0
           ) e`,
    values: [batches],
  });
}

/** Stores that the profiles of customers are outdated. */
export async function storeOutdated(client: PoolClient, customerIds: readonly string[]): Promise<void> {
  await execute(client, {
    name: 'store-outdated-profiles',
    text: `INSERT INTO outdated_profiles (customer_id) SELECT id FROM unnest($1::text[]) AS id ORDER BY id
           ON CONFLICT (customer_id) DO NOTHING`,
    values: [customerIds],
  });
}

/** Returns the ids of up to `count` customers whose profiles are outdated, in the order of ids. */
export function readOutdated(pool: Pool, count: number): Promise<string[]> {
  return queryColumn<{ id: string }>(pool, {
    name: 'outdated-profiles',
    text: 'SELECT customer_id AS id FROM outdated_profiles ORDER BY customer_id LIMIT $1',
    values: [count],
  });
}

/** Removes customers from those whose profiles are outdated. */
export async function deleteOutdated(client: PoolClient, customerIds: readonly string[]): Promise<void> {
  await execute(client, 'DELETE FROM outdated_profiles WHERE customer_id = ANY($1::text[])', [customerIds]);
}

/** Like {@link deleteOutdated}, for all customers. */
export async function deleteAllOutdated(client: PoolClient): Promise<void> {
  await execute(client, 'DELETE FROM outdated_profiles');
}

/** How far the sweep is that computes all profiles again. */
export interface SweepState {
  readonly versions: readonly string[];
  /** The last customer of the newest page; null once it has ended. */
  readonly cursor: string | null;
  readonly startedAt: Date;
}

export async function readSweep(pool: Pool): Promise<SweepState | undefined> {
  return queryFirst<SweepState>(pool, {
    name: 'profile-sweep',
    text: 'SELECT versions, cursor, started_at AS "startedAt" FROM profile_sweep WHERE id = 1',
  });
}

/** Makes the next sweep begin at the first customer. */
export async function deleteSweep(pool: Pool): Promise<void> {
  await execute(pool, 'DELETE FROM profile_sweep WHERE id = 1');
}

export async function storeSweep(client: PoolClient, { versions, cursor, startedAt }: SweepState): Promise<void> {
  await execute(client, {
    name: 'store-profile-sweep',
    text: `INSERT INTO profile_sweep (id, versions, cursor, started_at) VALUES (1, $1, $2, $3)
           ON CONFLICT (id) DO UPDATE SET versions = $1, cursor = $2, started_at = $3`,
    values: [versions, cursor, startedAt],
  });
}

/** Deletes a batch of expired changes, a customer's earlier ones first. @returns the number of deleted rows */
export function pruneProfileChanges(pool: Pool): Promise<number> {
  return execute(
    pool,
    `DELETE FROM profile_changes WHERE (customer_id, position) IN (
       SELECT customer_id, position FROM profile_changes WHERE expires_at < now()
       ORDER BY expires_at, position LIMIT 10000
     )`,
  );
}

/**
 * Deletes the profiles of these subjects and the log of their changes, inside the caller's transaction, and removes the
 * changes from the outbox. A process that has not read them yet reloads all histories when it reads the erasure.
 */
export async function eraseFromProfiles(client: PoolClient, subjects: readonly string[]): Promise<void> {
  const customerIds = subjects.filter((subject) => subject.startsWith('c:')).map((subject) => subject.slice(2));
  await deleteProfiles(client, customerIds);
  const rows = await queryRows<{ position: number }>(
    client,
    'DELETE FROM profile_changes WHERE customer_id = ANY($1::text[]) RETURNING position',
    [customerIds],
  );
  await deleteOutdated(client, customerIds);
  await execute(client, `UPDATE profile_sweep SET cursor = '' WHERE cursor = ANY($1::text[])`, [customerIds]);
  await execute(client, `UPDATE outbox SET payload = (payload::jsonb - 'profiles')::json WHERE position = ANY($1)`, [
    rows.map(({ position }) => position),
  ]);
}

/** A stored profile. */
export interface StoredProfile {
  readonly customerId: string;
  readonly segmentId: string | null;
  readonly segmentSince: Date | null;
  readonly expectedAmount: number | null;
  readonly lowAmount: number | null;
  readonly highAmount: number | null;
  readonly purchaseProbability: number | null;
  readonly churnProbability: number | null;
  readonly currency: string;
  readonly asOf: Date;
}

/** Returns the profiles of these customers, in no particular order. Customers without a profile are left out. */
export function readProfiles(pool: Pool, customerIds: readonly string[]): Promise<StoredProfile[]> {
  return queryRows<StoredProfile>(pool, {
    name: 'profiles',
    text: `SELECT customer_id AS "customerId", segment_id AS "segmentId", segment_since AS "segmentSince",
             expected_amount AS "expectedAmount", low_amount AS "lowAmount", high_amount AS "highAmount",
             purchase_probability AS "purchaseProbability", churn_probability AS "churnProbability", currency,
             as_of AS "asOf"
           FROM customer_profiles WHERE customer_id = ANY($1::text[])`,
    values: [customerIds],
  });
}

/** What filters and boosts read of a stored customer. */
export interface ProfileRow extends Pick<
  StoredProfile,
  'customerId' | 'segmentId' | 'expectedAmount' | 'purchaseProbability' | 'churnProbability'
> {
  /** Whether the customer is in the segment NEW: has no profile, and has not opted out. */
  readonly isNew: boolean;
}

/**
 * Returns these customers, in no particular order. Customers who are not stored are left out. A customer who has opted
 * out has no values, also while the profile still exists.
 */
export function readProfileRows(pool: Pool, customerIds: readonly string[]): Promise<ProfileRow[]> {
  return queryRows<ProfileRow>(pool, {
    name: 'profile-rows',
    text: `SELECT c.id AS "customerId",
             c.profiling AND p.customer_id IS NULL
               AND coalesce((SELECT active FROM segment_periods ORDER BY position DESC LIMIT 1), false) AS "isNew",
             p.segment_id AS "segmentId", p.expected_amount AS "expectedAmount",
             p.purchase_probability AS "purchaseProbability", p.churn_probability AS "churnProbability"
           FROM customers c LEFT JOIN customer_profiles p ON p.customer_id = c.id AND c.profiling
           WHERE c.id = ANY($1::text[])`,
    values: [customerIds],
  });
}
