import { seededRandom } from '../../../src/learn/seeded-random';
import { csvFields } from '../../../src/imports/csv-fields';
import type { CheckResult } from '../../../src/platform/checks';
import { connectPostgres } from '../../../src/platform/postgres';
import { decodeEvidence } from '../../../src/search/ranking/evidence-vector';
import { CREATE_WEBHOOK, startReceiver } from '../../setup/alert-operations';
import { runCommand } from '../../setup/command';
import type { GraphqlClient } from '../../setup/graphql-client';
import { purchaseOf, recordAll, refreshModel } from '../../setup/model-operations';
import {
  CREATE_KEY,
  ids,
  ISSUE_TOKEN,
  type IssueTokenAnswer,
  LIST,
  LIVE,
  SEARCH,
  UPSERT,
  type CreateKeyAnswer,
  type ListAnswer,
  type LiveAnswer,
  type SearchAnswer,
  type UpsertAnswer,
} from '../../setup/operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const DAY = 86_400_000;
const SEGMENTS = '{ segments { id name generatedName description size figures { orderAmount { amount currency } } } }';
const CUSTOMER = 'query($id: ID!) { customer(id: $id) { id profiling segmentSince segment { id name } } }';
const UPDATED = 'subscription($id: ID!) { customerUpdated(id: $id) { id segment { id } } }';
const RENAME = `mutation($id: ID!, $name: String) {
  renameSegment(input: { id: $id, name: $name }) { segment { id name } userErrors { field message code } } }`;
const OPT = `mutation($id: ID!, $profiling: Boolean) {
  upsertCustomers(input: { customers: [{ id: $id, profiling: $profiling }] }) { accepted errors { message } } }`;
const RULE = `mutation($input: UpsertMerchandisingRuleInput!) {
  upsertMerchandisingRule(input: $input) { receipt errors { message } } }`;
const SEARCH_LIVE = `subscription($input: SearchInput!) { searchUpdated(input: $input) { nodes { id } } }`;
const MEMBERS = `query($id: ID!, $after: String) {
  segment(id: $id) { members(first: 15, after: $after) { nodes { id segment { id } } pageInfo { hasNextPage endCursor } } } }`;

const CHANGES = `query($id: ID!) {
  segment(id: $id) { changes(first: 5) { nodes { customerId previousSegmentId segmentId changedAt position cursor } } } }`;
const CHANGED = `subscription($id: ID, $after: String) {
  segmentChanged(segmentId: $id, after: $after) { customerId previousSegmentId segmentId cursor } }`;

interface ChangesAnswer {
  readonly segment: {
    readonly changes: { readonly nodes: { customerId: string; segmentId: string | null; cursor: string }[] };
  };
}
interface SegmentAnswer {
  readonly id: string;
  readonly name: string;
  readonly generatedName: string;
  readonly description: string;
  readonly size: number;
  readonly figures: { readonly orderAmount: { readonly amount: string; readonly currency: string } } | null;
}
interface CustomerAnswer {
  readonly customer: {
    readonly profiling: boolean;
    readonly segmentSince: string | null;
    readonly segment: { readonly id: string; readonly name: string } | null;
  } | null;
}

/** Four groups of synthetic customers with clearly different purchases: days between orders, price, number of orders. */
const GROUPS = [
  { name: 'weekly', everyDays: 7, price: 40, orders: 12, lastDaysAgo: 2 },
  { name: 'monthly', everyDays: 30, price: 200, orders: 6, lastDaysAgo: 10 },
  { name: 'lapsed', everyDays: 30, price: 15, orders: 3, lastDaysAgo: 250 },
  { name: 'once', everyDays: 1, price: 5, orders: 1, lastDaysAgo: 60 },
];
const GROUP_SIZE = 40;

