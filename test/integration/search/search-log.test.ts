import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { decodeEvidence, EVIDENCE_NAMES } from '../../../src/search/ranking/evidence-vector';
import type { GraphqlClient } from '../../setup/graphql-client';
import {
  CREATE_KEY,
  type CreateKeyAnswer,
  found,
  LIVE,
  type LiveAnswer,
  RECORD,
  type RecordAnswer,
  SEARCH,
  type SearchAnswer,
  START_SESSION,
  type StartSessionAnswer,
  UPSERT,
  type UpsertAnswer,
} from '../../setup/operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

interface Logged {
  readonly id: string;
  readonly query: string;
  readonly customerId: string | null;
  readonly sessionId: string | null;
  readonly placement: string | null;
  readonly properties: {
    readonly total: number;
    readonly typing: boolean;
    readonly modelVersion: string;
    readonly shown: readonly string[];
    readonly features: string;
    readonly featureNames: string;
  };
}

describe('searches', () => {
  let shop: TestNamespace;
  let api: ShopProcess & { port: number; client: GraphqlClient };
  let worker: ShopProcess;
  let pool: Pool;
  let server: GraphqlClient;
  let storefront: GraphqlClient;
  let sessionId: string;

  const search = (client: GraphqlClient, input: object, more: object = {}) =>
    client.data<SearchAnswer>(SEARCH, { input, ...more });
  const logged = async () =>
    (
      await pool.query<Logged>(
        `SELECT id, query, customer_id AS "customerId", session_id AS "sessionId", placement, properties FROM events
         WHERE source = 'SEARCH' AND type = 'SEARCH' ORDER BY occurred_at, id`,
      )
    ).rows;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    worker = startWorker(shop);
    api = await startApi(shop);
    const key = async (scope: string) => {
      const made = await api.client.data<CreateKeyAnswer>(CREATE_KEY, { input: { scope, name: scope } });
      return api.client.as({ apiKey: made.createApiKey.secret });
    };
    server = await key('SERVER');
    storefront = await key('STOREFRONT');
    const { startSession } = await storefront.data<StartSessionAnswer>(START_SESSION);
    sessionId = startSession.sessionId;
    storefront = storefront.as({ ...storefront.credentials, authorization: `Bearer ${startSession.token}` });
    const products = Array.from({ length: 9 }, (_, n) => ({ id: `lamp-${n}`, title: `Reading lamp ${n}` }));
    const { upsertProducts } = await server.data<UpsertAnswer>(UPSERT, { products });
    await search(api.client, { query: 'lamp', awaitReceipt: upsertProducts.receipt });
  });

  afterAll(async () => {
    await api.client.close();
    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    await pool.end();
    await shop.drop();
  });

  it('are events of their own: the first page, the customer, the products shown and the reasons', async () => {
    const first = await search(storefront, { query: 'Reading  lamp', placement: 'header' }, { first: 4 });
    const after = first.search.edges.at(-1)?.cursor;
    await search(storefront, { query: 'Reading  lamp', placement: 'header' }, { first: 4, after });
    const asCustomer = await search(server, { query: 'lamp 3', customerId: 'ada', typing: false });
    await search(server, { filter: 'product.availability == "IN_STOCK"' }); // A query without words browses.
    await search(api.client, { query: 'reading' }); // A search by an admin.
    const [one, two, ...more] = await until(logged, (rows) => rows.length >= 2);
    expect(more).toEqual([]);
    expect(one).toMatchObject({
      id: first.search.requestId,
      query: 'Reading  lamp',
      customerId: null,
      sessionId,
      placement: 'header',
      properties: { total: 9, typing: false, modelVersion: first.search.modelVersion, shown: found(first) },
    });
    expect(found(first)).toHaveLength(4);
    const rows = decodeEvidence(one.properties.featureNames, one.properties.features);
    expect(rows?.names).toEqual([...EVIDENCE_NAMES]);
    expect(rows?.values).toHaveLength(4 * EVIDENCE_NAMES.length);
    expect(rows?.values[EVIDENCE_NAMES.indexOf('text')]).toBeGreaterThan(0);
    expect(two).toMatchObject({ id: asCustomer.search.requestId, customerId: 'ada', sessionId: null });
  });

  it('of a customer who types are logged as one, with the last query', async () => {
    const before = (await logged()).length;
    for (const query of ['r', 're', 'rea']) await search(storefront, { query, typing: true });
    const rows = await until(logged, ({ length }) => length > before);
    expect(rows.slice(before).map(({ query }) => query)).toEqual(['rea']);
  });

  it('can be logged by Freshet alone', async () => {
    const { recordEvents } = await storefront.data<RecordAnswer>(RECORD, {
      events: [{ type: 'SEARCH', source: 'SEARCH', query: 'lamp' }],
    });
    expect(recordEvents).toMatchObject({ accepted: 0, errors: [{ code: 'FORBIDDEN', path: 'source' }] });
  });

  it('change no list, and no clock', async () => {
    const { recordEvents } = await server.data<RecordAnswer>(RECORD, {
      events: [
        { type: 'VIEW', productId: 'lamp-1', sessionId, id: 'old', occurredAt: '2011-12-09T10:00:00Z' },
        { type: 'VIEW', productId: 'lamp-2', sessionId, id: 'older', occurredAt: '2011-12-08T10:00:00Z' },
      ],
    });
    const live = storefront.subscribe<LiveAnswer>(LIVE, {
      input: { intent: 'RECENTLY_VIEWED', awaitReceipt: recordEvents.receipt },
    });
    const shown = async () =>
      (await live.next()).value.data.recommendationsUpdated.nodes.map(({ id }: { id: string }) => id);
    expect(await shown()).toEqual(['lamp-1', 'lamp-2']);
    const before = (await logged()).length;
    await search(storefront, { query: 'lamp' });
    await until(logged, ({ length }) => length > before);
    await server.data<RecordAnswer>(RECORD, { events: [{ type: 'VIEW', productId: 'lamp-3', sessionId }] });
    // The next update is caused by the view: the search caused none.
    expect(await shown()).toEqual(['lamp-3', 'lamp-1', 'lamp-2']);
    await live.return?.();
  });

  it('are erased from the log with the person', async () => {
    await server.data('mutation { eraseCustomer(input: { customerId: "ada" }) { receipt errors { code } } }');
    expect((await logged()).filter(({ customerId, query }) => customerId === 'ada' || query === 'lamp 3')).toEqual([]);
  });

  it('are not logged if logging is turned off', async () => {
    const off = await startApi(shop, { SEARCH_LOG: 'off' });
    const client = off.client.as(server.credentials);
    const before = (await logged()).length;
    await client.data(SEARCH, { input: { query: 'lamp', sessionId: 'quiet' } });
    await search(server, { query: 'lamp', sessionId: 'heard' });
    expect(await off.stop()).toBe(0); // The pending log entries are written by now.
    const rows = await until(logged, ({ length }) => length > before);
    expect(rows.slice(before).map((row) => row.sessionId)).toEqual(['heard']);
  });
});
