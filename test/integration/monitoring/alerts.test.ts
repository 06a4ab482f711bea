import type { Pool } from 'pg';
import { ErasureConflict } from '../../../src/events/tombstone.store';
import { deleteOldAlerts, readAlertRules, writeAlertChanges } from '../../../src/monitoring/alerts/alert.store';
import { SystemSamples } from '../../../src/monitoring/alerts/system-samples.service';
import type { System } from '../../../src/monitoring/system/system.type';
import { connectPostgres } from '../../../src/platform/postgres';
import {
  ACKNOWLEDGE,
  ALERT_UPDATED,
  ALERTS,
  CREATE_RULE,
  CREATE_WEBHOOK,
  DELETE_RULE,
  isSigned,
  PREVIEW_RULE,
  RULES,
  SILENCE_RULE,
  startReceiver,
  TEST_WEBHOOK,
  UPDATE_RULE,
  type AlertAnswer,
  type AlertsAnswer,
  type PreviewAnswer,
  type RuleWritten,
} from '../../setup/alert-operations';
import { RECORD } from '../../setup/operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { CREATE_STREAM, STREAM, type StreamAnswer, type StreamWritten } from '../../setup/stream-operations';
import { until } from '../../setup/until';

const LOCAL = { WEBHOOK_NETWORKS: '127.0.0.1' };
const SECOND = 1_000;
const WINDOW = 4 * SECOND;
const SLIDE = SECOND;
const FOR = 2 * SECOND;
/**
 * A window counts as complete after two seconds, and the evaluator runs every second; the rest is for a busy machine.
 */
const LOOKS = 8 * SECOND;
const OUTAGE = {
  id: 'order-outage',
  description: 'Nobody buys',
  source: 'WINDOWS',
  stream: 'orders',
  condition: 'window.orders == 0.0',
  clearCondition: 'window.orders >= 4.0',
  for: 'PT2S',
  severity: 'CRITICAL',
};
const SLOW = {
  id: 'slow-streams',
  source: 'OPERATIONS',
  window: 'PT10S',
  condition: "operation.field == 'synonyms' && operation.p99 > 0.4",
  for: 'PT1S',
};

