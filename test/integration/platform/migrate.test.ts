import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Pool } from 'pg';
import { migrate, MigrationError } from '../../../src/platform/migrate';
import { readMigrations, migrationsFolder } from '../../../src/platform/migration-files';
import { VERSION } from '../../../src/platform/version';
import { testServices } from '../../setup/shop';
import { until } from '../../setup/until';

const { databaseUrl } = testServices();
const pool = new Pool({ connectionString: databaseUrl, max: 4 });
const folders: string[] = [];
let count = 0;

const freshNamespace = () => `migrate_${process.pid}_${count++}`;

/** Writes a folder with the given migrations. */
function folderOf(migrations: Record<string, string>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-migrations-'));
  folders.push(folder);
  for (const [name, sql] of Object.entries(migrations)) {
    mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, name, 'migration.sql'), sql);
  }
  return folder;
}

afterAll(async () => {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'migrate\\_${process.pid}\\_%'`,
  );
  for (const { name } of rows) await pool.query(`DROP SCHEMA "${name}" CASCADE`);
  await pool.end();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const FIRST = { '20260101000000_first': 'CREATE TABLE "shelf" ("id" INT PRIMARY KEY);' };
const FOLLOWERS = '20261130021000_followers';
const SECOND = { '20260102000000_second': `INSERT INTO "shelf" VALUES (1); COMMENT ON TABLE "shelf" IS 'one; two';` };

describe('migrate', () => {
  it('applies missing migrations in order, and reports them', async () => {
    const namespace = freshNamespace();
    expect(await migrate(databaseUrl, namespace, { folder: folderOf(FIRST) })).toEqual(['20260101000000_first']);
    expect(await migrate(databaseUrl, namespace, { folder: folderOf({ ...SECOND, ...FIRST }) })).toEqual([
      '20260102000000_second',
    ]);
    const { rows } = await pool.query(`SELECT id FROM "${namespace}".shelf`);
    expect(rows).toEqual([{ id: 1 }]);
  });

  it('blocks no query for long while it waits for a table that is being read', async () => {
    const namespace = freshNamespace();
    await migrate(databaseUrl, namespace, { folder: folderOf(FIRST) });
    const reader = await pool.connect();
    await reader.query(`BEGIN; SELECT FROM "${namespace}".shelf`); // Holds a lock, as a backup does.
    const third = { '20260103000000_third': 'ALTER TABLE "shelf" ADD COLUMN "name" TEXT;' };
    const migrating = migrate(databaseUrl, namespace, { folder: folderOf({ ...FIRST, ...third }) });
    const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'ALTER TABLE "shelf"%'`;
    await until(
      async () => (await pool.query(waiting)).rowCount,
      (count) => count === 1,
    );
    await pool.query(`INSERT INTO "${namespace}".shelf VALUES (7)`); // Waits behind the migration, which yields.
    await reader.query('COMMIT');
    reader.release();
    expect(await migrating).toEqual(['20260103000000_third']);
    expect((await pool.query(`SELECT id, name FROM "${namespace}".shelf`)).rows).toEqual([{ id: 7, name: null }]);
  });

  it('lets followers of the log continue at their positions', async () => {
    const namespace = freshNamespace();
    const folder = folderOf({});
    const names = readMigrations(migrationsFolder()).map(({ name }) => name);
    const copied = names.slice(0, names.indexOf(FOLLOWERS));
    for (const name of copied)
      cpSync(path.join(migrationsFolder(), name), path.join(folder, name), { recursive: true });
    await migrate(databaseUrl, namespace, { folder });
    await pool.query(`SET search_path TO "${namespace}";
      INSERT INTO attribution_progress (position, time_zone, window_days) VALUES (11, 'UTC', 7);
      INSERT INTO search_progress (position, time_zone) VALUES (12, 'UTC');
      INSERT INTO ad_billing_progress (position) VALUES (13);
      INSERT INTO leases (name, owner, token, position, expires_at) VALUES
        ('audiences', 'a', 1, 14, now()), ('customer-profiles', 'a', 1, 15, now()), ('learner', 'a', 1, 16, now());
      RESET search_path`);
    await migrate(databaseUrl, namespace);
    const { rows } = await pool.query(`SELECT name, position::int FROM "${namespace}".followers ORDER BY position`);
    expect(rows).toEqual([
      { name: 'attribution', position: 11 },
      { name: 'searches', position: 12 },
      { name: 'ad-billing', position: 13 },
      { name: 'audiences', position: 14 },
      { name: 'customer-profiles', position: 15 },
    ]);
  });

  it('accepts a pool as well, and leaves it open', async () => {
    const namespace = freshNamespace();
    expect(await migrate(pool, namespace, { folder: folderOf(FIRST) })).toHaveLength(1);
    expect(await migrate(pool, namespace, { folder: folderOf(FIRST) })).toHaveLength(0);
  });

  it('runs one statement and waits for no other migrator if no migration is missing', async () => {
    const namespace = freshNamespace();
    await migrate(databaseUrl, namespace);
    const own = new Pool({ connectionString: databaseUrl, max: 1 });
    const migrator = await pool.connect();
    try {
      await migrator.query(`SELECT pg_advisory_lock(hashtextextended('freshet migrate', 0))`);
      const { rows } = await migrator.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      // Every start of a process waits for `migrate`.
      const client = await own.connect();
      const statements = jest.spyOn(client, 'query').mock.calls;
      client.release();
      expect(await migrate(own, namespace)).toEqual([]);
      expect(statements).toEqual([[expect.stringMatching(/^SELECT migration_name /)]]);
      const migrating = migrate(own, freshNamespace(), { folder: folderOf(FIRST) });
      await until(
        () => pool.query('SELECT FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))', [rows[0].pid]),
        ({ rowCount }) => rowCount! > 0,
      );
      await migrator.query('SELECT pg_advisory_unlock_all()');
      expect(await migrating).toEqual(Object.keys(FIRST));
    } finally {
      migrator.release(true);
      await own.end();
    }
  });

  it('separates namespaces', async () => {
    const [one, two] = [freshNamespace(), freshNamespace()];
    await migrate(databaseUrl, one, { folder: folderOf({ ...FIRST, ...SECOND }) });
    await migrate(databaseUrl, two, { folder: folderOf(FIRST) });
    const { rows } = await pool.query(`SELECT id FROM "${two}".shelf`);
    expect(rows).toEqual([]);
  });

  it('lets one of several concurrent migrators do the work', async () => {
    const namespace = freshNamespace();
    const folder = folderOf({ ...FIRST, ...SECOND });
    const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(databaseUrl, namespace, { folder })));
    expect(applied.flat().sort()).toEqual(['20260101000000_first', '20260102000000_second']);
  });

  it('refuses a migration that was edited after it had been applied', async () => {
    const namespace = freshNamespace();
    await migrate(databaseUrl, namespace, { folder: folderOf(FIRST) });
    const edited = folderOf({ '20260101000000_first': 'CREATE TABLE "shelf" ("id" BIGINT PRIMARY KEY);' });
    await expect(migrate(databaseUrl, namespace, { folder: edited })).rejects.toThrow(
      /differs from that of this release/,
    );
  });

  it('reports which migration failed, rolls it back, and tries again once its cause is fixed', async () => {
    const namespace = freshNamespace();
    const folder = folderOf({
      ...FIRST,
      '20260103000000_broken': 'INSERT INTO "shelf" VALUES (7); ALTER TABLE "nowhere" ADD COLUMN "x" INT;',
    });
    await expect(migrate(databaseUrl, namespace, { folder })).rejects.toThrow(/20260103000000_broken: .*nowhere/);
    await expect(migrate(databaseUrl, namespace, { folder })).rejects.toThrow(/20260103000000_broken: .*nowhere/);
    await pool.query(`CREATE TABLE "${namespace}".nowhere ()`);
    expect(await migrate(databaseUrl, namespace, { folder })).toEqual(['20260103000000_broken']);
    const { rows } = await pool.query(`SELECT id FROM "${namespace}".shelf`);
    expect(rows).toEqual([{ id: 7 }]);
  });

  it("finds this release's own migrations, named so that they sort by age", () => {
    const names = readMigrations(migrationsFolder()).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(name).toMatch(/^\d{14}_[a-z0-9_]+$/);
  });

  it('refuses a header that it does not understand', () => {
    const folder = folderOf({ '20260101000000_first': '-- min-release 0.3\nSELECT 1;' });
    expect(() => readMigrations(folder)).toThrow(/20260101000000_first: expected "-- min-release: MAJOR.MINOR.PATCH"/);
  });

  it('ignores other files', () => {
    const folder = folderOf(FIRST);
    cpSync(path.join(migrationsFolder(), 'migration_lock.toml'), path.join(folder, 'migration_lock.toml'));
    mkdirSync(path.join(folder, 'empty'));
    expect(readMigrations(folder)).toHaveLength(1);
  });
});

