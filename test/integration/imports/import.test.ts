import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Pool } from 'pg';
import { connectPostgres } from '../../../src/platform/postgres';
import { runCommand } from '../../setup/command';
import { ids, LIST, UPSERT, type ListAnswer } from '../../setup/operations';
import { ADMIN_KEY, startApi, startWorker } from '../../setup/processes';
import { testFolder, testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const RETAIL = [
  HEADER,
  '536365,85123A,WHITE HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom',
  '536365,71053,METAL LANTERN,6,2010-12-01 08:26:00,3.395,17850.0,United Kingdom',
  '536365,71053,METAL LANTERN,6,2010-12-01 08:26:00,3.395,17850.0,United Kingdom',
  '536366,85123a,WHITE HEART,1,2010-12-02 08:26:00,2.55,,France',
  '536366,71053,METAL LANTERN,1,2010-12-02 08:26:00,3.395,,France',
  'C536379,71053,METAL LANTERN,-12,2010-12-03 09:00:00,3.395,17850.0,United Kingdom',
  '536370,POST,POSTAGE,3,2010-12-01 08:45:00,18.0,12583.0,France',
  '536380,85123A,damaged,-3,2010-12-01 08:45:00,0.0,,United Kingdom',
  'A563185,B,Adjust bad debt,1,2011-08-12 14:50:00,11062.06,,United Kingdom',
];

describe('import', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let folder: string;

  beforeEach(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 1 });
    folder = testFolder(`import-${shop.namespace}`);
    mkdirSync(folder, { recursive: true });
  });

  afterEach(async () => {
    await pool.end();
    await shop.drop();
  });

  const run = (args: string[], input?: string) => runCommand(shop, args, { DATA_DIR: folder }, input);
  const write = (name: string, lines: readonly string[]) => {
    const file = path.join(folder, name);
    const text = `${lines.join('\n')}\n`;
    writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text);
    return file;
  };
  const fates = async (args: string[], input?: string) => {
    const { code, output, errors } = await run([...args, '--json'], input);
    if (code !== 0) throw new Error(errors);
    // Standard output has one JSON object and nothing else.
    const { lines, imported, rejected, unchanged } = JSON.parse(output) as Record<string, number>;
    return { lines, imported, rejected, unchanged };
  };
  const log = async () =>
    (
      await pool.query(
        'SELECT source, id, occurred_at, type, subject, product_id, quantity, unit_price::text FROM events ORDER BY source, id',
      )
    ).rows;

  it('reports the result of every line of Online Retail, and changes nothing the second time', async () => {
    const file = write('retail.csv.gz', RETAIL);
    const args = ['import', 'orders', file, '--format', 'online-retail'];
    expect(await fates(args)).toEqual({ lines: 9, imported: 6, rejected: 3, unchanged: 0 });
    expect(
      readFileSync(path.join(folder, 'rejects', 'retail.csv.gz.rejected.csv'), 'utf8')
        .split('\n')
        .map((line) => line.split(',').slice(0, 2).join()),
    ).toEqual(['line,reason', '8,NOT_A_PRODUCT', '9,STOCK_ADJUSTMENT', '10,ACCOUNTING', '']);
    const before = await log();
    // The log also holds the steps of the orders.
    const lines = before.filter(({ type }: { type: string }) => type !== 'CUSTOM');
    expect(lines).toHaveLength(6);
    expect(lines[1]).toMatchObject({
      id: '536365:71053:2',
      type: 'PURCHASE',
      subject: 'c:17850',
      unit_price: '3.395',
    });
    expect(lines[5]).toMatchObject({ id: 'C536379:71053:1', type: 'RETURN', quantity: 12 });
    expect(await fates(args)).toEqual({ lines: 9, imported: 0, rejected: 3, unchanged: 6 });
    expect(await log()).toEqual(before);
    const { rows } = await pool.query('SELECT id, title, price::text FROM products ORDER BY id');
    expect(rows).toEqual([
      { id: '71053', title: 'METAL LANTERN', price: '3.395' },
      { id: '85123A', title: 'WHITE HEART', price: '2.55' },
    ]);
  });

  it('has updated live state when it ends, without a worker', async () => {
    await fates(['import', 'events', write('retail.csv', RETAIL), '--format', 'online-retail']);
    const api = await startApi(shop);
    const answer = await api.client.data<ListAnswer>(LIST, {
      input: { intent: 'COMPLEMENTARY', productIds: ['85123A'] },
    });
    expect(answer.recommendations.edges[0]).toMatchObject({
      node: { id: '71053' },
      reasons: [{ source: 'co-purchase' }],
    });
    await api.stop();
  });

  it('reaches running processes, over the database and over GraphQL', async () => {
    const worker = startWorker(shop);
    const api = await startApi(shop);
    const products = ['a', 'b', 'c'].map((id) => JSON.stringify({ id, title: id.toUpperCase() }));
    const event = (customerId: string, productId: string) =>
      JSON.stringify({ type: 'VIEW', customerId, productId, occurredAt: '2026-01-02T03:04:05Z' });
    expect(await fates(['import', 'products', '-'], products.join('\n'))).toEqual({
      lines: 3,
      imported: 3,
      rejected: 0,
      unchanged: 0,
    });
    const file = write('events.jsonl', [
      event('x', 'a'),
      event('x', 'b'),
      event('x', 'b'),
      'nonsense',
      event('', 'c'),
      event('y', 'a'),
    ]);
    expect(await fates(['import', 'events', file])).toEqual({ lines: 6, imported: 4, rejected: 2, unchanged: 0 });
    const similar = () => api.client.data<ListAnswer>(LIST, { input: { intent: 'SIMILAR', productIds: ['a'] } });
    // The import ends when the learner has published its events. Its message may still be on its way to the API process.
    await until(similar, (answer) => ids(answer)[0] === 'b');
    const remote = ['--url', `http://127.0.0.1:${api.port}/graphql`, '--key', ADMIN_KEY];
    const more = write('more.jsonl', [
      event('z', 'a'),
      event('z', 'c'),
      event('w', 'a'),
      event('w', 'c'),
      event('z', 'a'),
    ]);
    expect(await fates(['import', 'events', more, ...remote])).toEqual({
      lines: 5,
      imported: 5,
      rejected: 0,
      unchanged: 0,
    });
    expect(ids(await similar())[0]).toBe('c');
    expect(await fates(['import', 'products', '-', ...remote], products.join('\n'))).toEqual({
      lines: 3,
      imported: 0,
      rejected: 0,
      unchanged: 3,
    });
    await Promise.all([api.stop(), worker.stop()]);
  });

  it('ends, also over GraphQL, only when its events are live', async () => {
    // An idle owner holds the learner's lease: events reach the log and are not learned.
    await pool.query(`INSERT INTO leases (name, owner, token, expires_at)
      VALUES ('learner', 'nobody', 1, now() + interval '1 hour')`);
    const [worker, api] = [startWorker(shop), await startApi(shop)];
    await api.client.data(UPSERT, { products: ['a', 'b', 'c'].map((id) => ({ id, title: id })) });
    const events = Array.from({ length: 1_200 }, (_, n) =>
      JSON.stringify({
        type: 'VIEW',
        customerId: `${n >> 1}`,
        productId: n % 2 ? 'a' : 'c',
        occurredAt: '2026-01-02T03:04:05Z',
      }),
    );
    const file = write('live.jsonl', events);
    let ended = false;
    const importing = fates([
      'import',
      'events',
      file,
      '--url',
      `http://127.0.0.1:${api.port}/graphql`,
      '--key',
      ADMIN_KEY,
    ]);
    void importing.finally(() => (ended = true));
    await until(log, (rows) => rows.length === events.length);
    const timeouts = async () => {
      const headers = { authorization: `Bearer ${ADMIN_KEY}` };
      const metrics = await (await fetch(`http://127.0.0.1:${api.port}/metrics`, { headers })).text();
      return Number(/^freshet_graphql_errors_total\{.*code="TIMEOUT".*\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
    };
    // The second TIMEOUT shows that the import sends its query again after the first.
    await until(timeouts, (count) => count >= 2);
    expect(ended).toBe(false);
    await pool.query("UPDATE leases SET expires_at = now() WHERE name = 'learner'");
    expect(await importing).toMatchObject({ imported: events.length });
    const answer = await api.client.data<ListAnswer>(LIST, { input: { intent: 'SIMILAR', productIds: ['a'] } });
    expect(answer.recommendations.edges[0]).toMatchObject({ node: { id: 'c' }, reasons: [{ source: 'co-interest' }] });
    await Promise.all([api.stop(), worker.stop()]);
  });

  it('reports an invalid command in words and by its exit code', async () => {
    const wrong: [string[], RegExp][] = [
      [['import', 'events', path.join(folder, 'missing.jsonl')], /does not exist/],
      [['import', 'wishes', 'x'], /one of products, events, orders/],
      [['import', 'events', '-', '--format', 'xml'], /--format must be one of/],
      [['import', 'events', '-', '--colour', 'red'], /colour/],
      [['import', 'events', '-', '--url', 'http://127.0.0.1:1/graphql'], /needs a server key/],
      [['nonsense'], /there is no command nonsense/],
      [['key', 'create', '--scope', 'god'], /--scope must be one of/],
    ];
    for (const [args, message] of wrong) {
      const { code, output, errors } = await run(args);
      expect([args, code, output]).toEqual([args, 2, '']);
      expect(errors).toMatch(message);
    }
    expect(existsSync(path.join(folder, 'rejects'))).toBe(false);
  });

  it('creates a key that works', async () => {
    const { output } = await run(['key', 'create', '--scope', 'server', '--name', 'back end', '--json']);
    const { secret, scope } = JSON.parse(output) as { secret: string; scope: string };
    expect(scope).toBe('SERVER');
    const api = await startApi(shop);
    const client = api.client.as({ apiKey: secret });
    expect(await client.send('{ customers { nodes { id } } }')).toEqual({ data: { customers: { nodes: [] } } });
    expect(await client.code('{ apiKeys { nodes { id } } }')).toBe('FORBIDDEN');
    await api.stop();
  });
});
