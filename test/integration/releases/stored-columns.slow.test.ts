/** The names in a filled database and Redis: those in JSON columns, and those that only arise while processes run. */
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { appendTo } from '../../../src/learn/group-by';
import type { GraphqlClient } from '../../setup/graphql-client';
import { startReceiver } from '../../setup/alert-operations';
import { fillWithoutWorker, fillWithWorker } from '../../setup/filled-shop';
import { shapeOf, type Shape } from '../../setup/json-shape';
import { LIST, SEARCH, type ListAnswer, type SearchAnswer } from '../../setup/operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { everyFixtureIsRead, storedFixtures } from '../../setup/stored-fixtures';
import { fillTasteShop } from '../../setup/taste-shop';
import { PATIENCE_MS, until } from '../../setup/until';

/** Other topics are used when a process lacks something: their names are in stored-names.test.ts. */
const TOPICS = [
  'alert',
  'job',
  'log',
  'model-promoted',
  'searches-counted',
  'shop-state',
  'shop-state-wanted',
  'stream:sales',
];
const SHOP_TOPIC = 'shop-state';
/** Acquired when a base segment is built, which may be later. */
const BASE_LEASE = 'search-index';

/** By JSON column: paths below which keys are data. */
const JSON_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  'alert_rules.spec': [],
  'alert_transitions.observed': [],
  'alerts.observed': [],
  'artefacts.figures': [],
  'customer_versions.attributes': [''],
  'customers.attributes': [''],
  'events.properties': [],
  'inbox.events': ['[].properties'],
  'model_versions.figures': [],
  'model_versions.parameters': [],
  'order_history.units': [''],
  'orders.properties': [''],
  'outbox.payload': ['.events[].properties', '.products[].attributes'],
  'process_slices.figures': ['.operations', '.operations.*.errors'],
  'product_versions.facts': ['.attributes'],
  'products.attributes': [''],
  'rejected_events.event': ['.properties'],
  'stream_versions.spec': [],
  'streams.spec': [],
};

/** Figures of a ranker that is stored only if it is better than the one without a fit. */
const OF_BASKETS = /^\.NDCG@10 basket/;

/** A base segment is built when a process lacks one: its figures are in stored-state.test.ts. */
const WHERE: Readonly<Record<string, string>> = { 'artefacts.figures': `kind <> 'search-index'` };