describe('a schema that a newer release has migrated', () => {
  const THIRD = '20260103000000_third';
  const older = folderOf(FIRST);

  /** Migrated by 0.3.0, whose second migration has this header. */
  async function migratedBy030(header: string): Promise<string> {
    const namespace = freshNamespace();
    await migrate(databaseUrl, namespace, { folder: older, release: '0.2.0' });
    const folder = folderOf({ ...FIRST, [THIRD]: `${header}CREATE TABLE "drawer" ();` });
    expect(await migrate(databaseUrl, namespace, { folder, release: '0.3.0' })).toEqual([THIRD]);
    return namespace;
  }

  it('is accepted by the releases that its migrations allow, and stays unchanged for them', async () => {
    const namespace = await migratedBy030('-- min-release: 0.2.0\n');
    expect(await migrate(databaseUrl, namespace, { folder: older, release: '0.2.0' })).toEqual([]);
    expect(await migrate(databaseUrl, namespace, { folder: older, release: '0.10.0' })).toEqual([]);
  });

  it.each([
    ['says so', '-- min-release: 0.2.1\n', '0.2.1'],
    ['does not say which it allows', '', '0.3.0'],
  ])('refuses an older release in one line if a migration %s', async (_, header, needed) => {
    const namespace = await migratedBy030(header);
    await expect(migrate(databaseUrl, namespace, { folder: older, release: '0.2.0' })).rejects.toThrow(
      `The schema "${namespace}" needs Freshet ${needed} or newer because of its migration ${THIRD}; this is 0.2.0.`,
    );
  });

  it('refuses a release that would have to apply migrations of its own to it', async () => {
    const namespace = await migratedBy030('-- min-release: 0.2.0\n');
    const folder = folderOf({ ...FIRST, ...SECOND });
    await expect(migrate(databaseUrl, namespace, { folder, release: '0.2.0' })).rejects.toThrow(
      /lacks the migration 20260102000000_second/,
    );
  });

  it('refuses unknown migrations that Freshet did not record', async () => {
    const namespace = await migratedBy030('');
    await pool.query(`UPDATE "${namespace}"._prisma_migrations SET min_release = NULL`);
    await expect(migrate(databaseUrl, namespace, { folder: older })).rejects.toThrow(
      /needs a newer release of Freshet/,
    );
  });
});

