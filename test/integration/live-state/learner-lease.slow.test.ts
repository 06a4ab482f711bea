import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { RECORD } from '../../setup/operations';
import { runCommandProcess } from '../../setup/command';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const LEASE_MS = 3_000;
const BLOCK_MS = 2 * LEASE_MS;
const EVENTS = 20_000;

describe('the lease of the learner', () => {
  let shop: TestNamespace;
  let client: Client;
  let folder: string;
  let worker: OwnProcess | undefined;

  const lease = async () => {
    const { rows } = await client.query<{ token: number; position: number; held: boolean }>(
      `SELECT token::int, position::int, expires_at > now() AS held FROM leases WHERE name = 'learner'`,
    );
    return rows[0] ?? { token: 0, position: 0, held: false };
  };
  const newest = async () =>
    (await client.query<{ position: number }>('SELECT position::int FROM log_position')).rows[0].position;
  const isLearned = async () => (await lease()).position === (await newest());

  beforeEach(async () => {
    shop = await testNamespace();
    client = new Client({ connectionString: shop.databaseUrl, options: `-c search_path=${shop.namespace}` });
    await client.connect();
    folder = mkdtempSync(path.join(tmpdir(), 'freshet-lease-'));
  });

  afterEach(async () => {
    expect(await worker?.stop()).toBe(0);
    worker = undefined;
    await client.end();
    rmSync(folder, { recursive: true });
    await shop.drop();
  });

  const startBlockingWorker = () =>
    startWorkerProcess(shop, {
      NODE_OPTIONS: `--require ${path.resolve(__dirname, '../../setup/block-learner.js')}`,
      BLOCK_MS: String(BLOCK_MS),
      HANG_FILE: path.join(folder, 'hang'),
    });

  it('is held while the learner is busy for longer than the lease lasts; a learner that hangs is replaced', async () => {
    writeFileSync(path.join(folder, 'hang'), '');
    worker = startBlockingWorker();
    const api = await startApiProcess(shop);
    /** Records an event and waits until it is in the log. */
    const view = async (productId: string) => {
      const before = await newest();
      await api.client.data(RECORD, { events: [{ type: 'VIEW', customerId: 'anna', productId }] });
      await until(newest, (position) => position > before);
    };
    await view('first');
    await until(isLearned, (learned) => learned);
    const { token } = await lease();

    const { rows } = await client.query<{ now: string }>('SELECT now()::text');
    await view('block');
    await until(isLearned, (learned) => learned);
    // A lease that was not renewed in time would have been acquired again, with a higher token.
    expect((await lease()).token).toBe(token);
    // The learner did nothing else for longer than the lease lasts.
    const blocked = await client.query(
      `SELECT progressed_at >= $1::timestamptz + $2 * interval '1 ms' AS blocked FROM leases WHERE name = 'learner'`,
      [rows[0].now, BLOCK_MS],
    );
    expect(blocked.rows).toEqual([{ blocked: true }]);

    await view('hang');
    await until(
      () => worker?.log(),
      (log) => log?.includes('the learner is not responding; replacing it') === true,
    );
    rmSync(path.join(folder, 'hang'));
    await until(isLearned, (learned) => learned);
    expect((await lease()).token).toBeGreaterThan(token);
    expect(await api.stop()).toBe(0);
  });

  it('is acquired once by an import without a worker, held to the end, and left to a worker that starts meanwhile', async () => {
    const file = path.join(folder, 'events.jsonl');
    const line = (n: number) =>
      `{"id":"e${n}","type":"VIEW","occurredAt":"2026-01-01T00:00:00Z","customerId":"c${n % 500}","productId":"p${n % 1000}"}\n`;
    writeFileSync(file, Array.from({ length: EVENTS }, (_, n) => line(n)).join(''));
    const importing = runCommandProcess(shop, ['import', 'events', file, '--json'], { DATA_DIR: folder });
    await until(
      () => lease(),
      ({ held }) => held,
    );
    worker = startWorkerProcess(shop);
    const { code, output } = await importing;
    expect({ code, output: JSON.parse(output) as unknown }).toMatchObject({ code: 0, output: { imported: EVENTS } });
    expect(await isLearned()).toBe(true);
    await until(
      () => lease(),
      ({ held, token }) => held && token === 2,
    );
    // While a worker runs, an import never acquires it.
    const again = await runCommandProcess(shop, ['import', 'events', file, '--json'], { DATA_DIR: folder });
    expect(again.code).toBe(0);
    expect(await lease()).toMatchObject({ token: 2, held: true });
  });
});
