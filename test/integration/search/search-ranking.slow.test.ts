import { seededRandom } from '../../../src/learn/seeded-random';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import type { GraphqlClient } from '../../setup/graphql-client';
import {
  CREATE_KEY,
  type CreateKeyAnswer,
  found,
  RECORD,
  type RecordAnswer,
  SEARCH,
  type SearchAnswer,
  UPSERT,
  type UpsertAnswer,
} from '../../setup/operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const REFRESH = 'mutation { refreshModel(input: { kind: SEARCH }) { job { id } errors { code } } }';
const JOB = `query($id: ID!) {
  job(id: $id) { model state requestedAt stage error version { id number verdict active reasons figures parameters } }
}`;
const ROLL_BACK = `mutation($toNone: Boolean! = false) {
  rollbackModel(input: { kind: SEARCH, toNone: $toNone }) { version { id number } errors { code } }
}`;
const MODEL = '{ model(kind: SEARCH) { active { id } pinned } }';
const PROMOTE = `mutation($id: ID!, $pin: Boolean!) {
  promoteModel(input: { versionId: $id, pin: $pin }) { version { id } errors { message } }
}`;

interface Job {
  readonly model: string;
  readonly state: string;
  readonly requestedAt: string;
  readonly stage: string;
  readonly error: string | null;
  readonly version: { id: string; number: number; verdict: string; active: boolean; reasons: string[] } | null;
}

/**
 * Simulated people. Of those who look at the first position, one in k looks at the k-th. Of those who look at a wanted
 * product, nine in ten click it; at another one, one in ten.
 */
