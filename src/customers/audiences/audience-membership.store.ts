import type { Pool, PoolClient } from '../../platform/postgres';
import { execute, queryColumn, queryFirst, queryOne, queryRows, type SqlClient } from '../../platform/sql';
import { MERGED_AWAY } from '../segments/segment.store';

/** A stored customer with all that conditions of audiences read. */
export interface AudienceCustomerRow {
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly profiling: boolean;
  /** The customer was merged into another one and has no event since. Such a customer is in no audience. */
  readonly isMerged: boolean;
  readonly hasProfile: boolean;
  readonly segmentId: string | null;
  readonly expectedAmount: number | null;
  readonly purchaseProbability: number | null;
  readonly churnProbability: number | null;
}

const CUSTOMER_COLUMNS = `c.id, c.attributes, c.profiling, ${MERGED_AWAY} AS "isMerged",
  p.customer_id IS NOT NULL AS "hasProfile", p.segment_id AS "segmentId", p.expected_amount AS "expectedAmount",
  p.purchase_probability AS "purchaseProbability", p.churn_probability AS "churnProbability"`;

/** Returns those of the customers that are stored, in no particular order. */
export function readAudienceCustomers(
  client: SqlClient,
  customerIds: readonly string[],
): Promise<AudienceCustomerRow[]> {
  return queryRows<AudienceCustomerRow>(client, {
    name: 'audience-customers',
    text: `SELECT ${CUSTOMER_COLUMNS} FROM customers c
             LEFT JOIN customer_profiles p ON p.customer_id = c.id AND c.profiling
           WHERE c.id = ANY($1::text[])`,
    values: [customerIds],
  });
}

/** Returns up to `count` ids of customers after the given id, in the order of ids. */
export function readCustomerIdsAfter(client: SqlClient, after: string, count: number): Promise<string[]> {
  return queryColumn<{ id: string }>(client, {
    name: 'customer-ids-after',
    text: 'SELECT id FROM customers WHERE id > $1 ORDER BY id LIMIT $2',
    values: [after, count],
  });
}

export async function countCustomers(client: SqlClient): Promise<number> {
  const { customers } = await queryOne<{ customers: number }>(
    client,
    'SELECT count(*)::int AS customers FROM customers',
  );
  return customers;
}

/** Returns those of the customers who are marked as changed, so that their memberships may be outdated. */
export async function readMarkedCustomers(client: SqlClient, customerIds: readonly string[]): Promise<Set<string>> {
  return new Set(
    await queryColumn<{ id: string }>(
      client,
      'SELECT DISTINCT customer_id AS id FROM audience_changes WHERE customer_id = ANY($1::text[])',
      [customerIds],
    ),
  );
}

/** Deletes up to `count` marks of changed customers. @returns the customers, in no particular order */
export async function takeAudienceChanges(
  client: SqlClient,
  count: number,
): Promise<{ readonly customerIds: ReadonlySet<string>; readonly marks: number }> {
  const rows = await queryRows<{ id: string }>(client, {
    name: 'take-audience-changes',
    text: `DELETE FROM audience_changes WHERE id IN (SELECT id FROM audience_changes ORDER BY id LIMIT $1)
           RETURNING customer_id AS id`,
    values: [count],
  });
  return { customerIds: new Set(rows.map(({ id }) => id)), marks: rows.length };
}

/**
 * Returns the customers who were merged into another one at some time, and have events at log positions above `after`,
 * up to and including `upTo`. With such an event, the customer exists again.
 */
export function readMergedWithEvents(pool: Pool, after: number, upTo: number): Promise<string[]> {
  return queryColumn<{ id: string }>(pool, {
    name: 'merged-with-events',
    text: `SELECT DISTINCT substr(e.subject, 3) AS id FROM log_batches b CROSS JOIN LATERAL (
             SELECT DISTINCT subject FROM events WHERE batch = b.batch AND subject LIKE 'c:%' OFFSET 0
           ) e WHERE b.position > $1 AND b.position <= $2
             AND EXISTS (SELECT FROM merges m WHERE m.from_subject = e.subject)`,
    values: [after, upTo],
  });
}

/** A customer in an audience. */
export interface Membership {
  readonly definition: number;
  readonly customerId: string;
}

