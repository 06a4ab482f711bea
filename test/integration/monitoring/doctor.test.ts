import { chmodSync } from 'node:fs';
import { Client } from 'pg';
import type { AlertSpec } from '../../../src/monitoring/alerts/alert-rule';
import { checkFolder, checkNode, checkRedisInfo, type CheckResult } from '../../../src/platform/checks';
import { parseStreamInput } from '../../../src/streams/parse-stream-input';
import { runCommand } from '../../setup/command';
import { startWorker } from '../../setup/processes';
import { testFolder, testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

interface Report {
  readonly code: number | null;
  readonly healthy: boolean;
  readonly findings: readonly CheckResult[];
}

describe('doctor', () => {
  let shop: TestNamespace;

  const doctor = async (env?: NodeJS.ProcessEnv): Promise<Report> => {
    const { code, output } = await runCommand(shop, ['doctor', '--json'], env);
    return { code, ...(JSON.parse(output) as Omit<Report, 'code'>) };
  };
  const faults = ({ findings }: Report) => findings.filter(({ state }) => state === 'fault');

  beforeEach(async () => {
    shop = await testNamespace();
  });

  afterEach(() => shop.drop());

  it('finds a shop healthy, and reports what it checked', async () => {
    const report = await doctor();
    expect(faults(report)).toEqual([]);
    expect(report).toMatchObject({ code: 0, healthy: true });
    const checks = report.findings.map(({ check }) => check);
    expect(checks).toEqual(expect.arrayContaining(['Node', 'PostgreSQL', 'Redis', 'tables', 'inbox', 'learner']));
    // The tests' own PostgreSQL runs without fsync.
    expect(report.findings).toContainEqual(expect.objectContaining({ check: 'durability', state: 'warning' }));
  });

  it("says what to do when PostgreSQL or Redis can't be reached", async () => {
    const noPostgres = await doctor({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing' });
    expect(noPostgres).toMatchObject({ code: 1, healthy: false });
    expect(faults(noPostgres)).toEqual([
      expect.objectContaining({ check: 'PostgreSQL', advice: expect.stringContaining('DATABASE_URL') as string }),
    ]);
    const noRedis = await doctor({ REDIS_URL: 'redis://127.0.0.1:1' });
    expect(faults(noRedis)).toEqual([
      expect.objectContaining({ check: 'Redis', advice: expect.stringContaining('REDIS_URL') as string }),
    ]);
  });

  it('distinguishes missing tables from tables of another release, and changes neither', async () => {
    const client = new Client({ connectionString: shop.databaseUrl });
    await client.connect();
    const missing = await doctor({ NAMESPACE: `${shop.namespace}_none` });
    expect(missing.findings).toContainEqual(expect.objectContaining({ check: 'tables', state: 'warning' }));
    const { rowCount } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [`${shop.namespace}_none`]);
    expect(rowCount).toBe(0);
    await client.query(
      `INSERT INTO "${shop.namespace}"."_prisma_migrations" (id, checksum, migration_name, finished_at, started_at, applied_steps_count)
       VALUES ('later', 'x', '29990101000000_later', now(), now(), 1)`,
    );
    await client.end();
    expect(faults(await doctor())).toEqual([
      expect.objectContaining({ check: 'tables', found: expect.stringContaining('needs a newer release') as string }),
    ]);
  });

  it('reports that the log grows while no learner runs, until one does', async () => {
    const client = new Client({ connectionString: shop.databaseUrl, options: `-c search_path=${shop.namespace}` });
    await client.connect();
    const { rows } = await client.query<{ value: string }>('SELECT position AS value FROM log_position');
    expect(Number(rows[0].value)).toBe(0);
    await client.query(`INSERT INTO outbox (position, payload) SELECT n, '{}' FROM generate_series(1, 5) AS n`);
    await client.query('UPDATE log_position SET position = 5');
    await client.end();
    expect(faults(await doctor())).toEqual([
      expect.objectContaining({ check: 'learner', found: expect.stringContaining('no worker is learning') as string }),
    ]);
    const worker = startWorker(shop);
    await until(doctor, (report) => report.healthy);
    await worker.stop();
  });

  it('warns of a model that the gate refused, and reports the reason and the model in use', async () => {
    const client = new Client({ connectionString: shop.databaseUrl, options: `-c search_path=${shop.namespace}` });
    await client.connect();
    await client.query(
      `INSERT INTO model_versions (id, kind, number, verdict, reasons, position, data_hash, seed, parameters, figures, seconds)
       VALUES (gen_random_uuid(), 'blend', 3, 'REFUSED', '{"NDCG@10 0.1 against 0.2 of popularity"}', 0, '', 1, '{}', '{}', 1)`,
    );
    await client.end();
    const { healthy, findings } = await doctor();
    expect(healthy).toBe(true);
    expect(findings).toContainEqual({
      check: 'model blend',
      state: 'warning',
      found:
        'no version is active: the gate REFUSED version 3, so it is not used: NDCG@10 0.1 against 0.2 of popularity',
      advice: expect.stringMatching(/^Until one passes, lists are ranked by a fixed formula/) as string,
    });
    expect(findings).toContainEqual(expect.objectContaining({ check: 'model search', state: 'ok' }));
  });

  it('warns of merchandising rules that name a segment that does not exist, or that are invalid', async () => {
    const client = new Client({ connectionString: shop.databaseUrl, options: `-c search_path=${shop.namespace}` });
    await client.connect();
    const examined = async (name = 'segments in expressions') =>
      (await doctor()).findings.find(({ check }) => check === name);
    await client.query(
      `INSERT INTO merchandising_rules (id, queries, placements, pins, buried, boost, updated_at)
       SELECT 'r' || n, '{}', '{home}', '{}', '{}', CASE WHEN n < 12 THEN 'customer.segment == "3" ? 2.0 : 1.0' END, now()
       FROM generate_series(1, 12) AS n`,
    );
    expect(await examined()).toMatchObject({
      state: 'warning',
      found: expect.stringMatching(/: "3" in merchandising rule "r1", boost, line 1, column 21; .*; 1 more$/) as string,
    });
    await client.query(`UPDATE merchandising_rules SET boost = 'customer.segments == "3"' WHERE id = 'r12'`);
    await client.end();
    expect(await examined('merchandising rules')).toMatchObject({
      state: 'warning',
      found: expect.stringMatching(/^invalid boosts: merchandising rule "r12", boost, line 1, column 10: /) as string,
    });
    expect(await examined()).toMatchObject({
      state: 'warning',
      found: expect.stringMatching(/: "3" in merchandising rule "r1", boost, line 1, column 21; /) as string,
    });
  });

  it('names the stored synonyms that are refused', async () => {
    const examined = async () => (await doctor()).findings.find(({ check }) => check === 'synonyms');
    expect(await examined()).toMatchObject({ state: 'ok' });
    const client = new Client({ connectionString: shop.databaseUrl, options: `-c search_path=${shop.namespace}` });
    await client.connect();
    await client.query(
      `INSERT INTO synonyms (id, kind, words, finds, updated_at)
       VALUES ('sharp', 'TWO_WAY', '{c♯,csharp}', '{}', now()), ('fine', 'TWO_WAY', '{c++,cpp}', '{}', now())`,
    );
    await client.end();
    expect(await examined()).toMatchObject({
      state: 'warning',
      found: expect.stringMatching(/: "sharp", words\[0\]: "c♯" would lose its sign "♯"[^"]+$/) as string,
    });
  });

  it('warns of conversations that wait for a person for more than a day', async () => {
    const client = new Client({ connectionString: shop.databaseUrl, options: `-c search_path=${shop.namespace}` });
    await client.connect();
    const examined = async () => (await doctor()).findings.find(({ check }) => check === 'hand-offs');
    const wait = (hours: number) =>
      client.query(
        `INSERT INTO conversations (id, status, started_at, updated_at, handed_off_at)
         SELECT gen_random_uuid(), status, now(), now(), now() - $1 * interval '1 hour'
         FROM unnest('{WAITING,WITH_OPERATOR,CLOSED}'::text[]) AS s (status)`,
        [hours],
      );
    await wait(23);
    expect(await examined()).toMatchObject({ state: 'ok', found: expect.stringMatching(/^1 .* 23\.0 h$/) as string });
    await wait(25);
    expect(await examined()).toMatchObject({
      state: 'warning',
      found: expect.stringMatching(/^2 .* 25\.0 h$/) as string,
      advice: expect.stringContaining('Conversations') as string,
    });
    await client.end();
  });

  it('warns of requests about orders that the shop has not decided for more than a day', async () => {
    const client = new Client({ connectionString: shop.databaseUrl, options: `-c search_path=${shop.namespace}` });
    await client.connect();
    const examined = async () => (await doctor()).findings.find(({ check }) => check === 'order requests');
    const request = (state: string, hours: number) =>
      client.query(
        `INSERT INTO order_requests (id, conversation_id, ordinal, kind, order_id, state, requested_at)
         VALUES (gen_random_uuid(), gen_random_uuid(), 1, 'CANCEL', 'o', $1, now() - $2 * interval '1 hour')`,
        [state, hours],
      );
    await request('REQUESTED', 23);
    await request('DECLINED', 99);
    expect(await examined()).toMatchObject({ state: 'ok', found: expect.stringMatching(/^1 .* 23\.0 h$/) as string });
    await request('REQUESTED', 25);
    expect(await examined()).toMatchObject({
      state: 'warning',
      found: expect.stringMatching(/^2 .* 25\.0 h$/) as string,
    });
    await client.end();
  });

  it('warns of webhooks that name a segment that does not exist', async () => {
    const client = new Client({ connectionString: shop.databaseUrl, options: `-c search_path=${shop.namespace}` });
    await client.connect();
    const id = 'b5b4ad36-0e43-4a7a-8d2c-2f8c4d8f6a10';
    await client.query(
      `INSERT INTO alert_webhooks (id, url, secret, min_severity, rules, events, segment_ids)
       VALUES ($1, 'https://shop.example/hook', 'whsec_x', 'WARNING', '{}', '{SEGMENT_CHANGES}', '{NEW,9}')`,
      [id],
    );
    const { findings } = await doctor();
    await client.query('DELETE FROM alert_webhooks');
    await client.end();
    expect(findings.find(({ check }) => check === 'segments in expressions')).toMatchObject({
      state: 'warning',
      found: expect.stringMatching(new RegExp(`: "9" in webhook "${id}", segmentIds$`)) as string,
    });
  });

  it('warns of streams, and of alert rules on them, that name a segment that does not exist', async () => {
    const client = new Client({ connectionString: shop.databaseUrl, options: `-c search_path=${shop.namespace}` });
    await client.connect();
    const spec = parseStreamInput({
      id: 'by-segment',
      filter: "has(customer.segment) &&\n customer.segment != '7'",
      keys: [
        { name: 'currency', expression: 'event.currency' },
        { name: 'segment', expression: 'customer.segment' },
      ],
      window: { kind: 'TUMBLING', size: 'P1D' },
      aggregates: [{ name: 'events', kind: 'COUNT' }],
    });
    await client.query('INSERT INTO streams (id, spec, from_position) VALUES ($1, $2, 0)', [
      'by-segment',
      JSON.stringify(spec),
    ]);
    const rule: AlertSpec = {
      source: 'WINDOWS',
      stream: 'by-segment',
      which: 'COMPLETE',
      windowMs: 60_000,
      keys: ['["3","3"]', '["EUR","NEW"]', 'no key of this stream'],
      condition: `window.events > 1.0 || window.key == '["EUR","8"]'`,
      clearCondition: null,
      forMs: 0,
      noData: 'ZERO',
      severity: 'WARNING',
    };
    await client.query('INSERT INTO alert_rules (id, revision, spec, created_at) VALUES ($1, 1, $2, now())', [
      'few',
      JSON.stringify(rule),
    ]);
    await client.end();
    const { findings } = await doctor();
    const found = findings.find(({ check }) => check === 'segments in expressions');
    expect(found).toMatchObject({
      state: 'warning',
      found: expect.stringMatching(/lacks these ids: .*/) as string,
      advice: expect.stringMatching(/updateStream.*updateAlertRule/) as string,
    });
    expect(found!.found.split('lacks these ids: ')[1].split('; ')).toEqual([
      '"7" in stream "by-segment", filter, line 2, column 22',
      '"3" in alert rule "few", keys[0]',
      '"8" in alert rule "few", condition, line 1, column 38',
    ]);
  });

  it('checks the machine: Node and the data folder', () => {
    expect(checkNode('>=20.19').state).toBe('ok');
    expect(checkNode('>=999.0').state).toBe('fault');
    const folder = testFolder('doctor');
    expect(checkFolder(`${folder}/not/there/yet`)).toMatchObject({ check: 'data folder' });
    chmodSync(folder, 0o500);
    // Root can write to every folder.
    expect(checkFolder(folder).found.includes('is not writable')).toBe(process.getuid?.() !== 0);
    chmodSync(folder, 0o700);
  });

  it.each([
    ['redis_version', '5.0.14', 'Redis', 'fault'],
    ['maxmemory_policy', 'allkeys-lru', 'Redis memory', 'warning'],
    ['aof_enabled', '0', 'Redis durability', 'warning'],
    ['maxmemory', '1100', 'Redis memory', 'warning'],
  ])('checks Redis: %s %s', (field, value, check, state) => {
    const good: [string, string][] = [
      ['redis_version', '7.2.4'],
      ['maxmemory_policy', 'noeviction'],
      ['aof_enabled', '1'],
      ['maxmemory', '0'],
      ['used_memory', '1000'],
    ];
    const wrong = (findings: readonly CheckResult[]) => findings.filter((finding) => finding.state !== 'ok');
    expect(wrong(checkRedisInfo(new Map(good)))).toEqual([]);
    expect(wrong(checkRedisInfo(new Map([...good, [field, value]])))).toEqual([
      expect.objectContaining({ check, state }),
    ]);
  });
});