describe('the order of search results', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let api: ShopProcess & { client: GraphqlClient };
  let worker: ShopProcess;
  let admin: GraphqlClient;
  let server: GraphqlClient;
  const random = seededRandom(7);
  let visits = 0;

  const search = (client: GraphqlClient, query: string, more: object = {}) =>
    client.data<SearchAnswer>(SEARCH, { input: { query, ...more } });
  const order = async (query: string) => found(await search(admin, query));
  /**
   * Waits until the popularity reflects all events that are in the log. Then it also reflects a later view of a product
   * that had none, which is learned after them.
   */
  const popularityLearned = async () => {
    const vases = async () => found(await search(admin, 'vase', { sort: 'POPULAR' }));
    const unseen = (await vases()).at(-1);
    const { recordEvents } = await server.data<RecordAnswer>(RECORD, {
      events: [{ type: 'VIEW', productId: unseen, sessionId: `visitor-${visits++}` }],
    });
    expect(recordEvents.errors).toEqual([]);
    await until(vases, ([first]) => first === unseen);
  };
  const servedVersion = async () => (await search(admin, 'lamp')).search.modelVersion;
  /** Learns from all events. A worker may already run a job that has not read the newest ones. */
  const learn = async (): Promise<Job> => {
    const began = Date.now();
    const { refreshModel } = await admin.data<{ refreshModel: { job: { id: string } } }>(REFRESH);
    const { id } = refreshModel.job;
    const job = await until(
      async () => (await admin.data<{ job: Job }>(JOB, { id })).job,
      ({ state }) => state === 'DONE' || state === 'FAILED',
    );
    return Date.parse(job.requestedAt) < began ? learn() : job;
  };
  /** How many of these searches are in the log. An event has the id of its request. */
  const inLog = async (requestIds: readonly string[]) => {
    const { rows } = await pool.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM events WHERE source = 'SEARCH' AND id = ANY($1)`,
      [requestIds],
    );
    return rows[0].count;
  };
  /** @param wanted the wanted product of each query */
  const visit = async (searches: number, wanted: Readonly<Record<string, string>>) => {
    const queries = Object.keys(wanted);
    const requestIds: string[] = [];
    const events: object[] = [];
    for (let n = 0; n < searches; n += 20) {
      const asked = Array.from({ length: 20 }, () => queries[Math.floor(random() * queries.length)]);
      const answers = await Promise.all(asked.map((query) => search(server, query)));
      answers.forEach((answer, i) => {
        const sessionId = `visitor-${visits++}`;
        const { requestId } = answer.search;
        requestIds.push(requestId);
        found(answer).forEach((productId, place) => {
          if (random() * (place + 1) < (productId === wanted[asked[i]] ? 0.9 : 0.1))
            events.push({ type: 'CLICK', productId, requestId, position: place + 1, sessionId });
        });
      });
    }
    const { recordEvents } = await server.data<RecordAnswer>(RECORD, { events });
    expect(recordEvents).toMatchObject({ accepted: events.length, errors: [] });
    await search(admin, 'lamp', { awaitReceipt: recordEvents.receipt });
    await until(
      () => inLog(requestIds),
      (count) => count === requestIds.length,
    );
  };

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    worker = startWorker(shop);
    api = await startApi(shop);
    admin = api.client;
    const made = await admin.data<CreateKeyAnswer>(CREATE_KEY, { input: { scope: 'SERVER', name: 'back end' } });
    server = admin.as({ apiKey: made.createApiKey.secret });
    const lamps = Array.from({ length: 8 }, (_, n) => ({ id: `lamp-${n}`, title: 'Desk work lamp' }));
    const products = [...lamps, { id: 'vase-0', title: 'Vase' }, { id: 'vase-1', title: 'Vase' }];
    const { upsertProducts } = await admin.data<UpsertAnswer>(UPSERT, { products });
    await search(admin, 'lamp', { awaitReceipt: upsertProducts.receipt });
  });

  afterAll(async () => {
    await admin.close();
    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    await pool.end();
    await shop.drop();
  });

  let atFirst: string[];
  let wanted: Record<string, string>;
  let first: string;
  const promote = (pin: boolean) => admin.data(PROMOTE, { id: first, pin });

  it('uses weights set by hand while there is too little to learn from', async () => {
    atFirst = await order('lamp');
    expect(atFirst).toHaveLength(8);
    expect(await servedVersion()).toBe('log-linear-1');
    expect(await learn()).toMatchObject({
      ...{ model: 'SEARCH', state: 'DONE', error: null, version: null },
      stage: 'there is too little to learn from yet',
    });
    expect(await servedVersion()).toBe('log-linear-1');
  });

  it('is learned from clicks: for each query, the wanted product rises', async () => {
    // The same products are popular for both queries.
    wanted = { lamp: atFirst[4], desk: atFirst[5] };
    await visit(900, wanted);
    const { state, error, version } = await learn();
    expect({ state, error }).toEqual({ state: 'DONE', error: null });
    expect(version).toMatchObject({ verdict: 'PROMOTED', active: true, reasons: [] });
    first = version?.id as string;
    await until(servedVersion, (served) => served === first);
    expect((await order('lamp'))[0]).toBe(wanted.lamp);
    expect((await order('desk'))[0]).toBe(wanted.desk);
    const [top, ...others] = (await search(admin, 'DESK ')).search.edges;
    expect(top.node.id).toBe(wanted.desk);
    expect(top.reasons.map(({ source }) => source)).toContain('clicks');
    for (const { reasons } of [top, ...others]) {
      expect(reasons.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
      // The search has no known customer.
      expect(reasons.every(({ product }) => product === null)).toBe(true);
    }
    // A product without clicks for this query has no such reason.
    const unseen = await search(admin, 'desk lamp');
    expect(unseen.search.edges.flatMap(({ reasons }) => reasons.map(({ source }) => source))).not.toContain('clicks');
  });

  it('continues to learn, and rolls back with the version', async () => {
    const more = { ...wanted, work: atFirst[6] };
    // No worker may learn it before the check.
    await promote(true);
    await until(servedVersion, (served) => served === first);
    await visit(900, more);
    await popularityLearned();
    const before = await order('work');
    expect(before[0]).not.toBe(more.work);
    await promote(false);
    const { version } = await learn();
    expect(version).toMatchObject({ verdict: 'PROMOTED', reasons: [] });
    await until(servedVersion, (served) => served === version?.id);
    for (const [query, product] of Object.entries(more)) expect((await order(query))[0]).toBe(product);
    // A worker may have promoted others in between.
    const goBack = async () =>
      (await admin.data<{ rollbackModel: { version: { id: string } } }>(ROLL_BACK)).rollbackModel.version;
    while ((await goBack()).id !== first);
    await until(servedVersion, (served) => served === first);
    expect(await order('work')).toEqual(before);
  });

  it('rolls back to the weights set by hand, and stays there until a version is promoted', async () => {
    const toNone = () => admin.data<{ rollbackModel: object }>(ROLL_BACK, { toNone: true });
    expect((await toNone()).rollbackModel).toEqual({ version: null, errors: [] });
    await until(servedVersion, (served) => served === 'log-linear-1');
    expect(await admin.data(MODEL)).toEqual({ model: { active: null, pinned: true } });
    expect((await toNone()).rollbackModel).toMatchObject({ errors: [{ code: 'NOT_FOUND' }] });
    const { version } = await learn();
    expect(version).toMatchObject({ verdict: 'HELD', reasons: ['the model is pinned to no active version'] });
    await admin.data(PROMOTE, { id: version?.id, pin: false });
    await until(servedVersion, (served) => served === version?.id);
    expect(await admin.data(MODEL)).toEqual({ model: { active: { id: version?.id }, pinned: false } });
  });
});
