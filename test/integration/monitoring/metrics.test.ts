import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ADMIN_KEY, startApiProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const RULES = path.resolve(__dirname, '../../../docs/prometheus/freshet.rules.yml');
const DOCS = path.resolve(__dirname, '../../../docs/monitoring.md');

interface System {
  readonly version: string;
  readonly operations: readonly { readonly field: string; readonly count: number }[];
  readonly postgres: { readonly roundTripSeconds: number };
  readonly redis: { readonly memoryBytes: number };
  readonly processes: readonly object[];
}

describe('/metrics', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApiProcess>>;

  const get = (headers: Record<string, string>) => fetch(`http://127.0.0.1:${api.port}/metrics`, { headers });
  const ask = (query: string) =>
    fetch(`http://127.0.0.1:${api.port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': ADMIN_KEY },
      body: JSON.stringify({ query }),
    });
  const serverKey = async () => {
    const made = await ask('mutation { createApiKey(input: { scope: SERVER, name: "s" }) { secret } }');
    const { data } = (await made.json()) as { data: { createApiKey: { secret: string } } };
    return data.createApiKey.secret;
  };
  const scraped = async () => (await get({ authorization: `Bearer ${ADMIN_KEY}` })).text();

  beforeAll(async () => {
    shop = await testNamespace();
    api = await startApiProcess(shop);
  });

  afterAll(async () => {
    expect(await api.stop()).toBe(0);
    await shop.drop();
  });

  it('requires an admin key', async () => {
    const answer = await get({ 'x-api-key': ADMIN_KEY });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch('text/plain; version=0.0.4');
    expect((await get({})).status).toBe(401);
    expect((await get({ 'x-api-key': 'unknown' })).status).toBe(401);
    expect((await get({ 'x-api-key': await serverKey() })).status).toBe(403);
  });

  it('shows the queues to admin keys, in a browser too, and changes nothing', async () => {
    const board = (url: string, headers: Record<string, string>, method = 'GET') =>
      fetch(`http://127.0.0.1:${api.port}/admin/queues${url}`, { headers, method });
    const asPassword = (key: string) => ({ authorization: `Basic ${Buffer.from(`me:${key}`).toString('base64')}` });
    for (const url of ['', '/', '/api/queues', '/static/css/main.css', '/queue/ingest'])
      for (const headers of [{} as Record<string, string>, asPassword('unknown'), { 'x-api-key': await serverKey() }]) {
        const { status, headers: told } = await board(url, headers);
        expect([status, told.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Basic realm=/)]);
      }
    const page = await board('/', asPassword(ADMIN_KEY));
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';/);
    const html = await page.text();
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
    for (const [, file] of html.matchAll(/(?:src|href)="(static[^"]+)"/g))
      expect((await board(`/${file}`, asPassword(ADMIN_KEY))).status).toBe(200);
    const { queues } = (await (await board('/api/queues', { 'x-api-key': ADMIN_KEY })).json()) as {
      queues: { name: string; readOnlyMode: boolean }[];
    };
    expect(queues).toEqual([
      expect.objectContaining({ name: 'ingest', readOnlyMode: true }),
      expect.objectContaining({ name: 'refresh', readOnlyMode: true }),
    ]);
    expect((await board('/api/queues/ingest/pause', asPassword(ADMIN_KEY), 'PUT')).status).toBe(405);
  });

  it('has the metrics that the documentation lists, each with its kind, and no other of ours', async () => {
    const text = await scraped();
    const told = [...text.matchAll(/^# TYPE (freshet_\w+) (\w+)$/gm)].map(([, name, kind]) => `${name} ${kind}`);
    const listed = [...readFileSync(DOCS, 'utf8').matchAll(/^\| `(freshet_\w+)` \| (\w+) \|/gm)];
    expect(told.sort()).toEqual(listed.map(([, name, kind]) => `${name} ${kind}`).sort());
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
  });

  it('has every metric that the rules for Prometheus name', async () => {
    const rules = readFileSync(RULES, 'utf8')
      .split('\n')
      .filter((line) => line.trim().startsWith('expr:'));
    const named = new Set(rules.flatMap((line) => line.match(/\b(?:freshet|nodejs|process)_\w+/g) ?? []));
    const told = new Set([...(await scraped()).matchAll(/^# TYPE (\w+) \w+$/gm)].map(([, name]) => name));
    expect(named.size).toBeGreaterThan(10);
    expect([...named].filter((name) => !told.has(name.replace(/_(bucket|sum|count)$/, '')))).toEqual([]);
  });

  it('reports the same figures in GraphQL, and again every two seconds', async () => {
    const system = `{ version operations { field count p99 } queues { queue jobs stalledJobs } position inboxEvents
      postgres { roundTripSeconds connections } redis { memoryBytes } processes { kind version memoryBytes } }`;
    const updates = api.client.subscribe<{ systemUpdated: System }>(`subscription { systemUpdated ${system} }`);
    const next = async () => (await updates.next()).value.data!.systemUpdated as System;
    const first = await next();
    expect(first).toMatchObject({
      position: '0',
      inboxEvents: 0,
      queues: [{ queue: 'ingest', stalledJobs: 0 }, { queue: 'refresh' }],
    });
    expect(first.postgres.roundTripSeconds).toBeGreaterThan(0);
    expect(first.redis.memoryBytes).toBeGreaterThan(100_000);
    await ask('{ streams { id } }');
    const asked = await until(next, ({ operations }) => operations.some(({ field }) => field === 'streams'));
    expect(asked.operations.find(({ field }) => field === 'streams')).toMatchObject({ count: 1 });
    expect(asked.processes).toMatchObject([{ kind: 'API', version: first.version }]);
    await updates.return!(undefined);
  });

  it('counts operations and errors by root field, and unknown fields under one label', async () => {
    await ask('{ products { nodes { id } } }');
    await ask('{ recommendations(input: { intent: SIMILAR }) { nodes { id } } }');
    await ask('{ inventedByTheClient }');
    const text = await scraped();
    expect(text).toMatch(/operation_duration_seconds_count\{type="query",field="products"\} 1$/m);
    expect(text).toMatch(/errors_total\{field="recommendations",code="BAD_USER_INPUT"\} 1$/m);
    expect(text).toMatch(/operation_duration_seconds_count\{type="invalid",field="none"\} 1$/m);
    expect(text).not.toContain('inventedByTheClient');
    expect(text).toMatch(/http_request_duration_seconds_count\{route="\/graphql",status="200"\} \d+$/m);
  });

  it('counts a subscription while it is open', async () => {
    const active = async () =>
      /subscriptions_active\{field="recommendationsUpdated"\} (\d+)/.exec(await scraped())?.[1];
    const stream = api.client.subscribe(
      'subscription { recommendationsUpdated(input: { intent: POPULAR }) { requestId } }',
    );
    await stream.next();
    expect(await active()).toBe('1');
    await stream.return?.();
    await until(active, (count) => count === '0');
  });

  it('reports how long accepted events wait when no worker processes them, and the position of the log', async () => {
    await ask(
      'mutation { recordEvents(input: { events: [{ type: VIEW, productId: "p", customerId: "c" }] }) { accepted } }',
    );
    const text = await until(scraped, (now) => /^freshet_inbox_events 1$/m.test(now));
    expect(text).toMatch(/^freshet_log_position 0$/m);
    expect(text).toMatch(/^freshet_queue_jobs\{queue="ingest"\} 1$/m);
    await until(scraped, (now) => Number(/^freshet_inbox_oldest_age_seconds (\S+)$/m.exec(now)?.[1]) > 1);
  });
});
