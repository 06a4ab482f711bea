import { RequestIds } from '../../../src/auth/request-id.service';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { connectPrisma, type PrismaClient } from '../../../src/platform/prisma';
import type { GraphqlClient } from '../../setup/graphql-client';
import {
  CREATE_KEY,
  type CreateKeyAnswer,
  ISSUE_TOKEN,
  type IssueTokenAnswer,
  LIST,
  type ListAnswer,
  RECORD,
  type RecordAnswer,
  SEARCH,
  type SearchAnswer,
  START_SESSION,
  type StartSessionAnswer,
  UPSERT,
  type UpsertAnswer,
} from '../../setup/operations';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const PRODUCTS = Array.from({ length: 6 }, (_, n) => ({ id: `lamp-${n}`, title: `Reading lamp ${n}` }));
const RAILS = `query($inputs: [RecommendationsInput!]!) {
  recommendationRails(inputs: $inputs, first: 2) { requestId }
}`;
const FOLLOW = `subscription { recommendationsUpdated(input: { intent: POPULAR, placement: "live" }) { requestId } }`;

describe('the ids of lists and searches', () => {
  let shop: TestNamespace;
  let api: OwnProcess & { port: number; client: GraphqlClient };
  let worker: OwnProcess;
  let pool: Pool;
  let prisma: PrismaClient;
  let requestIds: RequestIds;
  let server: GraphqlClient;
  let visitor: GraphqlClient;
  let other: GraphqlClient;
  let sessionId: string;
  let events = 0;

  const listOf = async (client: GraphqlClient, input: object = {}) =>
    (await client.data<ListAnswer>(LIST, { input: { intent: 'POPULAR', placement: 'home', ...input } }))
      .recommendations;
  const searchOf = async (client: GraphqlClient, input: object) =>
    (await client.data<SearchAnswer>(SEARCH, { input })).search;
  const clickOn = (requestId: string, more: object = {}) => ({
    ...{ id: `click-${++events}`, type: 'CLICK', occurredAt: new Date().toISOString(), productId: 'lamp-1', requestId },
    ...more,
  });
  const record = async (client: GraphqlClient, sent: readonly object[]) => {
    const { recordEvents } = await client.data<RecordAnswer>(RECORD, { events: sent });
    expect(recordEvents).toMatchObject({ accepted: sent.length, errors: [] });
  };
  /** The ids with which events are stored, in the order in which the events were sent. */
  const storedIds = async (sent: readonly { id: string }[]) => {
    const read = async () =>
      (
        await pool.query<{ id: string; requestId: string | null }>(
          'SELECT id, request_id AS "requestId" FROM events WHERE id = ANY($1)',
          [sent.map(({ id }) => id)],
        )
      ).rows;
    const rows = await until(read, ({ length }) => length === sent.length);
    return sent.map(({ id }) => rows.find((row) => row.id === id)!.requestId);
  };

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    prisma = connectPrisma(pool, shop.namespace);
    worker = startWorkerProcess(shop);
    api = await startApiProcess(shop);
    requestIds = new RequestIds(prisma);
    await requestIds.start();
    const key = async (scope: string) => {
      const made = await api.client.data<CreateKeyAnswer>(CREATE_KEY, { input: { scope, name: scope } });
      return api.client.as({ apiKey: made.createApiKey.secret });
    };
    server = await key('SERVER');
    const storefront = await key('STOREFRONT');
    const visit = async () => (await storefront.data<StartSessionAnswer>(START_SESSION)).startSession;
    const as = (token: string) => storefront.as({ ...storefront.credentials, authorization: `Bearer ${token}` });
    const started = await visit();
    ({ sessionId } = started);
    visitor = as(started.token);
    other = as((await visit()).token);
    const { upsertProducts } = await server.data<UpsertAnswer>(UPSERT, { products: PRODUCTS });
    await searchOf(server, { awaitReceipt: upsertProducts.receipt });
  });

  afterAll(async () => {
    await Promise.all([api.client.close(), visitor.close()]);
    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    await pool.end();
    await shop.drop();
  });

  it('say which list they belong to, to every process of the shop', async () => {
    const list = await listOf(visitor);
    const search = await searchOf(visitor, { query: 'lamp', placement: 'header' });
    const browsing = await searchOf(visitor, { query: '  ' });
    expect(requestIds.read(list.requestId)).toMatchObject({
      ...{ kind: 'RECOMMENDATION', intent: 'POPULAR', placement: 'home', modelVersion: list.modelVersion },
    });
    expect(requestIds.read(search.requestId)).toMatchObject({
      ...{ kind: 'SEARCH', intent: null, placement: 'header', modelVersion: search.modelVersion },
    });
    expect(requestIds.read(browsing.requestId)).toMatchObject({ kind: 'BROWSE', intent: null, placement: null });
    for (const { requestId } of [list, search, browsing]) {
      expect(requestId.length).toBeLessThanOrEqual(200);
      expect(requestIds.read(requestId)!.at).toBeLessThanOrEqual(Date.now());
      expect(requestIds.read(requestId)!.at).toBeGreaterThan(Date.now() - 120_000);
      expect(requestIds.isIssuedTo(requestId, { sessionId })).toBe(true);
      expect(requestIds.isIssuedTo(requestId, { sessionId: 'another' })).toBe(false);
    }
  });

  it('are stored with the events that a visitor sends', async () => {
    const list = await listOf(visitor);
    const search = await searchOf(visitor, { query: 'lamp' });
    const inputs = [
      { intent: 'POPULAR', placement: 'top' },
      { intent: 'NEW', placement: 'new' },
    ];
    const { recommendationRails: rails } = await visitor.data<{ recommendationRails: { requestId: string }[] }>(RAILS, {
      inputs,
    });
    expect(rails.map(({ requestId }) => requestIds.read(requestId))).toMatchObject(inputs);
    const live = visitor.subscribe<{ recommendationsUpdated: { requestId: string } }>(FOLLOW);
    const followed = (await live.next()).value!.data!.recommendationsUpdated;
    await live.return?.();
    const names = [list, search, ...rails, followed].map(({ requestId }) => requestId);
    const sent = names.flatMap((id) => [clickOn(id), clickOn(id, { type: 'IMPRESSION' })]);
    await record(visitor, sent);
    expect(await storedIds(sent)).toEqual(names.flatMap((id) => [id, id]));
  });

  it('that were made up, or issued to another visit, are not stored', async () => {
    const theirs = (await listOf(other)).requestId;
    const mine = (await listOf(visitor)).requestId;
    const forged = `${mine.slice(0, -3)}${mine.endsWith('AAA') ? 'BBB' : 'AAA'}`;
    const sent = [theirs, forged, 'unknown', '9b2d3c5e-8f1a-4a6b-9c0d-1e2f3a4b5c6d', mine].map((id) => clickOn(id));
    await record(visitor, sent);
    expect(await storedIds(sent)).toEqual([null, null, null, null, mine]);
  });

  it('follow the same rules over HTTP', async () => {
    const [theirs, mine] = [(await listOf(other)).requestId, (await listOf(visitor)).requestId];
    const sent = [clickOn(mine), clickOn(theirs)];
    const { apiKey, authorization } = visitor.credentials;
    const response = await fetch(`http://127.0.0.1:${api.port}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': apiKey!, authorization: authorization! },
      body: JSON.stringify({ events: sent }),
    });
    expect(await response.json()).toMatchObject({ accepted: 2, errors: [] });
    expect(await storedIds(sent)).toEqual([mine, null]);
  });

  it('of a list that was requested without a visitor are stored for every visit', async () => {
    const { requestId } = await listOf(server);
    const sent = [clickOn(requestId), clickOn(requestId)];
    await record(visitor, sent.slice(0, 1));
    await record(other, sent.slice(1));
    expect(await storedIds(sent)).toEqual([requestId, requestId]);
  });

  it('remain valid when the visitor signs in, and those of the customer in another visit', async () => {
    const before = (await listOf(visitor)).requestId;
    const signIn = async (input: object) => {
      const { issueCustomerToken } = await server.data<IssueTokenAnswer>(ISSUE_TOKEN, { input });
      const { credentials } = visitor;
      return visitor.as({ ...credentials, authorization: `Bearer ${issueCustomerToken.token}` });
    };
    const customer = await signIn({ customerId: 'mia', sessionId });
    const after = (await listOf(customer)).requestId;
    const elsewhere = await signIn({ customerId: 'mia', sessionId: 'another-device' });
    const [here, there] = [
      [clickOn(before), clickOn(after)],
      [clickOn(before), clickOn(after)],
    ];
    await record(customer, here);
    await record(elsewhere, there);
    expect(await storedIds(here)).toEqual([before, after]);
    expect(await storedIds(there)).toEqual([null, after]);
  });

  it('are stored as they are sent with a server key', async () => {
    const theirs = (await listOf(other)).requestId;
    const sent = [theirs, 'of another system'].map((id) => clickOn(id, { sessionId }));
    await record(server, sent);
    expect(await storedIds(sent)).toEqual([theirs, 'of another system']);
  });

  it('have a placement of at most 64 bytes', async () => {
    const longest = `${'語'.repeat(21)}p`;
    const { requestId } = await listOf(visitor, { placement: longest });
    expect(requestIds.read(requestId)).toMatchObject({ placement: longest });
    const searched = await searchOf(visitor, { query: 'lamp', placement: longest });
    expect(requestIds.read(searched.requestId)).toMatchObject({ placement: longest });
    const input = { intent: 'POPULAR', placement: `${longest}p` };
    const refusals = await Promise.all([
      server.send(LIST, { input }),
      server.send(RAILS, { inputs: [input] }),
      server.send(SEARCH, { input: { placement: input.placement } }),
    ]);
    for (const { errors } of refusals)
      expect(errors).toMatchObject([
        {
          message: 'placement must have at most 64 bytes of UTF-8; got 65.',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ]);
  });

  it('are signed with one secret, which is a row of the settings', async () => {
    const secrets = await pool.query("SELECT value FROM settings WHERE name = 'request_id_secret'");
    expect(secrets.rows).toHaveLength(1);
    expect(Buffer.from(secrets.rows[0].value, 'base64')).toHaveLength(32);
  });
});
