/**
 * Dumps the tables of a shop as compressed JSON and restores them, to test with a database that an older release wrote.
 */
import { cpSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Client } from 'pg';
import { migrate } from '../../src/platform/migrate';
import { readMigrations, migrationsFolder } from '../../src/platform/migration-files';
import { testFolder, type TestNamespace } from './shop';

/** Recorded before the dump is made, when no worker runs any more: it waits in the inbox. */
export const WAITING_EVENT = {
  ...{ id: 'waiting', type: 'VIEW', occurredAt: '2026-11-22T09:00:00Z' },
  ...{ customerId: 'ann', productId: 'lamp-0' },
};

/** The committed dump of a release. */
export function shopDumpOf(release: string): string {
  return path.resolve(__dirname, `../fixtures/stored/shop-${release}.json.gz`);
}

interface Dump {
  /** Name of the newest applied migration. */
  readonly migration: string;
  readonly release: string;
  /** The rows of each table as JSON objects. Bytes are hexadecimal, as PostgreSQL writes them. */
  readonly tables: Readonly<Record<string, string>>;
}

/** @param release the release whose processes wrote the rows */
export async function dumpShop(shop: TestNamespace, release: string): Promise<Buffer> {
  return withClient(shop, async (client) => {
    const [{ migration }] = (
      await client.query<{ migration: string }>('SELECT max(migration_name) AS migration FROM _prisma_migrations')
    ).rows;
    const tables: Record<string, string> = {};
    for (const table of await tablesOf(client, shop)) {
      const { rows } = await client.query<{ json: string }>(
        `SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]')::text AS json FROM "${table}" t`,
      );
      tables[table] = rows[0].json;
    }
    const dump: Dump = { migration, release, tables };
    return gzipSync(JSON.stringify(dump), { level: 9 });
  });
}

/** Returns the bytes of the dump's only artefact of a kind. */
export function dumpedArtefact(bytes: Uint8Array, kind: string): Uint8Array {
  const { tables } = readDump(bytes);
  const artefacts = JSON.parse(tables.artefacts) as { id: string; kind: string }[];
  const [{ id }] = artefacts.filter((artefact) => artefact.kind === kind);
  const chunks = JSON.parse(tables.artefact_chunks) as { artefact_id: string; sequence: number; bytes: string }[];
  const ofArtefact = chunks.filter((chunk) => chunk.artefact_id === id).sort((a, b) => a.sequence - b.sequence);
  return new Uint8Array(Buffer.from(ofArtefact.map((chunk) => chunk.bytes.replace('\\x', '')).join(''), 'hex'));
}

/** Migrates an empty schema up to the dump's migration, and fills its tables. It applies no later migration. */
export async function restoreShop(shop: TestNamespace, bytes: Uint8Array): Promise<Dump> {
  const dump = readDump(bytes);
  const folder = testFolder('migrations');
  for (const { name } of readMigrations(migrationsFolder()))
    if (name <= dump.migration)
      cpSync(path.join(migrationsFolder(), name), path.join(folder, name), { recursive: true });
  await migrate(shop.databaseUrl, shop.namespace, { folder, release: dump.release });
  await withClient(shop, async (client) => {
    // The rows are consistent: triggers must not change them, and foreign keys must not require an order of tables.
    await client.query("SET session_replication_role = 'replica'");
    for (const [table, rows] of Object.entries(dump.tables)) {
      await client.query(`DELETE FROM "${table}"`);
      const columns = (await columnsOf(client, shop, table)).map((column) => `"${column}"`).join(', ');
      await client.query(
        `INSERT INTO "${table}" (${columns}) OVERRIDING SYSTEM VALUE
         SELECT ${columns} FROM jsonb_populate_recordset(NULL::"${table}", $1)`,
        [rows],
      );
    }
    await advanceSequences(client, shop);
  });
  return dump;
}

function readDump(bytes: Uint8Array): Dump {
  return JSON.parse(gunzipSync(bytes).toString()) as Dump;
}

async function tablesOf(client: Client, { namespace }: TestNamespace): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c
     WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relname <> '_prisma_migrations' ORDER BY 1`,
    [namespace],
  );
  return rows.map(({ name }) => name);
}

/** Returns the columns without generated ones. */
async function columnsOf(client: Client, { namespace }: TestNamespace, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = $1 AND table_name = $2 AND is_generated = 'NEVER' ORDER BY ordinal_position`,
    [namespace, table],
  );
  return rows.map(({ name }) => name);
}

/** Each sequence continues after the largest value of its column. */
async function advanceSequences(client: Client, { namespace }: TestNamespace): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string; sequence: string }>(
    `SELECT table_name AS table, column_name AS column,
       pg_get_serial_sequence(format('%I.%I', table_schema, table_name), column_name) AS sequence
     FROM information_schema.columns WHERE table_schema = $1
       AND pg_get_serial_sequence(format('%I.%I', table_schema, table_name), column_name) IS NOT NULL`,
    [namespace],
  );
  for (const { table, column, sequence } of rows)
    await client.query(`SELECT setval($1, (SELECT coalesce(max("${column}"), 0) + 1 FROM "${table}"), false)`, [
      sequence,
    ]);
}

async function withClient<T>(shop: TestNamespace, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: shop.databaseUrl, options: `-c search_path=${shop.namespace}` });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
