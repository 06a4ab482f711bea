import type { Pool } from 'pg';
import { ErasureConflict } from '../../../src/platform/erasure-conflict';
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
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { CREATE_STREAM, STREAM, type StreamAnswer, type StreamWritten } from '../../setup/stream-operations';
import { until } from '../../setup/until';

const LOCAL = { WEBHOOK_NETWORKS: '127.0.0.1' };
const SECOND = 1_000;
const WINDOW = 4 * SECOND;
const SLIDE = SECOND;
const FOR = 2 * SECOND;
/** A window counts as complete this long after its end. */
const SETTLE = 2 * SECOND;
/** Interval between two orders. */
const ORDER_INTERVAL = SECOND / 4;
/** Orders are recorded this long before their time, so that a busy machine leaves no window without orders. */
const AHEAD = 10 * SECOND;
const MIN_CLEAR_ORDERS = 4;
const OUTAGE = {
  id: 'order-outage',
  description: 'Nobody buys',
  source: 'WINDOWS',
  stream: 'orders',
  condition: 'window.orders == 0.0',
  clearCondition: `window.orders >= ${MIN_CLEAR_ORDERS}.0`,
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
  let api: Awaited<ReturnType<typeof startApiProcess>>;
  let workers: OwnProcess[];
  let pool: Pool;
  /** Times of all orders, in ascending order. */
  const orderTimes: number[] = [];
  let isSelling = false;
  let selling: Promise<void> = Promise.resolve();
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  let secret: string;
  const seen: AlertAnswer[] = [];
  let stopWatching: () => Promise<unknown>;

  const readLease = async () => {
    const { rows } = await pool.query<{ token: number; expiresAt: Date }>(
      `SELECT token, expires_at AS "expiresAt" FROM leases WHERE name = 'alerts'`,
    );
    return rows.at(0);
  };
  /**
   * Kills the worker that holds the lease with this token, and waits until another one has the lease. That is the first
   * worker, unless the second one has taken the lease over on a busy machine. Then the lease is still renewed.
   */
  const killEvaluator = async (token: number) => {
    for (;;) {
      await workers.shift()!.kill();
      const left = (await readLease())!;
      const next = await until(
        readLease,
        (lease) => lease!.token > token || lease!.expiresAt.getTime() > left.expiresAt.getTime(),
      );
      if (next!.token > token) return;
      workers.push(startWorkerProcess(shop, LOCAL));
    }
  };
  /** Records orders from now on, {@link AHEAD} of their time. */
  const sell = () => {
    isSelling = true;
    let soldUntil = Date.now();
    selling = (async () => {
      while (isSelling) {
        const events: object[] = [];
        for (; soldUntil < Date.now() + AHEAD; soldUntil += ORDER_INTERVAL) {
          const order = { source: 'ORDERS', id: `o-${soldUntil}:1`, customerId: 'c', productId: 'p' };
          events.push({ type: 'PURCHASE', ...order, occurredAt: new Date(soldUntil).toISOString() });
          orderTimes.push(soldUntil);
        }
        if (events.length > 0) await api.client.data(RECORD, { events });
        await new Promise((resolve) => setTimeout(resolve, ORDER_INTERVAL));
      }
    })();
  };
  const stopSelling = () => {
    isSelling = false;
    return selling;
  };
  /** Returns the time since which the newest complete window meets a condition, counted from all orders. */
  const completeSince = (from: number, isMet: (orders: number) => boolean) => {
    for (let end = Math.ceil(from / SLIDE) * SLIDE; end <= orderTimes.at(-1)!; end += SLIDE)
      if (isMet(orderTimes.filter((at) => at >= end - WINDOW && at < end).length)) return end + SETTLE;
    throw new Error('no such window');
  };
  /** Creates a stream and waits until rules on it can be evaluated. */
  const createStream = async (stream: { readonly id: string }) => {
    expect((await api.client.data<StreamWritten>(CREATE_STREAM, { stream })).written.errors).toEqual([]);
    await until(
      () => api.client.data<StreamAnswer>(STREAM, { id: stream.id }),
      (answer) => answer.stream?.state === 'LIVE',
    );
  };
  const create = async (rule: object) => (await api.client.data<RuleWritten>(CREATE_RULE, { rule })).written;
  const alertsOf = async (ruleId: string) => (await api.client.data<AlertsAnswer>(ALERTS, { ruleId })).alerts.nodes;
  const previewOf = async (rule: object) => (await api.client.data<PreviewAnswer>(PREVIEW_RULE, { rule })).preview;
  const evaluations = async () => {
    type Rules = { alertRules: { fault: string | null; evaluatedAt: string | null }[] };
    return (await api.client.data<Rules>(RULES)).alertRules;
  };
  const becomes = (ruleId: string, state: string) =>
    until(
      () => alertsOf(ruleId),
      ([newest]) => (newest as AlertAnswer | undefined)?.state === state,
    );
  const updatesOf = (ruleId: string) => seen.filter((alert) => alert.ruleId === ruleId);

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 3 });
    receiver = await startReceiver((n) => {
      // The first worker dies while it waits for the response to the first request.
      if (n === 0) workers[0].child.kill('SIGKILL');
      return [500, 302][n] ?? 200;
    });
    api = await startApiProcess(shop, LOCAL);
    // The first worker gets the lease.
    workers = [startWorkerProcess(shop, LOCAL)];
    await until(readLease, (lease) => lease?.token === 1);
    workers.push(startWorkerProcess(shop, LOCAL));
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
    await createStream(stream);
    sell();
    const { written } = await api.client.data<{ written: { secret: string; errors: unknown[] } }>(CREATE_WEBHOOK, {
      input: { url: receiver.url, rules: ['order-outage'] },
    });
    expect(written.errors).toEqual([]);
    ({ secret } = written);
  });

  afterAll(async () => {
    await stopSelling();
    await stopWatching();
    await api.client.close();
    await api.stop();
    await Promise.all(workers.map((worker) => worker.stop()));
    await receiver.close();
    await pool.end();
    await shop.drop();
  });

  it('of an outage and of latency are raised once, and clear, also when the evaluating worker dies', async () => {
    await until(
      () => previewOf({ ...OUTAGE, id: 'preview' }),
      ({ observed }) => observed.some(({ name, greatest }) => name === 'orders' && greatest >= MIN_CLEAR_ORDERS),
    );
    expect(await create(OUTAGE)).toMatchObject({ errors: [], rule: { forSeconds: 2 } });
    expect(await create(SLOW)).toMatchObject({ errors: [] });
    // The rules are evaluated for longer than `for`, and their conditions do not hold.
    const first = await until(evaluations, (rules) => rules.every(({ evaluatedAt }) => evaluatedAt !== null));
    const quietUntil = Math.max(...first.map(({ evaluatedAt }) => Date.parse(evaluatedAt!))) + FOR;
    const rules = await until(evaluations, (now) =>
      now.every(({ evaluatedAt }) => Date.parse(evaluatedAt!) > quietUntil),
    );
    expect(rules.map(({ fault }) => fault)).toEqual([null, null]);
    expect(await alertsOf('order-outage')).toEqual([]);
    expect(await alertsOf('slow-streams')).toEqual([]);

    // The latency lasts until the worker has died, because its rule reads only the last ten seconds.
    let isSlow = true;
    const slowing = (async () => {
      while (isSlow) await slowQuery();
    })();
    const [latency] = await becomes('slow-streams', 'FIRING');
    expect(latency.key).toBe('synonyms');
    const { token } = (await readLease())!;
    await stopSelling();
    const [outage] = await becomes('order-outage', 'FIRING');
    expect(outage).toMatchObject({ key: '', severity: 'CRITICAL', observed: { orders: 0 } });
    expect(Date.parse(outage.startedAt)).toBeGreaterThan(orderTimes.at(-1)! + WINDOW);
    expect(Date.parse(outage.firedAt!) - Date.parse(outage.startedAt)).toBeGreaterThanOrEqual(FOR);

    // The worker that evaluates dies. The other worker continues with the stored alerts and raises none of them twice.
    await until(
      () => receiver.received.length,
      (count) => count > 0,
    );
    await killEvaluator(token);
    const { acknowledgeAlert } = await api.client.data<{ acknowledgeAlert: { alert: AlertAnswer } }>(ACKNOWLEDGE, {
      id: outage.id,
      note: 'the shop is closed, 4111 1111 1111 1111',
    });
    expect(acknowledgeAlert.alert).toMatchObject({
      state: 'FIRING',
      acknowledgedBy: 'ADMIN_KEY',
      note: 'the shop is closed, •••• •••• •••• ••••',
    });
    expect(await alertsOf('slow-streams')).toMatchObject([{ id: latency.id, state: 'FIRING' }]);
    isSlow = false;
    await slowing;
    sell();
    const [resolved, ...others] = await becomes('order-outage', 'RESOLVED');
    expect(others).toEqual([]);
    expect(resolved.id).toBe(outage.id);
    expect(resolved.history.map(({ state }) => state)).toEqual(['PENDING', 'FIRING', 'ACKNOWLEDGED', 'RESOLVED']);
    expect(await becomes('slow-streams', 'RESOLVED')).toHaveLength(1);
    await until(
      () => updatesOf('order-outage').at(-1)?.state,
      (state) => state === 'RESOLVED',
    );
    // Subscribers receive each state of the alert at most once, in order.
    const revisions = updatesOf('order-outage').map(({ revision }) => revision);
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    expect(new Set(updatesOf('order-outage').map(({ id }) => id))).toEqual(new Set([outage.id]));
  });

  it('are sent to webhooks signed, retried until they are accepted, and each is one delivery', async () => {
    // The killed worker's attempt is retried after twenty seconds. They pass at once.
    await pool.query(`UPDATE webhook_deliveries SET due_at = now() WHERE state = 'WAITING'`);
    const [{ deliveries }] = await until(
      () => alertsOf('order-outage'),
      ([alert]) => alert.deliveries.every(({ state }) => state === 'DELIVERED'),
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
    const [real] = await alertsOf('order-outage');
    const { alerts, errors, observed, fired } = await previewOf({ ...OUTAGE, id: 'preview' });
    expect(errors).toEqual([]);
    expect(fired).toBe(alerts.filter(({ firedAt }) => firedAt !== null).length);
    const [again] = alerts;
    expect(again).toMatchObject({ key: '', state: 'RESOLVED' });
    // The preview has the first time at which an evaluation could have seen the outage, and its end.
    const stoppedAt = orderTimes.find((at, n) => orderTimes[n + 1] > at + WINDOW)!;
    const startedAt = completeSince(stoppedAt, (orders) => orders === 0);
    const resolvedAt = completeSince(startedAt, (orders) => orders >= MIN_CLEAR_ORDERS);
    const times = [startedAt, startedAt + FOR, resolvedAt];
    const timesOf = (alert: Pick<AlertAnswer, 'startedAt' | 'firedAt' | 'resolvedAt'>) =>
      [alert.startedAt, alert.firedAt!, alert.resolvedAt!].map((at) => Date.parse(at));
    expect(timesOf(again)).toEqual(times);
    expect(timesOf(real).map((at, n) => at >= times[n])).toEqual([true, true, true]);
    expect(observed).toContainEqual({ name: 'orders', least: 0, greatest: expect.any(Number) as number });

    const slow = await previewOf(SLOW);
    expect(slow.alerts.map(({ key, state }) => [key, state])).toEqual([['synonyms', 'RESOLVED']]);
    // The first sample may be from before the API process has reported.
    const system = await until(
      () => previewOf({ id: 's', source: 'SYSTEM', condition: 'system.apiProcesses > 0.0' }),
      ({ raised }) => raised > 0,
    );
    expect(system.alerts.map(({ key, state }) => [key, state])).toEqual([['', 'FIRING']]);
    expect(system.observed).toMatchObject([{ name: 'apiProcesses', greatest: 1 }]);

    const faultOf = async (rule: object) => (await previewOf({ ...OUTAGE, ...rule })).errors.map(({ path }) => path);
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
    // However slow the first test was, the second one comes too early.
    await pool.query(`UPDATE alert_webhooks SET tested_at = now() + interval '1 minute' WHERE id = $1`, [id]);
    const { errors } = await api.client.send(TEST_WEBHOOK, { id });
    expect(errors?.[0].extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) as number });
    const unknown = await api.client.data(TEST_WEBHOOK, { id: '00000000-0000-0000-0000-000000000000' });
    expect(unknown).toMatchObject({ tested: { delivered: false, errors: [{ code: 'NOT_FOUND', path: 'id' }] } });
  });

  it('are not sent to webhooks while a rule is silenced, and close when their rule is deleted', async () => {
    const before = receiver.received.length;
    await api.client.data(SILENCE_RULE, { id: 'order-outage', until: new Date(Date.now() + 600_000).toISOString() });
    await stopSelling();
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
      window: { kind: 'TUMBLING', size: 'PT24H' },
      aggregates: [{ name: 'n', kind: 'COUNT' }],
    };
    await createStream(stream);
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
    // Workers record samples, too. This one is recognised by its number of connections.
    const facts = { queues: [], streams: [], models: [], postgres: null, redis: null, connections: 4_321 };
    await new SystemSamples(pool, { system: () => Promise.resolve({ ...system, ...facts } as System) }).record();
    const { rows } = await pool.query<{ minutes: number }>(
      `DELETE FROM system_samples WHERE observed::text = '{}' RETURNING round(extract(epoch FROM now() - at) / 60)::int AS minutes`,
    );
    expect(rows).toEqual([{ minutes: 59 }]);
    const recorded = `SELECT observed FROM system_samples WHERE observed->>'connections' = '4321'`;
    const apiProcesses = system.processes.filter(({ kind }) => kind === 'API').length;
    expect((await pool.query(recorded)).rows).toMatchObject([{ observed: { apiProcesses } }]);
  });

  /** A query that takes longer than half a second, because another connection holds a lock that it needs. */
  async function slowQuery(): Promise<void> {
    const client = await pool.connect();
    await client.query('BEGIN; LOCK TABLE synonyms IN ACCESS EXCLUSIVE MODE');
    const answer = api.client.data('{ synonyms { nodes { id } } }');
    await until(
      () => client.query(`SELECT FROM pg_locks WHERE relation = 'synonyms'::regclass AND NOT granted`),
      ({ rowCount }) => rowCount! > 0,
    );
    await client.query('SELECT pg_sleep(0.8)');
    await client.query('ROLLBACK');
    client.release();
    await answer;
  }
});
