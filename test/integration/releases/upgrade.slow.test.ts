import { once } from 'node:events';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../../src/platform/migrate';
import { migrationHeader, readMigrations, migrationsFolder } from '../../../src/platform/migration-files';
import { VERSION } from '../../../src/platform/version';
import { runCommandProcess } from '../../setup/command';
import type { GraphqlClient } from '../../setup/graphql-client';
import { ids, LIST, RECORD, UPSERT, type ListAnswer, type RecordAnswer } from '../../setup/operations';
import { ADMIN_KEY, startApiProcess, startProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testFolder, testServices, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const NAMES = readMigrations(migrationsFolder()).map(({ name }) => name);
const services = testServices();
let count = 0;
let client: Client;

/** A shop without tables. */
function emptyShop(): TestNamespace {
  const namespace = `upgrade_${process.pid}_${count++}`;
  return { ...services, namespace, drop: async () => void (await client.query(`DROP SCHEMA "${namespace}" CASCADE`)) };
}

const SECOND = '29990101000000_second';

/** Returns a folder with this release's migrations and a made-up one. */
function folderWithSecond(sql: string, folder = testFolder('migrations')): string {
  for (const name of NAMES) cpSync(path.join(migrationsFolder(), name), path.join(folder, name), { recursive: true });
  mkdirSync(path.join(folder, SECOND));
  writeFileSync(path.join(folder, SECOND, 'migration.sql'), sql);
  return folder;
}

/** Makes a newer release: the programs of this one, with a made-up migration. @returns the folder of its programs */
function newerRelease(sql: string): string {
  const root = path.resolve(__dirname, '../../..');
  const folder = testFolder('newer-release');
  cpSync(path.join(root, 'dist'), path.join(folder, 'dist'), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  writeFileSync(path.join(folder, 'package.json'), '{ "version": "999.0.0" }');
  folderWithSecond(sql, path.join(folder, 'prisma', 'migrations'));
  return path.join(folder, 'dist');
}

/** Starts API and worker processes alternately. @param dist the folder of their programs. Default: this release's */
const startAll = (shop: TestNamespace, processes: number, dist = ''): OwnProcess[] =>
  Array.from({ length: processes }, (_, at) =>
    startProcess(path.join(dist, at % 2 ? 'workers/main.js' : 'src/main.js'), shop),
  );

/** @throws Error with the log of a process that has ended */
async function untilRunning(all: readonly OwnProcess[]): Promise<void> {
  const isRunning = ({ child, log }: OwnProcess) => {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${log()}`);
    return /worker started|Server listening/.test(log());
  };
  for (const one of all) await until(() => isRunning(one), Boolean);
}

beforeAll(async () => {
  client = new Client({ connectionString: services.databaseUrl });
  await client.connect();
});

afterAll(() => client.end());

describe('five processes that start together', () => {
  it('on an empty database all run', async () => {
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

  it.each([1, 2])('on an empty database migrate it once (round %i)', async () => {
    const shop = emptyShop();
    const all = await Promise.all(Array.from({ length: 5 }, () => runCommandProcess(shop, ['migrate', '--json'])));
    expect(all.map(({ code, errors }) => ({ code, errors }))).toEqual(Array(5).fill({ code: 0, errors: '' }));
    expect(all.flatMap(({ output }) => (JSON.parse(output) as { applied: string[] }).applied)).toEqual(NAMES);
    await shop.drop();
  });

  it('all run after a migrator was killed in the middle of a migration', async () => {
    const shop = emptyShop();
    await migrate(shop.databaseUrl, shop.namespace);
    const dist = newerRelease(
      `${migrationHeader(VERSION)}CREATE TABLE "shelf" (); ALTER TABLE "events" ADD COLUMN "shelf" INT;`,
    );
    const applied = async () => {
      const { rows } = await client.query<{ name: string; shelf: string | null }>(
        `SELECT migration_name AS name, to_regclass('"${shop.namespace}".shelf') AS shelf
           FROM "${shop.namespace}"._prisma_migrations WHERE migration_name >= $1`,
        [NAMES.at(-1)],
      );
      return rows.map(({ name, shelf }) => [name, shelf !== null]);
    };
    await client.query(`BEGIN; LOCK TABLE "${shop.namespace}".events`);
    const killed = startProcess(path.join(dist, 'workers/main.js'), shop);
    await until(
      async () => {
        const { rows } = await client.query(
          `SELECT FROM pg_locks WHERE NOT granted AND relation = '"${shop.namespace}".events'::regclass`,
        );
        return rows.length;
      },
      (waiting) => waiting > 0,
    );
    await killed.kill();
    await client.query('COMMIT');
    expect(await applied()).toEqual([[NAMES.at(-1), false]]);
    const all = startAll(shop, 5, dist);
    try {
      await untilRunning(all);
    } finally {
      await Promise.all(all.map((one) => one.stop()));
    }
    expect(await applied()).toEqual([
      [NAMES.at(-1), true],
      [SECOND, true],
    ]);
    await shop.drop();
  });
});

it('processes of this release serve while those of a newer one migrate and take over', async () => {
  const shop = emptyShop();
  const started: OwnProcess[] = [];
  const keep = <T extends OwnProcess>(one: T): T => {
    started.push(one);
    return one;
  };
  const record = async (through: GraphqlClient, id: string) => {
    const event = { id, occurredAt: new Date().toISOString(), type: 'VIEW', customerId: 'ann', productId: 'lamp' };
    return (await through.data<RecordAnswer>(RECORD, { events: [event] })).recordEvents.receipt;
  };
  /** Waits until the process answers from a state with the event. */
  const listed = async (through: GraphqlClient, awaitReceipt: string | null) =>
    ids(await through.data<ListAnswer>(LIST, { input: { intent: 'POPULAR', awaitReceipt }, first: 10 }));
  try {
    const older = keep(await startApiProcess(shop));
    const olderWorker = keep(startWorkerProcess(shop));
    await older.client.data(UPSERT, { products: [{ id: 'lamp', title: 'Lamp' }] });
    await untilRunning([olderWorker]);
    expect(await listed(older.client, await record(older.client, 'before'))).toEqual(['lamp']);

    const dist = newerRelease(`${migrationHeader(VERSION)}CREATE TABLE "shelf" ();`);
    const newer = keep(await startApiProcess(shop, {}, path.join(dist, 'src/main.js')));
    const newerWorker = keep(startProcess(path.join(dist, 'workers/main.js'), shop));
    await untilRunning([newerWorker]);
    const both = [older.client, newer.client];
    const beside = await record(newer.client, 'beside');
    for (const through of both) expect(await listed(through, beside)).toEqual(['lamp']);
    expect(await olderWorker.stop()).toBe(0);
    const after = await record(older.client, 'after');
    for (const through of both) expect(await listed(through, after)).toEqual(['lamp']);
    await untilRunning([keep(startWorkerProcess(shop))]);
    for (const through of both) await through.close();
  } finally {
    expect(await Promise.all(started.map((one) => one.stop()))).toEqual(started.map(() => 0));
  }
  const { rows } = await client.query<{ id: string }>(`SELECT id FROM "${shop.namespace}".events ORDER BY batch`);
  expect(rows.map(({ id }) => id)).toEqual(['before', 'beside', 'after']);
  const { rows: applied } = await client.query<{ name: string }>(
    `SELECT migration_name AS name FROM "${shop.namespace}"._prisma_migrations ORDER BY 1`,
  );
  expect(applied.map(({ name }) => name)).toEqual([...NAMES, SECOND]);
  await shop.drop();
});

describe('a process of this release, on a schema that a newer one has migrated', () => {
  it('starts and serves if the newer migration allows it', async () => {
    const shop = emptyShop();
    const more = `${migrationHeader(VERSION)}CREATE TABLE "newer" ();`;
    await migrate(shop.databaseUrl, shop.namespace, { folder: folderWithSecond(more), release: '999.0.0' });
    const worker = startWorkerProcess(shop);
    const api = await startApiProcess(shop);
    try {
      await untilRunning([worker]);
      const { status } = await fetch(`http://127.0.0.1:${api.port}/readyz`, { headers: { 'x-api-key': ADMIN_KEY } });
      expect(status).toBe(200);
      const doctor = await runCommandProcess(shop, ['doctor', '--json']);
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
    await migrate(shop.databaseUrl, shop.namespace, { folder: folderWithSecond(more), release: '999.0.0' });
    for (const one of startAll(shop, 2)) {
      const [code] = one.child.exitCode === null ? ((await once(one.child, 'exit')) as [number]) : [one.child.exitCode];
      expect({ code, log: one.log() }).toEqual({
        code: 1,
        log:
          `The schema "${shop.namespace}" needs Freshet 998.1.0 or newer because of its migration ${SECOND}; ` +
          `this is ${VERSION}. Start that release, or restore a backup from before it.\n`,
      });
    }
    await shop.drop();
  });
});