describe('a schema that an earlier version made', () => {
  const EARLIER = {
    '20250101000000_earlier': 'CREATE TABLE "attic" ("id" INT PRIMARY KEY); INSERT INTO "attic" VALUES (1)',
  };
  /** Everything in the schema, and the transaction that wrote each row. */
  const contentOf = async (namespace: string) => {
    const { rows: relations } = await pool.query(
      `SELECT c.relname, c.relkind, c.xmin, a.attname, a.xmin AS written FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = $1::regnamespace ORDER BY c.relname, a.attnum`,
      [`"${namespace}"`],
    );
    const { rows: attic } = await pool.query(`SELECT xmin, xmax, * FROM "${namespace}".attic`);
    const { rows: applied } = await pool.query(`SELECT xmin, xmax, * FROM "${namespace}"._prisma_migrations`);
    return { relations, attic, applied };
  };

  it.each([
    ['with its oldest release', ''],
    ['before migrations named their oldest release', 'ALTER TABLE "_prisma_migrations" DROP COLUMN "min_release"'],
    ['whose migrator was killed', 'UPDATE "_prisma_migrations" SET finished_at = NULL, applied_steps_count = 0'],
  ])('is refused in one sentence and left untouched: %s', async (_, change) => {
    const namespace = freshNamespace();
    await migrate(databaseUrl, namespace, { folder: folderOf(EARLIER), release: '0.1.0' });
    await pool.query(`SET search_path = "${namespace}"; ${change}; RESET search_path`);
    const before = await contentOf(namespace);
    const { rows: names } = await pool.query<{ name: string }>('SELECT current_database() AS name');
    const sentence =
      `The schema "${namespace}" of the database "${names[0].name}" was made by an earlier version of Freshet, which ` +
      `${VERSION} can't upgrade and has left untouched: to start with an empty shop, set DATABASE_URL and REDIS_URL to ` +
      `empty databases or, where they are not set, DATA_DIR to another folder.`;
    await expect(migrate(databaseUrl, namespace)).rejects.toEqual(new MigrationError(sentence));
    await expect(migrate(pool, namespace)).rejects.toEqual(new MigrationError(sentence));
    expect(await contentOf(namespace)).toEqual(before);
  });
});
