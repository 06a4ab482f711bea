import { once } from 'node:events';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../../src/platform/migrate';
import { migrationHeader, readMigrations, migrationsFolder } from '../../../src/platform/migration-files';
import { VERSION } from '../../../src/platform/version';
import { runCommand } from '../../setup/command';
import { ADMIN_KEY, startApi, startProcess, startWorker, type ShopProcess } from '../../setup/processes';
import { testFolder, testServices, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

jest.setTimeout(240_000);

const NAMES = readMigrations(migrationsFolder()).map(({ name }) => name);
const services = testServices();
let count = 0;
let client: Client;

/** A shop without tables. */
function emptyShop(): TestNamespace {
  const namespace = `upgrade_${process.pid}_${count++}`;
  return { ...services, namespace, drop: async () => void (await client.query(`DROP SCHEMA "${namespace}" CASCADE`)) };
}

/** This release's migrations: those before `until`, or all of them and a newer release's. */
function folderOfMigrations(which: { until?: string; more?: string }): string {
  const folder = testFolder('migrations');
  for (const name of NAMES)
    if (which.until === undefined || name < which.until)
      cpSync(path.join(migrationsFolder(), name), path.join(folder, name), { recursive: true });
  if (which.more === undefined) return folder;
  mkdirSync(path.join(folder, '29990101000000_newer'));
  writeFileSync(path.join(folder, '29990101000000_newer', 'migration.sql'), which.more);
  return folder;
}

/** Starts API and worker processes alternately. */
const startAll = (shop: TestNamespace, processes: number): ShopProcess[] =>
  Array.from({ length: processes }, (_, at) => (at % 2 ? startWorker(shop) : startProcess('src/main.js', shop)));

/** @throws Error with the log of a process that has ended */
async function untilRunning(all: readonly ShopProcess[]): Promise<void> {
  const isRunning = ({ child, log }: ShopProcess) => {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${log()}`);
    return /worker started|Server listening/.test(log());
  };
  for (const one of all) await until(() => isRunning(one), Boolean, 120_000);
}

beforeAll(async () => {
  client = new Client({ connectionString: services.databaseUrl });
  await client.connect();
});

afterAll(() => client.end());

describe('five processes that start together', () => {
  it.each([1, 2])('on an empty database all run (round %i)', async () => {
    const shop = emptyShop();
    const all = startAll(shop, 5);
    try {
      await untilRunning(all);
    } finally {
      await Promise.all(all.map((one) => one.stop()));
    }
    const { rows } = await client.query<{ name: string }>(
      `SELECT migration_name AS name FROM "${shop.namespace}"._prisma_migrations WHERE finished_at IS NOT NULL ORDER BY 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual(NAMES);
    await shop.drop();
  });

  it.each([1, 2, 3, 4])('on an empty database migrate it once (round %i)', async () => {
    const shop = emptyShop();
    const all = await Promise.all(Array.from({ length: 5 }, () => runCommand(shop, ['migrate', '--json'])));
    expect(all.map(({ code, errors }) => ({ code, errors }))).toEqual(Array(5).fill({ code: 0, errors: '' }));
    expect(all.flatMap(({ output }) => (JSON.parse(output) as { applied: string[] }).applied)).toEqual(NAMES);
    await shop.drop();
  });

  it('all run after a migrator was killed in the middle of a migration', async () => {
    const shop = emptyShop();
    const blocked = '20261121005804_events_by_time';
    await migrate(shop.databaseUrl, shop.namespace, { folder: folderOfMigrations({ until: blocked }) });
    await client.query(`BEGIN; LOCK TABLE "${shop.namespace}".events`);
    const killed = startWorker(shop);
    await until(
      async () => {
        const { rows } = await client.query(
          `SELECT FROM pg_locks WHERE NOT granted AND relation = '"${shop.namespace}".events'::regclass`,
        );
        return rows.length;
      },
      (waiting) => waiting > 0,
      60_000,
    );
    await killed.kill();
    await client.query('COMMIT');
    const all = startAll(shop, 5);
    try {
      await untilRunning(all);
    } finally {
      await Promise.all(all.map((one) => one.stop()));
    }
    await shop.drop();
  });
});

describe('a process of this release, on a schema that a newer one has migrated', () => {
  it('starts and serves if the newer migration allows it', async () => {
    const shop = emptyShop();
    const more = `${migrationHeader(VERSION)}CREATE TABLE "newer" ();`;
    await migrate(shop.databaseUrl, shop.namespace, { folder: folderOfMigrations({ more }), release: '999.0.0' });
    const worker = startWorker(shop);
    const api = await startApi(shop);
    try {
      await untilRunning([worker]);
      const { status } = await fetch(`http://127.0.0.1:${api.port}/readyz`, { headers: { 'x-api-key': ADMIN_KEY } });
      expect(status).toBe(200);
      const doctor = await runCommand(shop, ['doctor', '--json']);
      const { findings } = JSON.parse(doctor.output) as { findings: { check: string; state: string; found: string }[] };
      expect(findings.find(({ check }) => check === 'tables')).toMatchObject({ state: 'ok' });
    } finally {
      await Promise.all([api.stop(), worker.stop()]);
    }
    await shop.drop();
  });

  it('ends with one line if it does not', async () => {
    const shop = emptyShop();
    const more = `${migrationHeader('998.1.0')}CREATE TABLE "newer" ();`;
    await migrate(shop.databaseUrl, shop.namespace, { folder: folderOfMigrations({ more }), release: '999.0.0' });
    for (const one of startAll(shop, 2)) {
      const [code] = one.child.exitCode === null ? ((await once(one.child, 'exit')) as [number]) : [one.child.exitCode];
      expect({ code, log: one.log() }).toEqual({
        code: 1,
        log:
          `The schema "${shop.namespace}" needs Freshet 998.1.0 or newer because of its migration 29990101000000_newer; ` +
          `this is ${VERSION}. Start that release, or restore a backup from before it.\n`,
      });
    }
    await shop.drop();
  });
});

it('freshet migrate applies missing migrations, reports them, and starts nothing', async () => {
  const shop = emptyShop();
  const first = await runCommand(shop, ['migrate']);
  expect(first).toEqual({ code: 0, errors: '', output: NAMES.map((name) => `Applied ${name}\n`).join('') });
  const second = await runCommand(shop, ['migrate', '--json']);
  expect(second).toEqual({ code: 0, errors: '', output: '{"applied":[]}\n' });
  await shop.drop();
});