describe('alerts', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let workers: ShopProcess[];
  let pool: Pool;
  let selling: NodeJS.Timeout | undefined;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  let secret: string;
  const seen: AlertAnswer[] = [];
  let stopWatching: () => Promise<unknown>;

  const leaseToken = async () =>
    (await pool.query<{ token: number }>("SELECT token FROM leases WHERE name = 'alerts'")).rows.at(0)?.token;
  const sell = () => {
    let sold = 0;
    selling = setInterval(() => {
      const event = {
        type: 'PURCHASE',
        source: 'ORDERS',
        id: `o-${Date.now()}-${++sold}:1`,
        customerId: 'c',
        productId: 'p',
      };
      void api.client
        .data(RECORD, { events: [{ ...event, occurredAt: new Date().toISOString() }] })
        .catch(() => undefined);
    }, 250);
  };
  const stopSelling = () => clearInterval(selling);
  const create = async (rule: object) => (await api.client.data<RuleWritten>(CREATE_RULE, { rule })).written;
  const alertsOf = async (ruleId: string) => (await api.client.data<AlertsAnswer>(ALERTS, { ruleId })).alerts.nodes;
  const becomes = (ruleId: string, state: string, boundMs?: number) =>
    until(
      () => alertsOf(ruleId),
      ([newest]) => (newest as AlertAnswer | undefined)?.state === state,
      boundMs,
    );
  const statesOf = (ruleId: string) => seen.filter((alert) => alert.ruleId === ruleId).map(({ state }) => state);

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 3 });
    receiver = await startReceiver((n) => [500, 302][n] ?? 200);
    api = await startApi(shop, LOCAL);
    // The first worker gets the lease.
    workers = [startWorker(shop, LOCAL)];
    await until(leaseToken, (token) => token === 1);
    workers.push(startWorker(shop, LOCAL));
    const updates = api.client.subscribe<{ alertUpdated: AlertAnswer }>(ALERT_UPDATED);
    stopWatching = () => updates.return!(undefined);
    void (async () => {
      for await (const { data } of updates) if (data) seen.push(data.alertUpdated);
    })();
    const stream = {
      id: 'orders',
      from: ['PURCHASE'],
      window: { kind: 'HOPPING', size: 'PT4S', slide: 'PT1S' },
      aggregates: [{ name: 'orders', kind: 'COUNT' }],
    };
    expect((await api.client.data<StreamWritten>(CREATE_STREAM, { stream })).written.errors).toEqual([]);
    await until(
      () => api.client.data<StreamAnswer>(STREAM, { id: 'orders' }),
      (answer) => answer.stream?.state === 'LIVE',
    );
    sell();
    const { written } = await api.client.data<{ written: { secret: string; errors: unknown[] } }>(CREATE_WEBHOOK, {
      input: { url: receiver.url, rules: ['order-outage'] },
    });
    expect(written.errors).toEqual([]);
    ({ secret } = written);
  });

  afterAll(async () => {
    stopSelling();
    await stopWatching();
    await api.client.close();
    await api.stop();
    await Promise.all(workers.map((worker) => worker.stop()));
    await receiver.close();
    await pool.end();
    await shop.drop();
  });

  it('of an outage and of latency are raised once, within window + `for`, and clear, also when the evaluating worker dies', async () => {
    await new Promise((resolve) => setTimeout(resolve, WINDOW + 3 * SECOND));
    expect(await create(OUTAGE)).toMatchObject({ errors: [], rule: { forSeconds: 2 } });
    expect(await create(SLOW)).toMatchObject({ errors: [] });
    // The rule was evaluated, and its condition does not hold.
    await until(
      () => api.client.data<{ alertRules: { fault: string | null; evaluatedAt: string | null }[] }>(RULES),
      ({ alertRules }) => alertRules.every(({ evaluatedAt, fault }) => evaluatedAt !== null && fault === null),
    );
    await new Promise((resolve) => setTimeout(resolve, 2 * SECOND));
    expect(await alertsOf('order-outage')).toEqual([]);

    stopSelling();
    const outageAt = Date.now();
    const slow = await slowQuery();
    const [outage] = await becomes('order-outage', 'FIRING');
    const raisedAfter = Date.parse(outage.firedAt!) - outageAt;
    expect(raisedAfter).toBeGreaterThan(WINDOW);
    expect(raisedAfter).toBeLessThan(WINDOW + SLIDE + FOR + LOOKS);
    expect(outage).toMatchObject({ key: '', severity: 'CRITICAL', observed: { orders: 0 } });
    const [latency] = await becomes('slow-streams', 'FIRING');
    expect(latency.key).toBe('synonyms');
    expect(Date.parse(latency.firedAt!) - slow.at).toBeLessThan(10 * SECOND + SECOND + LOOKS);

    // The worker that evaluates dies. The other worker continues with the stored alerts and raises none of them twice.
    await until(
      () => receiver.received.length,
      (count) => count > 0,
    );
    await workers.shift()!.kill();
    await until(leaseToken, (token) => token === 2);
    const { acknowledgeAlert } = await api.client.data<{ acknowledgeAlert: { alert: AlertAnswer } }>(ACKNOWLEDGE, {
      id: outage.id,
      note: 'the shop is closed',
    });
    expect(acknowledgeAlert.alert).toMatchObject({
      state: 'FIRING',
      acknowledgedBy: 'ADMIN_KEY',
      note: 'the shop is closed',
    });
    sell();
    const [resolved, ...others] = await becomes('order-outage', 'RESOLVED');
    expect(others).toEqual([]);
    expect(resolved.id).toBe(outage.id);
    expect(resolved.history.map(({ state }) => state)).toEqual(['PENDING', 'FIRING', 'ACKNOWLEDGED', 'RESOLVED']);
    expect(await becomes('slow-streams', 'RESOLVED', 40 * SECOND)).toHaveLength(1);
    await until(
      () => statesOf('order-outage'),
      (states) => states.includes('RESOLVED'),
    );
    expect(statesOf('order-outage').filter((state) => state === 'PENDING')).toHaveLength(1);
  }, 120_000);

  it('are sent to webhooks signed, retried until they are accepted, and each is one delivery', async () => {
    const [{ deliveries }] = await until(
      () => alertsOf('order-outage'),
      ([alert]) => alert.deliveries.every(({ state }) => state === 'DELIVERED'),
      // The killed worker's attempt is retried after twenty seconds.
      40 * SECOND,
    );
    expect(deliveries.map(({ attempts, lastStatus, lastError }) => [attempts, lastStatus, lastError]).sort()).toEqual([
      [1, 200, null],
      [3, 200, null],
    ]);
    const { received } = receiver;
    expect(received.map(({ status }) => status)).toEqual([500, 302, 200, 200]);
    expect(received.every((request) => isSigned(request, secret))).toBe(true);
    const [first, second, third, last] = received.map(({ headers, body }) => [String(headers['webhook-id']), body]);
    expect([second, third]).toEqual([first, first]);
    expect(last[0]).not.toBe(first[0]);
    const sent = JSON.parse(third[1]) as { id: string; type: string; alert: object };
    expect(sent).toMatchObject({
      id: third[0],
      type: 'alert.firing',
      alert: {
        rule: 'order-outage',
        description: 'Nobody buys',
        key: '',
        severity: 'CRITICAL',
        state: 'FIRING',
        resolvedAt: null,
      },
    });
    expect(JSON.parse(last[1])).toMatchObject({ type: 'alert.resolved', alert: { state: 'RESOLVED' } });
  });

  it('are previewed as they were raised: windows, operations and the system', async () => {
    const preview = async (rule: object) => (await api.client.data<PreviewAnswer>(PREVIEW_RULE, { rule })).preview;
    const [real] = await alertsOf('order-outage');
    const { alerts, errors, observed, fired } = await preview({ ...OUTAGE, id: '' });
    expect(errors).toEqual([]);
    expect(fired).toBe(alerts.filter(({ firedAt }) => firedAt !== null).length);
    const [again] = alerts;
    expect(again).toMatchObject({ key: '', state: 'RESOLVED' });
    for (const at of ['startedAt', 'firedAt', 'resolvedAt'] as const)
      expect(Math.abs(Date.parse(again[at]!) - Date.parse(real[at]!))).toBeLessThan(LOOKS);
    expect(Date.parse(again.firedAt!) - Date.parse(again.startedAt)).toBe(FOR);
    expect(observed).toContainEqual({ name: 'orders', least: 0, greatest: expect.any(Number) as number });

    const slow = await preview(SLOW);
    expect(slow.alerts.map(({ key, state }) => [key, state])).toEqual([['synonyms', 'RESOLVED']]);
    const system = await preview({ id: 's', source: 'SYSTEM', condition: 'system.apiProcesses > 0.0' });
    expect(system.alerts.map(({ key, state }) => [key, state])).toEqual([['', 'FIRING']]);
    expect(system.observed).toMatchObject([{ name: 'apiProcesses', greatest: 1 }]);

    const faultOf = async (rule: object) => (await preview({ ...OUTAGE, ...rule })).errors.map(({ path }) => path);
    expect(await faultOf({ condition: 'window.nonsense > 1.0' })).toEqual(['condition']);
    expect(await faultOf({ which: 'CURRENT' })).toEqual(['which']);
    expect(await faultOf({ stream: 'none' })).toEqual(['stream']);
  });

  it('webhooks are tested on request, one test at a time', async () => {
    const { alertWebhooks } = await api.client.data<{ alertWebhooks: { id: string }[] }>('{ alertWebhooks { id } }');
    const [{ id }] = alertWebhooks;
    const { tested } = await api.client.data<{ tested: { delivered: boolean } }>(TEST_WEBHOOK, { id });
    expect(tested).toMatchObject({ delivered: true, status: 200, reason: null, errors: [] });
    const request = receiver.received.pop()!;
    expect(isSigned(request, secret)).toBe(true);
    expect(JSON.parse(request.body)).toMatchObject({ type: 'webhook.test', webhook: id });
    const { errors } = await api.client.send(TEST_WEBHOOK, { id });
    expect(errors?.[0].extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) as number });
    const unknown = await api.client.data(TEST_WEBHOOK, { id: '00000000-0000-0000-0000-000000000000' });
    expect(unknown).toMatchObject({ tested: { delivered: false, errors: [{ code: 'NOT_FOUND', path: 'id' }] } });
  });

  it('are not sent to webhooks while a rule is silenced, and close when their rule is deleted', async () => {
    const before = receiver.received.length;
    await api.client.data(SILENCE_RULE, { id: 'order-outage', until: new Date(Date.now() + 600_000).toISOString() });
    stopSelling();
    const [alert] = await becomes('order-outage', 'FIRING');
    expect(alert.deliveries).toEqual([]);
    // When a silence ends, webhooks receive the alerts that still fire.
    await api.client.data(SILENCE_RULE, { id: 'order-outage' });
    await until(
      () => receiver.received.length,
      (count) => count === before + 1,
    );
    await api.client.data(DELETE_RULE, { id: 'order-outage' });
    const [ended] = await becomes('order-outage', 'RESOLVED');
    expect(ended.history.at(-1)).toMatchObject({ state: 'RESOLVED', by: 'the rule was deleted' });
    await until(
      () => receiver.received.length,
      (count) => count === before + 2,
    );
  });

  it('are not sent to private addresses unless the settings allow it; a fault in a rule is reported with its position', async () => {
    const faultOf = async (rule: object) => {
      const { errors } = await create({
        id: 'wrong',
        source: 'SYSTEM',
        condition: 'system.inboxEvents > 1.0',
        ...rule,
      });
      return errors.map(({ code, path }) => [code, path]);
    };
    expect(await faultOf({ condition: 'system.nonsense > 1.0' })).toEqual([['BAD_USER_INPUT', 'condition']]);
    expect(await faultOf({ source: 'WINDOWS' })).toEqual([['BAD_USER_INPUT', 'stream']]);
    expect(await faultOf({ source: 'WINDOWS', stream: 'none' })).toEqual([['BAD_USER_INPUT', 'stream']]);
    expect(await faultOf({ for: 'P8D' })).toEqual([['BAD_USER_INPUT', 'for']]);
    expect(await faultOf({ id: 'slow-streams' })).toEqual([['CONFLICT', 'id']]);
    const refusal = async (url: string) =>
      (await api.client.data<{ written: { errors: { path: string }[] } }>(CREATE_WEBHOOK, { input: { url } })).written
        .errors[0].path;
    expect(await refusal('ftp://example.org')).toBe('url');
    expect(await refusal('http://user:word@example.org')).toBe('url');
  });

  it('with personal data are erased with the person; others stay', async () => {
    const stream = {
      id: 'by-customer',
      keys: [{ name: 'customer', expression: 'event.customerId' }],
      window: { kind: 'TUMBLING', size: 'PT1H' },
      aggregates: [{ name: 'n', kind: 'COUNT' }],
    };
    expect((await api.client.data<StreamWritten>(CREATE_STREAM, { stream })).written.errors).toEqual([]);
    await create({
      id: 'busy',
      source: 'WINDOWS',
      stream: 'by-customer',
      which: 'CURRENT',
      condition: 'window.n > 0.0',
    });
    await api.client.data(RECORD, { events: [{ type: 'VIEW', customerId: 'gone', productId: 'p' }] });
    await until(
      () => alertsOf('busy'),
      (alerts) => alerts.some(({ key }) => key === 'gone'),
    );
    // A rule that has been changed to another source still has alerts of the stream.
    const moved = { ...SLOW, id: 'busy' };
    expect((await api.client.data<RuleWritten>(UPDATE_RULE, { rule: moved })).written.errors).toEqual([]);
    expect((await alertsOf('busy')).filter(({ key }) => key === 'gone')).toHaveLength(1);
    const stays = await alertsOf('slow-streams');
    const erase = 'mutation { eraseCustomer(input: { customerId: "gone" }) { errors { code } } }';
    expect(await api.client.data(erase)).toEqual({ eraseCustomer: { errors: [] } });
    expect((await alertsOf('busy')).filter(({ key }) => key === 'gone')).toEqual([]);
    const left = `SELECT count(*)::int AS n FROM alert_transitions t WHERE NOT EXISTS (SELECT FROM alerts a WHERE a.id = t.alert)`;
    expect((await pool.query(left)).rows).toEqual([{ n: 0 }]);
    expect(await alertsOf('slow-streams')).toEqual(stays);
    // A finding made before the erasure is not written after it.
    const seen = { key: 'gone', open: null, state: 'FIRING', observed: {} } as const;
    const [{ rows }, [rule]] = await Promise.all([
      pool.query<{ position: number; token: number }>(
        `SELECT (SELECT max(position) - 1 FROM erasures) AS position, token FROM leases WHERE name = 'alerts'`,
      ),
      readAlertRules(pool).then((rules) => rules.filter(({ id }) => id === 'busy')),
    ]);
    await expect(writeAlertChanges(pool, rule, [seen], rows[0])).rejects.toThrow(ErasureConflict);
    expect((await alertsOf('busy')).filter(({ key }) => key === 'gone')).toEqual([]);
  });

  it('that have cleared are deleted, those that never fired a day later, and no others', async () => {
    const days = [1, 2, 89, 91];
    await pool.query(
      `INSERT INTO alerts (id, rule, key, open, state, severity, observed, started_at, fired_at, updated_at)
       SELECT gen_random_uuid(), 'past', CASE WHEN fired THEN 'fired ' ELSE 'pending ' END || days, NULL, 'RESOLVED', 'INFO', '{}', at,
         CASE WHEN fired THEN at END, at
       FROM unnest($1::int[]) AS days, unnest(ARRAY[true, false]) AS fired,
         LATERAL (SELECT now() - days * interval '1 day' + interval '1 hour' AS at) t`,
      [days],
    );
    expect(await deleteOldAlerts(pool)).toBe(false);
    const { rows } = await pool.query<{ key: string }>(`DELETE FROM alerts WHERE rule = 'past' RETURNING key`);
    expect(rows.map(({ key }) => key).sort()).toEqual(['fired 1', 'fired 2', 'fired 89', 'pending 1']);
  });

  it('samples of the system are stored for an hour', async () => {
    const { system } = await api.client.data<{ system: System }>('{ system { connections processes { kind } } }');
    await pool.query(`INSERT INTO system_samples (at, observed) SELECT now() - minutes * interval '1 minute', '{}'
                      FROM unnest(ARRAY[59, 61]) AS minutes`);
    const facts = { queues: [], streams: [], models: [], postgres: null, redis: null };
    await new SystemSamples(pool, { system: () => Promise.resolve({ ...system, ...facts } as System) }).record();
    const { rows } = await pool.query<{ minutes: number }>(
      `DELETE FROM system_samples WHERE observed::text = '{}' RETURNING round(extract(epoch FROM now() - at) / 60)::int AS minutes`,
    );
    expect(rows).toEqual([{ minutes: 59 }]);
    const newest = 'SELECT observed FROM system_samples ORDER BY at DESC LIMIT 1';
    expect((await pool.query<{ observed: object }>(newest)).rows[0].observed).toMatchObject({ apiProcesses: 1 });
  });

  /** A query that takes half a second, because another connection holds a lock that it needs. */
  async function slowQuery(): Promise<{ at: number }> {
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query('LOCK TABLE synonyms IN ACCESS EXCLUSIVE MODE');
    const at = Date.now();
    const answer = api.client.data('{ synonyms { nodes { id } } }');
    await new Promise((resolve) => setTimeout(resolve, 800));
    await client.query('ROLLBACK');
    client.release();
    await answer;
    return { at };
  }
});
