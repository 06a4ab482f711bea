import type { PoolClient } from './postgres';
import { execute } from './sql';

export interface CountTable {
  readonly table: string;
  /** The columns of the primary key, each with its SQL type. */
  readonly keys: Readonly<Record<string, string>>;
  /** The columns with counts or sums, each with its SQL type. */
  readonly counts: Readonly<Record<string, string>>;
}

/** Changes of counts by column name. A removed row has negative counts; amounts are decimal text. */
type CountChange<Table extends CountTable> = Readonly<
  Record<keyof Table['keys'] | keyof Table['counts'], string | number>
>;

/**
 * Adds changes to the counts of a table, in the caller's transaction. Several changes may have the same key. Rows whose
 * counts have all become 0 are deleted.
 */
export async function addCounts<const Table extends CountTable>(
  client: PoolClient,
  { table, keys, counts }: Table,
  changes: readonly CountChange<Table>[],
): Promise<void> {
  const keyNames = Object.keys(keys);
  const countNames = Object.keys(counts);
  const types = Object.entries({ ...keys, ...counts }).map(([name, type]) => `${name} ${type}`);
  const rows = `json_to_recordset($1) AS r (${types.join(', ')})`;
  const changed = changes.filter((change) =>
    countNames.some((name) => Number(change[name as keyof Table['counts']]) !== 0),
  );
  if (changed.length === 0) return;
  const values = [JSON.stringify(changed)];
  await execute(
    client,
    `INSERT INTO ${table} AS t (${[...keyNames, ...countNames].join(', ')})
     SELECT ${[...keyNames, ...countNames.map((name) => `sum(${name})`)].join(', ')} FROM ${rows}
     GROUP BY ${keyNames.join(', ')} ORDER BY ${keyNames.join(', ')}
     ON CONFLICT (${keyNames.join(', ')}) DO UPDATE
       SET ${countNames.map((name) => `${name} = t.${name} + excluded.${name}`).join(', ')}`,
    values,
  );
  await execute(
    client,
    `DELETE FROM ${table} t USING ${rows}
     WHERE ${keyNames.map((name) => `t.${name} = r.${name}`).join(' AND ')}
       AND ${countNames.map((name) => `t.${name} = 0`).join(' AND ')}`,
    values,
  );
}
