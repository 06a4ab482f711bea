import { type Pool } from '../../../src/platform/postgres';
import { execute, queryFirst, queryOne, queryRows } from '../../../src/platform/sql';

/** Statements that differ from the tables or from their row types. test/integration/platform/sql-statements.test.ts finds each. */
export const PLANTED_MISTAKES: Readonly<Record<string, (pool: Pool) => Promise<unknown>>> = {
  'has no column name': (pool) => queryRows<{ name: string }>(pool, 'SELECT id AS title FROM streams'),
  'has the column title, which its row type lacks': (pool) =>
    queryRows<{ id: string }>(pool, 'SELECT id, title FROM products'),
  'stock is int4, read as number, but its type is string': (pool) =>
    queryFirst<{ stock: string | null }>(pool, 'SELECT stock FROM products WHERE id = $1', ['a']),
  'seconds is numeric, read as string, but its type is number': (pool) =>
    queryOne<{ seconds: number }>(pool, 'SELECT extract(epoch FROM now()) AS seconds'),
  'positions is _int8, read as string[], but its type is number[]': (pool) =>
    queryOne<{ positions: number[] }>(pool, 'SELECT array_agg(position) AS positions FROM merges'),
  'attributes is jsonb, read as json, but its type is string': (pool) =>
    queryRows<{ attributes: string }>(pool, 'SELECT attributes FROM products'),
  'language may be null (products.language), but its type is not': (pool) =>
    queryRows<{ language: string }>(pool, 'SELECT language FROM products'),
  'has 1 parameters, but 2 values': (pool) => execute(pool, 'DELETE FROM products WHERE id = $1', ['a', 'b']),
  'column "naem" of relation "settings" does not exist': (pool) =>
    execute(pool, 'UPDATE settings SET naem = $1', ['a']),
  'relation "prodcuts" does not exist': (pool) =>
    execute(pool, { name: 'planted', text: 'DELETE FROM prodcuts WHERE id = $1', values: ['a'] }),
  'makeTable() is not known': (pool) => execute(pool, `DELETE FROM ${makeTable()}`),
  'returns no rows': (pool) => queryRows<{ id: string }>(pool, 'DELETE FROM products'),
};

function makeTable(): string {
  const name = process.argv[2];
  return name;
}