/** Columns of JSON and bytes that are not checked here, with the reason. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'ad_changes.after': 'stored-ads.test.ts',
  'ad_changes.before': 'stored-ads.test.ts',
  'ad_decisions.record': 'stored-ads.test.ts',
  'ad_objects.record': 'stored-ads.test.ts',
  'api_keys.secret_hash': 'api-keys.test.ts',
  'artefact_chunks.bytes': 'stored-models.test.ts, stored-customer-models.test.ts and stored-state.test.ts',
  'artefacts.checksum': 'SHA-256 of the bytes',
  'conversation_messages.choice': 'stored-conversations.test.ts',
  'conversation_messages.content': 'stored-conversations.test.ts',
  'conversation_messages.understood': 'stored-conversations.test.ts',
  'erasures.hash': 'as tombstones.hash',
  'model_versions.data_hash': 'SHA-256, compared with no other',
  'order_requests.lines': 'stored-conversations.test.ts',
  'shipments.noticed': 'stored-shipments.test.ts',
  'shipments.record': 'stored-shipments.test.ts',
  'shipments.scans': 'stored-shipments.test.ts',
  'shipments.voids': 'stored-shipments.test.ts',
  'stream_join_events.key': 'stored-streams.test.ts',
  'stream_months.state': 'stored-streams.test.ts',
  'stream_parts.bytes': 'stored-streams.test.ts',
  'stream_windows.state': 'stored-streams.test.ts',
  'system_samples.observed':
    'fields of conditions in stored-messages.test.ts; which of them have a value differs by moment',
  'tombstones.hash': 'HMAC of names: erasure.test.ts',
  'webhook_deliveries.content': 'sent as it is: shipments.test.ts',
};

const CONNECTIONS = `{
  alerts(first: 1) { pageInfo { endCursor } }
  apiKeys(first: 1) { pageInfo { endCursor } }
  customers(first: 1) { pageInfo { endCursor } }
  customer(id: "ann") { history(first: 1) { pageInfo { endCursor } } }
  hiddenSuggestions(first: 1) { pageInfo { endCursor } }
  inboxBatches(first: 1) { pageInfo { endCursor } }
  merchandisingRules(first: 1) { pageInfo { endCursor } }
  model(kind: BLEND) { versions(first: 1) { pageInfo { endCursor } } }
  orders(first: 1) { pageInfo { endCursor } }
  products(first: 1) { pageInfo { endCursor } }
  rejectedEvents(first: 1) { pageInfo { endCursor } }
  synonyms(first: 1) { pageInfo { endCursor } }
}`;
type Page = { readonly pageInfo: { readonly endCursor: string | null } };

const fixtures = storedFixtures('columns');
const isWriting = process.env.WRITE_FIXTURES === '1';
const WRITING_MS = 15_000;

describe('a filled shop', () => {
  let shop: TestNamespace;
  let sql: Client;
  let redis: Redis;
  let listener: Redis;
  let api: Awaited<ReturnType<typeof startApi>>;
  let client: GraphqlClient;
  let worker: ShopProcess | undefined;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  const messages = new Map<string, Buffer[]>();
  const sentOn = (topic: string) => {
    const sent = messages.get(topic);
    return sent === undefined ? null : topic === SHOP_TOPIC ? 'bytes' : shapeOfMessages(sent);
  };

  const rows = async (column: string) => {
    const [table, name] = column.split('.');
    const { rows: found } = await sql.query<{ value: unknown }>(
      `SELECT ${name} AS value FROM ${table} WHERE ${name} IS NOT NULL AND ${WHERE[column] ?? 'true'}`,
    );
    return found.map(({ value }) => value);
  };
  /** Waits until all expected values are committed. Any other value fails. */
  const checkInTime = async (name: string, look: () => Promise<unknown>) => {
    const wanted = isWriting ? null : JSON.stringify(fixtures.json(name));
    const boundMs = isWriting ? WRITING_MS : PATIENCE_MS;
    const now = await until(look, (each) => JSON.stringify(each) === wanted, boundMs).catch(look);
    fixtures.check(name, now);
  };
  /** Collects rows while they exist: each distinct value of a column so far, as JSON. */
  const seen = new Map(Object.keys(JSON_COLUMNS).map((column) => [column, new Set<string>()]));
  const lookAtRows = async () => {
    for (const [column, values] of seen) for (const value of await rows(column)) values.add(JSON.stringify(value));
  };
  const shapes = (): Record<string, Shape> =>
    Object.fromEntries(
      [...seen].map(([column, values]) => {
        const parsed = [...values].map((json) => JSON.parse(json) as unknown);
        const paths = Object.entries(shapeOf(parsed, JSON_COLUMNS[column]));
        return [column, Object.fromEntries(paths.filter(([path]) => !OF_BASKETS.test(path)))];
      }),
    );

  beforeAll(async () => {
    shop = await testNamespace();
    sql = new Client({ connectionString: shop.databaseUrl, options: `-c search_path=${shop.namespace}` });
    await sql.connect();
    redis = new Redis(shop.redisUrl);
    listener = new Redis(shop.redisUrl);
    await listener.psubscribe(`${shop.namespace}:*`);
    listener.on('pmessageBuffer', (_pattern, channel: Buffer, message: Buffer) => {
      const topic = channel.toString().slice(shop.namespace.length + 1);
      appendTo(messages, topic, message);
    });
    receiver = await startReceiver(() => 200);
    api = await startApi(shop, { WEBHOOK_NETWORKS: '127.0.0.0/8' });
    client = api.client;
    await fillTasteShop(shop, client);
    await fillWithoutWorker(client);
    // Read while no worker runs: jobs and batches as they wait.
    await lookAtRows();
  });

  afterAll(async () => {
    await worker?.stop();
    await client?.close();
    await api?.stop();
    await receiver?.close();
    redis?.disconnect();
    listener?.disconnect();
    await sql?.end();
    await shop?.drop();
  });

  it('checks every column of JSON or bytes', async () => {
    const { rows: columns } = await sql.query<{ name: string }>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema = $1 AND data_type IN ('json', 'jsonb', 'bytea')`,
      [shop.namespace],
    );
    const listed = [...Object.keys(JSON_COLUMNS), ...Object.keys(ELSEWHERE)];
    expect(columns.map(({ name }) => name).sort()).toEqual(listed.sort());
  });

  it('waits in queues as jobs of the same data', async () => {
    const look = async () => {
      const jobs: Record<string, unknown> = {};
      for (const key of await redis.keys(`{${shop.namespace}}:*:*-*`)) {
        const { name, data } = await redis.hgetall(key);
        jobs[key.split(':')[1]] = { name, data: shapeOf([JSON.parse(data)]) };
      }
      return Object.fromEntries(Object.entries(jobs).sort());
    };
    fixtures.check('jobs', await until(look, (jobs) => Object.keys(jobs).length === 2));
  });

  it('has the same names in its columns', async () => {
    worker = startWorker(shop, { WEBHOOK_NETWORKS: '127.0.0.0/8' });
    // New batches are refused while an old one waits.
    await until(
      () => rows('inbox.events'),
      ({ length }) => length === 0,
    );
    // Only a version that the gate passes has an artefact. It is fitted before further events of so small a shop change
    // the verdict. The error has the reasons of a refusal.
    await until(
      async () => (await sql.query<{ verdict: string }>('SELECT verdict, reasons, figures FROM model_versions')).rows,
      (versions) => versions.some(({ verdict }) => verdict === 'PROMOTED'),
    );
    await fillWithWorker(client, receiver.url);
    await checkInTime('columns', async () => {
      await lookAtRows();
      return shapes();
    });
  });

  it('returns the same cursors', async () => {
    const list = await client.data<ListAnswer>(LIST, { input: { intent: 'POPULAR' }, first: 1 });
    const search = await client.data<SearchAnswer>(SEARCH, { input: { query: 'lamp' }, first: 1 });
    await checkInTime('cursors', async () => {
      const { customer, model, ...lists } = await client.data<
        Record<string, Page> & { customer: { history: Page }; model: { versions: Page } }
      >(CONNECTIONS);
      const pages: Record<string, Page> = { ...lists, history: customer.history, versions: model.versions };
      const all = {
        ...pages,
        ...(list as object as Record<string, Page>),
        ...(search as object as Record<string, Page>),
      };
      return Object.fromEntries(
        Object.entries(all).map(([name, { pageInfo }]) => [name, readCursor(pageInfo.endCursor)]),
      );
    });
  });

  it('uses the same leases and settings', async () => {
    const names = async (table: string) => {
      const { rows: named } = await sql.query<{ name: string }>(`SELECT name FROM ${table} ORDER BY name COLLATE "C"`);
      return named.map(({ name }) => name).filter((name) => name !== BASE_LEASE);
    };
    await checkInTime('leases', () => names('leases'));
    await checkInTime('settings', () => names('settings'));
  });

  it('uses the same keys and topics of Redis', async () => {
    await checkInTime('keys of Redis', async () => {
      const keys = await redis.keys(`*${shop.namespace}*`);
      const kinds = keys.map((key) => /^(\{[^}]*\}:(?:cache:)?[^:]*)/.exec(key)?.[1] ?? key);
      return [...new Set(kinds.map((kind) => kind.replace(shop.namespace, 'NAMESPACE')))].sort();
    });
    await checkInTime('topics of Redis', () =>
      Promise.resolve(Object.fromEntries(TOPICS.map((topic) => [topic, sentOn(topic)]))),
    );
  });

  it('sends webhooks the same headers and property names', async () => {
    await until(
      () => receiver.received.length,
      (count) => count > 0,
    );
    const [{ body, headers }] = receiver.received;
    const own = Object.keys(headers).filter((name) =>
      /freshet|idempotency|webhook-|user-agent|content-type/.test(name),
    );
    fixtures.check('webhook', { body: shapeOf([JSON.parse(body)]), headers: own.sort() });
  });
});

function readCursor(cursor: string | null): object | null {
  if (cursor === null) return null;
  const [list, value] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
  return { list, value: shapeOf([value]) };
}

function shapeOfMessages(sent: readonly Buffer[]): Shape {
  const maps = ['.change.events[].properties', '.change.products[].attributes'];
  return shapeOf(
    sent.map((message) => JSON.parse(message.toString()) as unknown),
    maps,
  );
}

everyFixtureIsRead(fixtures);
