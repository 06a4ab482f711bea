import { type PoolClient, withLongTimeout } from '../platform/postgres';
import { queryRows } from '../platform/sql';

/** The ids under which data of one person is stored. */
export interface HeldPerson {
  /**
   * The customer, the customers that were merged into it, their visits in which no other customer was signed in, and
   * their orders and shipments.
   */
  readonly subjects: readonly string[];
  readonly customerIds: readonly string[];
  readonly orderIds: readonly string[];
  readonly shipmentIds: readonly string[];
  /** The parts of shared visits that were merged into the customer. */
  readonly mergedRanges: readonly { readonly subject: string; readonly lower: number; readonly upper: number }[];
}

/** A row of a table, with the key after which the next page begins. Keys have at most 50 characters. */
export interface KeyedRow {
  readonly key: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** Reads the rows of a table that hold data of a person: at most `limit`, those after the key `after`, sorted by key. */
export type ReadRows = (
  client: PoolClient,
  person: HeldPerson,
  after: string,
  limit: number,
) => Promise<readonly KeyedRow[]>;

interface PersonalRows {
  /** SQL: a relation with the person's rows. Its parameters are `values`. */
  readonly sql: string;
  readonly values: (person: HeldPerson) => readonly unknown[];
  /** The columns of the primary key. */
  readonly id: readonly string[];
  /** The column with the time by which the rows are sorted. By default they have no special order. */
  readonly time?: string;
}

/** Columns that say nothing of the person. The digits of a hash are more than a JSON number has. */
const OMITTED = new Set(['digest', 'batch', 'row_key']);

/** Returns a reader of a person's rows. Their keys are the time, if there is one, and a hash of the primary key. */
export function personalRows({ sql, values: valuesOf, id, time }: PersonalRows): ReadRows {
  const prefix = time === undefined ? `''` : `to_char(${time} AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSMS')`;
  return async (client, person, after, limit) => {
    const values = valuesOf(person);
    const text = `
      SELECT * FROM (
        SELECT theirs.*, (${prefix} || md5(jsonb_build_array(${id.join()})::text)) COLLATE "C" AS row_key
        FROM (${sql}) theirs
      ) keyed WHERE row_key > $${values.length + 1} ORDER BY row_key LIMIT $${values.length + 2}`;
    const rows = await queryRows<Record<string, unknown> & { row_key: string }>(
      client,
      withLongTimeout(text, [...values, after, limit]),
    );
    return rows.map((row) => ({ key: row.row_key, row: shown(row) }));
  };
}

function shown(row: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(row).filter(([name]) => !OMITTED.has(name));
  return Object.fromEntries(entries.map(([name, value]) => [camelCase(name), value]));
}

/** Returns the name of a table or column as the API writes names: `order_lines` is `orderLines`. */
export function camelCase(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Returns a reader of the rows of a table that meet a condition.
 * @param ids the ids of the person that the condition compares, as `$1::text[]`
 * @param condition SQL
 */
export function rowsOfPerson(
  ids: 'subjects' | 'customerIds' | 'orderIds' | 'shipmentIds',
  table: string,
  condition: string,
  id: readonly string[],
  time?: string,
): ReadRows {
  return personalRows({
    sql: `SELECT * FROM ${table} WHERE ${condition}`,
    values: (person) => [person[ids]],
    id,
    time,
  });
}
