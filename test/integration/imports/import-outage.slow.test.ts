import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { runCommandProcess } from '../../setup/command';
import { expectExactly } from '../../setup/final-failure';
import { testFolder, testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';
import { countLaunch } from '../../setup/count-launch';

const COMMAND = path.resolve(__dirname, '../../../dist/cli/main.js');
const LINES = 30_000;
const CUTS = 4;

interface Backend {
  readonly pid: number;
  readonly state: string;
  /** Type of event that the backend waits for; `Client` if it waits for the import to send or to read. */
  readonly waitsFor: string | null;
}

/** PostgreSQL ends transactions in the middle of a chunk. The chunk is repeated, and each line counts once. */
describe('an import whose transactions are ended', () => {
  let shop: TestNamespace;
  let client: Client;

  beforeEach(async () => {
    shop = await testNamespace();
    client = new Client({ connectionString: shop.databaseUrl, options: `-c search_path=${shop.namespace}` });
    await client.connect();
  });

  afterEach(async () => {
    await client.end();
    await shop.drop();
  });

  /** Returns the connections of the import in a transaction that has written to the log. */
  const writing = async () =>
    (
      await client.query<Backend>(
        `SELECT pid, state, wait_event_type AS "waitsFor" FROM pg_stat_activity a
         WHERE application_name = $1 AND backend_xid IS NOT NULL AND EXISTS (
           SELECT FROM pg_locks l
           WHERE l.pid = a.pid AND l.relation = 'events'::regclass AND l.mode = 'RowExclusiveLock'
         )`,
        [`freshet ${shop.namespace} import`],
      )
    ).rows;

  const begin = () => {
    const folder = testFolder('import-outage');
    const file = path.join(folder, 'events.jsonl');
    const lines = Array.from({ length: LINES }, (_, n) =>
      JSON.stringify({
        type: 'PURCHASE',
        source: 'ORDERS',
        id: `${n >> 1}:${n & 1}`,
        occurredAt: new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString(),
        customerId: `c${n % 500}`,
        productId: `p${n % 90}`,
        quantity: 1 + (n % 3),
      }),
    );
    writeFileSync(file, lines.join('\n'));
    const env = {
      PATH: process.env.PATH,
      DATABASE_URL: shop.databaseUrl,
      REDIS_URL: shop.redisUrl,
      NAMESPACE: shop.namespace,
      DATA_DIR: folder,
    };
    countLaunch('freshet import');
    const child = spawn(process.execPath, [COMMAND, 'import', 'events', file, '--json'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output, errors }));
    return { child, ended };
  };

  const expectAll = async ({ code, output, errors }: { code: number | null; output: string; errors: string }) => {
    expect([code, errors.split('\n').filter((line) => line.includes('is repeated')).length > 0]).toEqual([0, true]);
    const counts = JSON.parse(output) as Record<string, number>;
    // A chunk whose COMMIT got no response counts as unchanged when it is repeated.
    expect(counts).toMatchObject({ lines: LINES, rejected: 0 });
    expectExactly(() => expect(counts.imported + counts.unchanged).toBe(LINES));
    const recount = await client.query(
      `SELECT count(*)::int AS events, count(DISTINCT id)::int AS ids, sum(quantity)::int AS units FROM events`,
    );
    const units = Array.from({ length: LINES }, (_, n) => 1 + (n % 3)).reduce((a, b) => a + b, 0);
    expectExactly(() => expect(recount.rows).toEqual([{ events: LINES, ids: LINES, units }]));
    const replay = await runCommandProcess(shop, ['replay', '--json']);
    expectExactly(() => expect(JSON.parse(replay.output)).toMatchObject({ equal: true, differing: 0 }));
  };

  /**
   * Makes the transaction that writes the last line wait, however slowly this test runs.
   * @returns a function that ends the waiting
   */
  const holdLastLine = async () => {
    const lock = `hashtext('${shop.namespace}')`;
    await client.query(`
      CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${lock}); RETURN NEW; END $$;
      CREATE TRIGGER wait_for_test BEFORE INSERT ON events FOR EACH ROW
        WHEN (NEW.id = '${(LINES - 1) >> 1}:1') EXECUTE FUNCTION wait_for_test();
      SELECT pg_advisory_lock(${lock})`);
    return () => client.query(`SELECT pg_advisory_unlock(${lock})`);
  };

  it('by cut connections', async () => {
    const release = await holdLastLine();
    const { ended } = begin();
    let isOver = false;
    void ended.finally(() => (isOver = true));
    const cut = new Set<number>();
    while (!isOver && cut.size < CUTS) {
      const backend = (await writing()).find(({ pid }) => !cut.has(pid));
      if (!backend) continue;
      await client.query('SELECT pg_terminate_backend($1)', [backend.pid]);
      cut.add(backend.pid);
    }
    await release();
    const result = await ended;
    expect(cut.size).toBe(CUTS);
    await expectAll(result);
  });

  it('by the timeout of an idle transaction, because the process got no CPU time', async () => {
    const { child, ended } = begin();
    // Stopped in the middle of a transaction, with no statement running.
    const idle = await until(
      async () => {
        if ((await writing()).length === 0) return undefined;
        child.kill('SIGSTOP');
        // The statements that the import sent before it was stopped end.
        const backends = await until(writing, (found) =>
          found.every(({ state, waitsFor }) => state !== 'active' || waitsFor === 'Client'),
        );
        const backend = backends.find(({ state }) => state === 'idle in transaction');
        if (!backend) child.kill('SIGCONT');
        return backend;
      },
      (backend) => backend !== undefined,
    );
    await until(writing, (backends) => backends.every(({ pid }) => pid !== idle?.pid));
    child.kill('SIGCONT');
    await expectAll(await ended);
  });
});