describe('segments of a shop with four kinds of synthetic customers', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;
  let client: GraphqlClient;
  const now = Date.now();
  const random = seededRandom(3);

  const record = (events: readonly object[]) => recordAll(client, events);
  const segments = async () => (await client.data<{ segments: SegmentAnswer[] }>(SEGMENTS)).segments;
  const customer = async (id: string) => (await client.data<CustomerAnswer>(CUSTOMER, { id })).customer;
  const segmentOf = async (id: string) => (await customer(id))?.segment?.id;
  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorker(shop, { WEBHOOK_NETWORKS: '127.0.0.1' });
    api = await startApi(shop);
    client = api.client;
    await client.data(UPSERT, { products: [{ id: 'mug', title: 'Mug', price: { amount: '12', currency: 'EUR' } }] });
  });

  afterAll(async () => {
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  it('are none while there are too few customers, and the job says how many are needed', async () => {
    await record([purchaseOf('weekly-0', 'first', 40, now - 90 * DAY)]);
    expect(await segments()).toEqual([]);
    expect(await segmentOf('weekly-0')).toBeUndefined();
    const job = await refreshModel(client, 'SEGMENTS');
    expect(job).toMatchObject({ state: 'DONE', version: null });
    expect(job.stage).toMatch(/too little .*: 1 customers? with an order; segments need at least 100$/);
  });

  it('are fitted, promoted, and assigned to each customer by the sweep', async () => {
    await record(
      GROUPS.flatMap(({ name, everyDays, price, orders, lastDaysAgo }) =>
        Array.from({ length: GROUP_SIZE }, (_, n) => n).flatMap((n) =>
          Array.from({ length: orders }, (__, order) =>
            purchaseOf(
              `${name}-${n}`,
              `${name}-${n}-${order}`,
              price * (0.7 + 0.6 * random()),
              now - (lastDaysAgo + order * everyDays) * (0.8 + 0.4 * random()) * DAY,
            ),
          ),
        ),
      ),
    );
    await record([{ type: 'VIEW', customerId: 'visitor', productId: 'mug' }]);
    const job = await refreshModel(client, 'SEGMENTS');
    expect(job).toMatchObject({ state: 'DONE', version: { verdict: 'PROMOTED', reasons: [] } });
    const fitted = await until(segments, (found) => found.some(({ size, id }) => id !== 'NEW' && size > 0));
    expect(fitted.length).toBeGreaterThanOrEqual(5);
    const complete = await until(segments, (found) => found.reduce((sum, { size }) => sum + size, 0) === 161);
    expect(complete.find(({ id }) => id === 'NEW')).toMatchObject({ size: 1, figures: null });
    expect(complete.every(({ figures, id }) => id === 'NEW' || figures?.orderAmount.currency === 'EUR')).toBe(true);
    // Each group is together in a segment of its own.
    const bySegment = await Promise.all(
      GROUPS.map(async ({ name }) => {
        const ids = await Promise.all([1, 7, 23, 39].map((n) => segmentOf(`${name}-${n}`)));
        expect(new Set(ids).size).toBe(1);
        return ids[0];
      }),
    );
    expect(new Set(bySegment).size).toBe(GROUPS.length);
    // Sizes are counted in the database, which the customers in memory follow.
    await until(
      () => segmentOf('visitor'),
      (id) => id === 'NEW',
    );
  });

  it('list their members page by page', async () => {
    const id = (await segmentOf('once-3'))!;
    const found: string[] = [];
    let after: string | null = null;
    for (let hasNext = true; hasNext;) {
      const {
        segment,
      }: {
        segment: {
          members: {
            nodes: { id: string; segment: { id: string } }[];
            pageInfo: { hasNextPage: boolean; endCursor: string };
          };
        };
      } = await client.data(MEMBERS, { id, after });
      found.push(...segment.members.nodes.map((node) => node.id));
      expect(segment.members.nodes.every((node) => node.segment.id === id)).toBe(true);
      hasNext = segment.members.pageInfo.hasNextPage;
      after = segment.members.pageInfo.endCursor;
    }
    expect(found).toEqual(Array.from({ length: GROUP_SIZE }, (_, n) => `once-${n}`).sort());
  });

  it('follow an order, and subscribers see the customer move', async () => {
    const stream = client.subscribe<{ data: { customerUpdated: { segment: { id: string } } } }>(UPDATED, {
      id: 'visitor',
    });
    const next = async () => (await stream.next()).value.data.customerUpdated.segment.id as string;
    expect(await next()).toBe('NEW');
    await record([purchaseOf('visitor', 'visitor-1', 5, now - 60 * DAY)]);
    expect(await next()).toBe(await segmentOf('once-3'));
    await stream.return?.();
  });

  it('send a customer who enters or leaves them once, and list the change', async () => {
    const [id, other] = [(await segmentOf('once-3'))!, (await segmentOf('weekly-3'))!];
    const receiver = await startReceiver(() => 200);
    const { written } = await client.data<{ written: { errors: object[]; webhook: { id: string } } }>(CREATE_WEBHOOK, {
      input: { url: receiver.url, events: ['SEGMENT_CHANGES'], segmentIds: [id] },
    });
    expect(written.errors).toEqual([]);
    const changesOf = async (segmentId: string) =>
      (await client.data<ChangesAnswer>(CHANGES, { id: segmentId })).segment.changes.nodes;
    const [newest] = await changesOf(id);
    const stream = client.subscribe<{ data: { segmentChanged: object } }>(CHANGED, { id, after: newest.cursor });
    const next = async () => (await stream.next()).value.data.segmentChanged;
    await record([purchaseOf('another', 'another-1', 5, now - 60 * DAY)]);
    expect(await next()).toMatchObject({ customerId: 'another', previousSegmentId: null, segmentId: id });
    expect((await changesOf(id))[0]).toMatchObject({ customerId: 'another', segmentId: id });
    await record(
      Array.from({ length: 12 }, (_, n) => purchaseOf('another', `another-more-${n}`, 40, now - (2 + 7 * n) * DAY)),
    );
    const left = { customerId: 'another', previousSegmentId: id };
    expect(await next()).toMatchObject(left);
    expect((await changesOf(id))[0]).toMatchObject(left);
    await until(
      () => changesOf(other),
      ([change]) => change?.customerId === 'another' && change.segmentId === other,
    );
    await stream.return?.();
    const received = await until(
      () => receiver.received.map(({ body }) => (JSON.parse(body) as { changes: object[] }).changes),
      (changes) => changes.length === 2,
    );
    expect(received).toContainEqual([{ customerId: 'another', previousSegmentId: null, segmentId: id }]);
    expect(received).toContainEqual([expect.objectContaining(left)]);
    await client.data('mutation ($id: ID!) { deleteAlertWebhook(input: { id: $id }) { errors { message } } }', {
      id: written.webhook.id,
    });
    await receiver.close();
  });

  it('count a customer who was merged away in no segment', async () => {
    const newSize = async () => (await segments()).find(({ id }) => id === 'NEW')!.size;
    const newMembers = async () => {
      const { segment } = await client.data<{ segment: { members: { nodes: { id: string }[] } } }>(MEMBERS, {
        id: 'NEW',
      });
      return segment.members.nodes.map(({ id }) => id);
    };
    const before = (await newMembers()).length;
    await record([{ type: 'VIEW', customerId: 'double', productId: 'mug' }]);
    await until(newSize, (size) => size === before + 1);
    const merge =
      'mutation { mergeCustomer(input: { fromCustomerId: "double", intoCustomerId: "visitor" }) { receipt } }';
    await client.data(merge);
    await until(newSize, (size) => size === before);
    expect(await newMembers()).not.toContain('double');
    expect(await newMembers()).toHaveLength(before);
    // An event of its own makes it a customer again.
    await record([{ type: 'VIEW', customerId: 'double', productId: 'mug' }]);
    await until(newSize, (size) => size === before + 1);
  });

  it('are exported as CSV: members, and entries and exits', async () => {
    const odd = 'once, "quoted"';
    await record([purchaseOf(odd, 'odd-1', 5, now - 60 * DAY)]);
    const id = (await segmentOf('once-3'))!;
    await until(
      () => segmentOf(odd),
      (found) => found === id,
    );
    const rowsOf = async (args: readonly string[]) => {
      const { code, output } = await runCommand(shop, ['export', ...args]);
      expect(code).toBe(0);
      const [header, ...rows] = output.split('\r\n').map((line) => csvFields(line)!);
      expect(rows.pop()).toEqual(['']);
      return { header, rows };
    };
    const members = await rowsOf(['segment-members', '--segment', id]);
    expect(members.header).toEqual(['customerId', 'segmentId', 'segmentSince']);
    expect(members.rows.map(([customerId]) => customerId)).toContain(odd);
    const { size } = (await segments()).find((segment) => segment.id === id)!;
    expect(members.rows.length).toBe(size);
    const all = await rowsOf(['segment-members']);
    expect(all.rows.length).toBe(
      (await segments()).reduce((sum, each) => sum + (each.id === 'NEW' ? 0 : each.size), 0),
    );
    const { rows } = await rowsOf(['segment-changes']);
    // The changes of each customer add up to the customer's present segment.
    const present = new Map<string, string>();
    for (const [, , customerId, from, to] of rows) {
      expect(present.get(customerId) ?? '').toBe(from);
      present.set(customerId, to);
    }
    expect([...present].filter(([, to]) => to !== '').sort()).toEqual(
      all.rows.map(([customerId, segmentId]) => [customerId, segmentId]).sort(),
    );
    expect((await runCommand(shop, ['export', 'customers'])).code).toBe(2);
  });

  it('are read by the operator’s expressions: rules, lists and subscriptions follow a change of the segment', async () => {
    const { upsertProducts } = await client.data<UpsertAnswer>(UPSERT, {
      products: [{ id: 'cup', title: 'Cup', price: { amount: '12', currency: 'EUR' } }],
    });
    const boost =
      "customer.segment == 'NEW' ? (product.id == 'cup' ? 1000.0 : 1.0) : product.id == 'mug' ? 1000.0 : 1.0";
    const { upsertMerchandisingRule } = await client.data<{
      upsertMerchandisingRule: { receipt: string; errors: object[] };
    }>(RULE, { input: { id: 'by-segment', placements: ['home'], boost } });
    expect(upsertMerchandisingRule.errors).toEqual([]);
    const customerId = 'newcomer';
    await record([{ type: 'VIEW', customerId, productId: 'mug' }]);
    const searched = async (more: object = {}) => {
      const { search } = await client.data<SearchAnswer>(SEARCH, { input: { placement: 'home', customerId, ...more } });
      return search.edges.map(({ node }) => node.id);
    };
    const filter = "customer.segment == 'NEW' ? product.id == 'cup' : product.id == 'mug'";
    const input = { intent: 'POPULAR', customerId, filter, includePurchased: true };
    const listed = async () => ids(await client.data<ListAnswer>(LIST, { input }));
    await searched({ awaitReceipt: upsertProducts.receipt });
    expect(await searched({ awaitReceipt: upsertMerchandisingRule.receipt })).toEqual(['cup', 'mug']);
    expect(await listed()).toEqual(['cup']);
    const live = client.subscribe<{ data: LiveAnswer }>(LIVE, { input });
    const liveSearch = client.subscribe<{ data: { searchUpdated: { nodes: { id: string }[] } } }>(SEARCH_LIVE, {
      input: { placement: 'home', customerId },
    });
    const next = async () =>
      (await live.next()).value.data.recommendationsUpdated.nodes.map(({ id }: { id: string }) => id) as string[];
    const nextSearch = async () =>
      (await liveSearch.next()).value.data.searchUpdated.nodes.map(({ id }: { id: string }) => id) as string[];
    expect(await next()).toEqual(['cup']);
    expect(await nextSearch()).toEqual(['cup', 'mug']);

    await record([purchaseOf(customerId, 'newcomer-1', 5, now - 60 * DAY)]);
    expect(await next()).toEqual(['mug']);
    expect(await nextSearch()).toEqual(['mug', 'cup']);
    expect(await listed()).toEqual(['mug']);
    // Without an event of the customer, only the change of the profile can make the cached list invalid. It does so
    // before a subscriber receives the new list.
    expect(await listed()).toEqual(['mug']);
    await client.data(OPT, { id: customerId, profiling: false });
    expect(await next()).toEqual([]);
    expect(await listed()).toEqual([]);
    await Promise.all([live.return?.(), liveSearch.return?.()]);
  });

  it('that the active version lacks are reported by doctor, with the rule and the place', async () => {
    const examined = async () => {
      const { output } = await runCommand(shop, ['doctor', '--json']);
      const { findings } = JSON.parse(output) as { findings: readonly CheckResult[] };
      return findings.find(({ check }) => check === 'segments in expressions');
    };
    const store = (boost: string | null) => client.data(RULE, { input: { id: 'by-segment', boost } });
    const id = await segmentOf('once-3');
    await store(`customer.segment in ['NEW', '${id}'] ? 2.0 : 1.0`);
    expect(await examined()).toMatchObject({ state: 'ok' });
    await store(`customer.segment == '${id}' ? 2.0 :\n'999' == customer.segment ? 3.0 : 1.0`);
    expect(await examined()).toMatchObject({
      state: 'warning',
      found: expect.stringMatching(/: "999" in merchandising rule "by-segment", boost, line 2, column 1$/) as string,
      advice: expect.stringContaining('upsertMerchandisingRule') as string,
    });
    await store(null);
    expect(await examined()).toMatchObject({ state: 'ok', found: 'nothing names a segment' });
  });

  it('can’t be read by a storefront’s own expressions', async () => {
    const { createApiKey } = await client.data<CreateKeyAnswer>(CREATE_KEY, {
      input: { scope: 'STOREFRONT', name: 'window' },
    });
    const storefront = client.as({ apiKey: createApiKey.secret });
    for (const field of ['segment', 'expectedAmount', 'purchaseProbability', 'churnProbability']) {
      const secret = `has(customer.${field})`;
      expect(await storefront.code(LIST, { input: { intent: 'POPULAR', filter: secret } })).toBe('FORBIDDEN');
      expect(await storefront.code(SEARCH, { input: { boost: `${secret} ? 2.0 : 1.0` } })).toBe('FORBIDDEN');
    }
    await storefront.close();
  });

  it('change the order of a storefront’s search by a rule, but neither its scores nor its reasons nor the log of searches', async () => {
    const { createApiKey } = await client.data<CreateKeyAnswer>(CREATE_KEY, {
      input: { scope: 'STOREFRONT', name: 'shop' },
    });
    const customerId = 'once-4';
    const { issueCustomerToken } = await client.data<IssueTokenAnswer>(ISSUE_TOKEN, { input: { customerId } });
    const storefront = client.as({
      apiKey: createApiKey.secret,
      authorization: `Bearer ${issueCustomerToken.token}`,
    });
    const boost = `customer.segment == '${await segmentOf(customerId)}' && product.id == 'cup' ? 5.0 : 1.0`;
    const { upsertMerchandisingRule } = await client.data<{ upsertMerchandisingRule: { receipt: string } }>(RULE, {
      input: { id: 'hidden', placements: ['boosted'], boost },
    });
    const hit = async (from: GraphqlClient, input: object) => {
      const { search } = await from.data<SearchAnswer>(SEARCH, {
        input: { query: 'cup', awaitReceipt: upsertMerchandisingRule.receipt, ...input },
      });
      const { score, reasons } = search.edges.find(({ node }) => node.id === 'cup')!;
      return { score, sources: reasons.map(({ source }) => source) };
    };
    const plain = await hit(storefront, {});
    expect(plain.sources).not.toContain('boost');
    expect(await hit(storefront, { placement: 'boosted' })).toEqual(plain);
    const operators = await hit(client, { placement: 'boosted', customerId });
    expect(operators.score).toBeCloseTo(plain.score + Math.log(5), 4);
    expect(operators.sources).toContain('boost');
    const pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 1 });
    const logged = await until(
      async () =>
        (
          await pool.query<{ shown: string[]; features: string; featureNames: string }>(
            `SELECT properties->'shown' AS shown, properties->>'features' AS features,
               properties->>'featureNames' AS "featureNames"
             FROM events WHERE type = 'SEARCH' AND customer_id = $1 AND placement = 'boosted'`,
            [customerId],
          )
        ).rows,
      (rows) => rows.length === 1,
    );
    await pool.end();
    for (const { shown, features, featureNames } of logged) {
      const { names, values } = decodeEvidence(featureNames, features)!;
      const boosts = shown.map((_, row) => values[row * names.length + names.indexOf('boost')]);
      expect(boosts).toEqual(shown.map(() => 1));
    }
    await storefront.close();
  });

  it('can be renamed, and get their generated names back', async () => {
    const id = (await segmentOf('monthly-1'))!;
    const generated = (await segments()).find((segment) => segment.id === id)!.generatedName;
    const rename = async (variables: object) =>
      (
        await client.data<{ renameSegment: { segment: { name: string } | null; userErrors: object[] } }>(
          RENAME,
          variables,
        )
      ).renameSegment;
    expect(await rename({ id, name: ' Big spenders ' })).toEqual({
      segment: { id, name: 'Big spenders' },
      userErrors: [],
    });
    expect((await customer('monthly-2'))?.segment?.name).toBe('Big spenders');
    expect((await rename({ id, name: null })).segment?.name).toBe(generated);
    expect((await rename({ id, name: ' ' })).userErrors).toEqual([
      { field: ['input', 'name'], message: 'name must have from 1 to 100 characters; got 0.', code: 'BAD_USER_INPUT' },
    ]);
    expect((await rename({ id: 'NEW', name: 'x' })).userErrors).toMatchObject([
      { field: ['input', 'id'], code: 'NOT_FOUND' },
    ]);
  });

  it('leave out a customer who opts out of profiling, until the customer opts in again', async () => {
    const before = await segmentOf('weekly-5');
    await client.data(OPT, { id: 'weekly-5', profiling: false });
    expect(await customer('weekly-5')).toMatchObject({ profiling: false, segment: null, segmentSince: null });
    await record([purchaseOf('weekly-5', 'weekly-5-more', 41, now - DAY)]);
    await client.data(OPT, { id: 'weekly-6', profiling: null });
    expect(await customer('weekly-6')).toMatchObject({ profiling: true, segment: { id: before } });
    expect(await customer('weekly-5')).toMatchObject({ profiling: false, segment: null });
    // Without a further event.
    await client.data(OPT, { id: 'weekly-5', profiling: true });
    await until(
      () => segmentOf('weekly-5'),
      (id) => id === before,
    );
  });

  it('retain a customer whose last item of a request opts in', async () => {
    const before = await segmentOf('weekly-7');
    const items = '{ id: "weekly-7", profiling: false }, { id: "weekly-7", profiling: true }';
    await client.data(`mutation { upsertCustomers(input: { customers: [${items}] }) { errors { message } } }`);
    expect(await customer('weekly-7')).toMatchObject({ profiling: true, segment: { id: before } });
  });

  it('are fitted again with the same ids', async () => {
    const before = await segments();
    expect(await refreshModel(client, 'SEGMENTS')).toMatchObject({
      state: 'DONE',
      version: { verdict: 'PROMOTED', reasons: [] },
    });
    const after = await segments();
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  });
});
