/**
 * Runs SQL statements. Stores (`.store.ts`) use only these functions, always with the row type written out:
 * test/integration/platform/sql-statements.test.ts finds the calls, and compares each row type with the columns that PostgreSQL
 * describes for the statement.
 */
import { type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';

/** Any connection that runs statements: a pool for a single statement, a client within its transaction. */
export interface SqlClient {
  query<Row extends QueryResultRow>(statement: Statement, values?: unknown[]): Promise<QueryResult<Row>>;
}

/**
 * The text of a statement, or an object with its text, its values and a name. PostgreSQL parses a named statement once
 * per connection.
 */
export type Statement = string | QueryConfig;

/** Runs a statement and returns its rows. */
export async function queryRows<Row extends QueryResultRow>(
  client: SqlClient,
  statement: Statement,
  values?: unknown[],
): Promise<Row[]> {
  const { rows } = await client.query<Row>(statement, values);
  return rows;
}

/** Runs a statement that returns one column, which is the only property of the row type. Returns the values of the column. */
export async function queryColumn<Row extends QueryResultRow>(
  client: SqlClient,
  statement: Statement,
  values?: unknown[],
): Promise<Row[keyof Row][]> {
  const { rows } = await client.query<Row>(statement, values);
  const [column] = Object.keys(rows[0] ?? {});
  return rows.map((row) => row[column as keyof Row]);
}

/** Runs a statement and returns its first row, or undefined if it has none. */
export async function queryFirst<Row extends QueryResultRow>(
  client: SqlClient,
  statement: Statement,
  values?: unknown[],
): Promise<Row | undefined> {
  const { rows } = await client.query<Row>(statement, values);
  return rows[0];
}

/** Runs a statement that always returns a row, such as an aggregate without GROUP BY, and returns that row. */
export async function queryOne<Row extends QueryResultRow>(
  client: SqlClient,
  statement: Statement,
  values?: unknown[],
): Promise<Row> {
  const { rows } = await client.query<Row>(statement, values);
  const row = rows[0];
  if (row === undefined) throw new Error('The statement returned no row; it must return one.');
  return row;
}

/** Runs a statement for its effect. Returns the number of rows that it inserted, updated, deleted or selected. */
export async function execute(client: SqlClient, statement: Statement, values?: unknown[]): Promise<number> {
  const { rowCount } = await client.query(statement, values);
  return rowCount ?? 0;
}