/** Returns the stored memberships of these customers by these definitions, in no particular order. */
export function readMembershipsOf(
  client: SqlClient,
  customerIds: readonly string[],
  definitions: readonly number[],
): Promise<Membership[]> {
  return queryRows<Membership>(client, {
    name: 'audience-memberships',
    text: `SELECT definition, customer_id AS "customerId" FROM audience_members
           WHERE customer_id = ANY($1::text[]) AND definition = ANY($2::bigint[])`,
    values: [customerIds, definitions],
  });
}

/** Stores that customers have entered audiences, and left them, and changes the sizes. No entry may be stored yet. */
export async function storeMemberships(
  client: PoolClient,
  entries: readonly Membership[],
  exits: readonly Membership[],
): Promise<void> {
  if (entries.length > 0)
    await execute(client, {
      name: 'enter-audiences',
      text: 'INSERT INTO audience_members (definition, customer_id) SELECT * FROM unnest($1::bigint[], $2::text[])',
      values: [entries.map(({ definition }) => definition), entries.map(({ customerId }) => customerId)],
    });
  if (exits.length > 0)
    await execute(client, {
      name: 'leave-audiences',
      text: `DELETE FROM audience_members m USING unnest($1::bigint[], $2::text[]) AS gone (definition, customer_id)
             WHERE m.definition = gone.definition AND m.customer_id = gone.customer_id`,
      values: [exits.map(({ definition }) => definition), exits.map(({ customerId }) => customerId)],
    });
  const changes = new Map<number, number>();
  for (const { definition } of entries) changes.set(definition, (changes.get(definition) ?? 0) + 1);
  for (const { definition } of exits) changes.set(definition, (changes.get(definition) ?? 0) - 1);
  if (changes.size > 0)
    await execute(client, {
      name: 'change-audience-sizes',
      text: `UPDATE audiences a SET size = a.size + c.change FROM unnest($1::bigint[], $2::int[]) AS c (definition, change)
             WHERE a.definition = c.definition`,
      values: [[...changes.keys()], [...changes.values()]],
    });
}

/** Makes the examination of these definitions begin at the first customer. */
export async function restartExamination(
  client: SqlClient,
  definitions: readonly number[],
  customers: number,
  isNewActive: boolean,
): Promise<void> {
  await execute(
    client,
    `UPDATE audiences SET cursor = '', examined = 0, customers = $2, new_active = $3
     WHERE definition = ANY($1::bigint[])`,
    [definitions, customers, isNewActive],
  );
}

/** Stores how far the examination of these definitions is. @param cursor null: all customers have been examined */
export async function advanceExamination(
  client: PoolClient,
  definitions: readonly number[],
  cursor: string | null,
  examined: number,
): Promise<void> {
  await execute(client, {
    name: 'advance-audiences',
    text: 'UPDATE audiences SET cursor = $2, examined = examined + $3 WHERE definition = ANY($1::bigint[])',
    values: [definitions, cursor, examined],
  });
}

/** Returns a definition that no audience has anymore, although members are stored; undefined if there is none. */
export async function findFormerDefinition(pool: Pool): Promise<number | undefined> {
  // Reads one index entry per definition, where DISTINCT would read all members.
  const row = await queryFirst<{ definition: number }>(
    pool,
    `WITH RECURSIVE stored AS (
       (SELECT definition FROM audience_members ORDER BY definition LIMIT 1)
       UNION ALL
       SELECT (SELECT m.definition FROM audience_members m WHERE m.definition > s.definition ORDER BY m.definition LIMIT 1)
       FROM stored s WHERE s.definition IS NOT NULL
     )
     SELECT definition FROM stored
     WHERE definition IS NOT NULL AND NOT EXISTS (SELECT FROM audiences a WHERE a.definition = stored.definition) LIMIT 1`,
  );
  return row?.definition;
}

/** Deletes up to `count` members of a former definition. */
export async function deleteFormerMembers(pool: Pool, definition: number, count: number): Promise<void> {
  await execute(
    pool,
    `DELETE FROM audience_members WHERE definition = $1 AND customer_id IN (
       SELECT customer_id FROM audience_members WHERE definition = $1 ORDER BY customer_id LIMIT $2
     )`,
    [definition, count],
  );
}

/** Deletes all marks of changed customers that are visible now. */
export async function deleteAudienceChanges(pool: Pool): Promise<void> {
  await execute(pool, 'DELETE FROM audience_changes');
}
