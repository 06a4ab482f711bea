import type { Pool } from '../../platform/postgres';
import { execute, queryOne, queryRows } from '../../platform/sql';

/** Returns the names that operators have given to segments, by the segments' ids. */
export async function readEditedNames(pool: Pool): Promise<Map<number, string>> {
  const rows = await queryRows<{ id: number; name: string }>(pool, 'SELECT segment_id AS id, name FROM segment_names');
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Stores a segment's name; `null` restores the generated name. */
export async function storeEditedName(pool: Pool, id: number, name: string | null): Promise<void> {
  if (name === null) await execute(pool, 'DELETE FROM segment_names WHERE segment_id = $1', [id]);
  else
    await execute(
      pool,
      `INSERT INTO segment_names (segment_id, name) VALUES ($1, $2)
       ON CONFLICT (segment_id) DO UPDATE SET name = excluded.name, updated_at = now()`,
      [id, name],
    );
}

/** Returns an id that no stored version has given to a segment, so that ids are not used again after a roll-back. */
export async function readNextSegmentId(pool: Pool): Promise<number> {
  const row = await queryOne<{ id: number }>(
    pool,
    `SELECT coalesce(max((parameters ->> 'nextId')::int), 1) AS id FROM model_versions WHERE kind = 'segments'`,
  );
  return row.id;
}
