import { Client } from 'pg';
import { runCommand } from '../../setup/command';
import { LIST, RECORD, type ListAnswer } from '../../setup/operations';
import { ADMIN_KEY, startApi, startWorker } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

interface Answer {
  readonly status: number;
  readonly ready: boolean;
  readonly reasons: readonly string[];
  readonly degraded: readonly string[];
}

describe('/readyz of a process that is behind', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let client: Client;

  const readiness = async (): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${api.port}/readyz`);
    return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
  };
  const backlog = async () => {
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    const response = await fetch(`http://127.0.0.1:${api.port}/readyz/backlog`, { headers });
    return (await response.json()) as {
      readonly caughtUp: boolean;
      readonly backlog: Readonly<Record<string, number>>;
    };
  };
  const whenItIs = (status: number) => until(readiness, (answer) => answer.status === status);

  const learnerFinding = async () => {
    const { output } = await runCommand(shop, ['doctor', '--json']);
    const { findings } = JSON.parse(output) as { findings: readonly { check: string; state: string; found: string }[] };
    return findings.find(({ check }) => check === 'learner');
  };
  const stalledSeconds = async () => {
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    const metrics = await (await fetch(`http://127.0.0.1:${api.port}/metrics`, { headers })).text();
    return Number(/^freshet_learner_stalled_seconds (\S+)$/m.exec(metrics)?.[1]);
  };

  beforeEach(async () => {
    shop = await testNamespace();
    api = await startApi(shop);
    client = new Client({ connectionString: shop.databaseUrl, options: `-c search_path=${shop.namespace}` });
    await client.connect();
  });

  afterEach(async () => {
    await client.end();
    expect(await api.stop()).toBe(0);
    await shop.drop();
  });

  it('is 200 while nothing is behind', async () => {
    expect(await readiness()).toEqual({ status: 200, ready: true, reasons: [], degraded: [] });
    expect(await backlog()).toEqual({ caughtUp: true, backlog: {} });
  });

  it('reports how many positions of the log are missing, and is 200 again once they are read', async () => {
    // The log grows by five positions, and for a while no process can read what they changed.
    await client.query(`INSERT INTO outbox (position, payload) SELECT n, '{}' FROM generate_series(1, 5) AS n`);
    await client.query('BEGIN');
    await client.query('LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE');
    const beside = new Client({ connectionString: shop.databaseUrl });
    await beside.connect();
    await beside.query(`UPDATE "${shop.namespace}".log_position SET position = 5`);
    await beside.end();
    const behind = await whenItIs(503);
    expect(behind).toEqual({
      status: 503,
      ready: false,
      reasons: ['read models: 5 positions behind the log'],
      degraded: [],
    });
    const left = { learner: 5, profiles: 5, audiences: 5, searchCounts: 5, attribution: 5, adBilling: 5 };
    expect(await backlog()).toEqual({ caughtUp: false, backlog: { readModels: 5, searchIndex: 5, ...left } });
    await client.query('COMMIT');
    // What the shop has left to do does not concern this process, which has read all of it.
    await whenItIs(200);
    expect(await backlog()).toEqual({ caughtUp: false, backlog: left });
  });

  it('has what is left to do as soon as it is accepted, until a worker has done it and this process has read it', async () => {
    await api.client.data(RECORD, { events: [{ type: 'VIEW', productId: 'p', customerId: 'anna' }] });
    expect(await backlog()).toEqual({ caughtUp: false, backlog: { inbox: 1 } });
    const worker = startWorker(shop);
    await until(backlog, ({ caughtUp }) => caughtUp);
    const { revision } = (await api.client.data<ListAnswer>(LIST, { input: { intent: 'POPULAR' } })).recommendations;
    expect(Number(revision)).toBeGreaterThan(0);
    expect(await worker.stop()).toBe(0);
    await until(backlog, ({ caughtUp }) => caughtUp);
  });

  it('shows the backlog to admin keys only', async () => {
    expect((await fetch(`http://127.0.0.1:${api.port}/readyz/backlog`)).status).toBe(401);
  });

  it('reports that it loads the whole state again', async () => {
    await client.query('BEGIN');
    await client.query('LOCK TABLE products IN ACCESS EXCLUSIVE MODE');
    const beside = new Client({ connectionString: shop.databaseUrl });
    await beside.connect();
    // A gap that the outbox no longer fills.
    await beside.query(`UPDATE "${shop.namespace}".log_position SET position = 5`);
    await beside.end();
    expect((await whenItIs(503)).reasons).toEqual(['read models: the catalogue is being loaded']);
    await client.query('COMMIT');
    await whenItIs(200);
  });

  it('stays 200, degraded, while the learner makes no progress; doctor and the metric report it too', async () => {
    await client.query(
      `INSERT INTO leases (name, owner, token, expires_at, progress, progressed_at)
       VALUES ('learner', 'a learner that renews and learns nothing', 1, now() + interval '1 hour', 0, now() - interval '1 hour')`,
    );
    await client.query('UPDATE log_position SET position = 1');
    await client.query(`INSERT INTO outbox (position, payload) VALUES (1, '{}')`);
    await client.query(
      "INSERT INTO log_batches (position, events, committed_at) VALUES (1, 0, now() - interval '25 s')",
    );
    const { status, ready, degraded } = await until(readiness, (answer) => answer.degraded.length > 0);
    expect({ status, ready }).toEqual({ status: 200, ready: true });
    expect(degraded[0]).toMatch(
      /^the learner has made no progress for \d+ s: it has learned up to position 0, the log is at 1$/,
    );
    expect(await learnerFinding()).toMatchObject({
      state: 'fault',
      found: expect.stringContaining('no progress') as string,
    });
    expect(await stalledSeconds()).toBeGreaterThan(20);
    await client.query('UPDATE leases SET progress = 1');
    await until(readiness, (answer) => answer.degraded.length === 0);
    await until(stalledSeconds, (seconds) => seconds === 0);
  });

  it("reports that the learner's messages did not arrive", async () => {
    await client.query(
      `INSERT INTO leases (name, owner, token, expires_at, position)
       VALUES ('learner', 'a learner whose messages are lost', 1, now() + interval '1 hour', 7)`,
    );
    expect((await whenItIs(503)).reasons).toEqual(['shop state: 7 positions behind the learner']);
    // A stopped learner publishes nothing more, so the current state may be served.
    await client.query('UPDATE leases SET expires_at = now()');
    await whenItIs(200);
  });
});
