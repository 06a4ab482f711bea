import type { Pool, PoolClient } from '../../platform/postgres';
import { execute, queryColumn, queryFirst, queryOne, queryRows, type SqlClient } from '../../platform/sql';

/** An audience as stored. */
export interface StoredAudience {
  readonly id: string;
  readonly name: string;
  /** A CEL expression over `customer`. */
  readonly condition: string;
  /** A new number with each change of the condition. */
  readonly definition: number;
  /** Number of stored members. */
  readonly size: number;
  /** The last customer that was examined; null once all have been. */
  readonly cursor: string | null;
  /** Number of customers that were examined so far. */
  readonly examined: number;
  /** Number of customers of the shop when the examination began. */
  readonly customers: number;
  /** Whether customers without an order were in the segment NEW when the examination began; null before it has begun. */
  readonly isNewActive: boolean | null;
  readonly updatedAt: Date;
}

const COLUMNS = `id, name, condition, definition, size, cursor, examined, customers, new_active AS "isNewActive",
  updated_at AS "updatedAt"`;

/** Returns all audiences, by id. */
export function readAudiences(client: SqlClient): Promise<StoredAudience[]> {
  return queryRows<StoredAudience>(client, `SELECT ${COLUMNS} FROM audiences ORDER BY id COLLATE "C"`);
}

export function readAudience(client: SqlClient, id: string): Promise<StoredAudience | undefined> {
  return queryFirst<StoredAudience>(client, {
    name: 'audience',
    text: `SELECT ${COLUMNS} FROM audiences WHERE id = $1`,
    values: [id],
  });
}

/** Blocks other writers until the transaction ends. @returns the audience with this id, and the number of all audiences */
export async function lockAudiences(
  client: PoolClient,
  id: string,
): Promise<{ readonly stored: StoredAudience | undefined; readonly count: number }> {
  await execute(client, `SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':audiences', 0))`);
  const stored = await readAudience(client, id);
  const { count } = await queryOne<{ count: number }>(client, 'SELECT count(*)::int AS count FROM audiences');
  return { stored, count };
}

export async function insertAudience(
  client: PoolClient,
  { id, name, condition }: Pick<StoredAudience, 'id' | 'name' | 'condition'>,
): Promise<void> {
  await execute(client, 'INSERT INTO audiences (id, name, condition) VALUES ($1, $2, $3)', [id, name, condition]);
}

export async function renameAudience(client: PoolClient, id: string, name: string): Promise<void> {
  await execute(client, 'UPDATE audiences SET name = $2, updated_at = now() WHERE id = $1', [id, name]);
}

/** Stores another condition under a new definition. Workers then examine all customers. */
export async function redefineAudience(
  client: PoolClient,
  { id, name, condition }: Pick<StoredAudience, 'id' | 'name' | 'condition'>,
): Promise<void> {
  await execute(
    client,
    `UPDATE audiences SET name = $2, condition = $3, definition = DEFAULT, size = 0, cursor = '', examined = 0,
       customers = 0, new_active = NULL, updated_at = now() WHERE id = $1`,
    [id, name, condition],
  );
}

/** Deletes an audience. Workers delete its members. @returns whether the audience existed */
export async function deleteAudience(client: SqlClient, id: string): Promise<boolean> {
  return (await execute(client, 'DELETE FROM audiences WHERE id = $1', [id])) === 1;
}

/** Returns the number of stored members of each definition that has any. */
export async function countAudienceMembers(client: SqlClient): Promise<Map<number, number>> {
  const rows = await queryRows<{ definition: number; members: number }>(
    client,
    'SELECT definition, count(*)::int AS members FROM audience_members GROUP BY definition',
  );
  return new Map(rows.map(({ definition, members }) => [definition, members]));
}

/** Returns up to `count` ids of the members after the given id, in the order of ids. */
export function readAudienceMembers(
  client: SqlClient,
  definition: number,
  after: string,
  count: number,
): Promise<string[]> {
  return queryColumn<{ id: string }>(client, {
    name: 'audience-members',
    text: `SELECT customer_id AS id FROM audience_members WHERE definition = $1 AND customer_id > $2
           ORDER BY customer_id LIMIT $3`,
    values: [definition, after, count],
  });
}

/** Returns the audiences that each of these customers is in, as pairs, by the audience's id. */
export function readAudiencesOf(
  pool: Pool,
  customerIds: readonly string[],
): Promise<{ customerId: string; audienceId: string }[]> {
  return queryRows<{ customerId: string; audienceId: string }>(pool, {
    name: 'audiences-of-customers',
    text: `SELECT m.customer_id AS "customerId", a.id AS "audienceId"
           FROM audience_members m JOIN audiences a ON a.definition = m.definition
           WHERE m.customer_id = ANY($1::text[]) ORDER BY a.id COLLATE "C"`,
    values: [customerIds],
  });
}

/** Removes these subjects from all audiences, inside the caller's transaction. Must run after their profiles are deleted. */
export async function eraseFromAudiences(client: PoolClient, subjects: readonly string[]): Promise<void> {
  const customerIds = subjects.filter((subject) => subject.startsWith('c:')).map((subject) => subject.slice(2));
  await execute(client, 'DELETE FROM audience_changes WHERE customer_id = ANY($1::text[])', [customerIds]);
  await execute(
    client,
    `WITH gone AS (
       DELETE FROM audience_members WHERE customer_id = ANY($1::text[]) RETURNING definition
     ), counted AS (SELECT definition, count(*)::int AS members FROM gone GROUP BY definition)
     UPDATE audiences a SET size = a.size - c.members FROM counted c WHERE a.definition = c.definition`,
    [customerIds],
  );
  await execute(client, `UPDATE audiences SET cursor = '', examined = 0 WHERE cursor = ANY($1::text[])`, [customerIds]);
}