it('a process ends with one line on a schema that an earlier version made', async () => {
  const shop = emptyShop();
  const folder = testFolder('migrations');
  mkdirSync(path.join(folder, '20250101000000_earlier'));
  writeFileSync(path.join(folder, '20250101000000_earlier', 'migration.sql'), 'CREATE TABLE "attic" ();');
  await migrate(shop.databaseUrl, shop.namespace, { folder, release: '0.1.0' });
  for (const one of startAll(shop, 2)) {
    const [code] = one.child.exitCode === null ? ((await once(one.child, 'exit')) as [number]) : [one.child.exitCode];
    expect({ code, log: one.log() }).toEqual({
      code: 1,
      log: expect.stringMatching(
        new RegExp(`^The schema "${shop.namespace}" of the database "\\w+" was made by an earlier version of .*\n$`),
      ) as string,
    });
  }
  const { rows } = await client.query(`SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1`, [
    shop.namespace,
  ]);
  expect(rows).toEqual([{ tablename: '_prisma_migrations' }, { tablename: 'attic' }]);
  await shop.drop();
});

it('freshet migrate applies missing migrations, reports them, and starts nothing', async () => {
  const shop = emptyShop();
  const first = await runCommandProcess(shop, ['migrate']);
  expect(first).toEqual({ code: 0, errors: '', output: NAMES.map((name) => `Applied ${name}\n`).join('') });
  const second = await runCommandProcess(shop, ['migrate', '--json']);
  expect(second).toEqual({ code: 0, errors: '', output: '{"applied":[]}\n' });
  await shop.drop();
});
