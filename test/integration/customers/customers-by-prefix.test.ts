import type { Pool } from 'pg';
import { readCustomersByPrefix } from '../../../src/customers/customer.store';
import { connectPostgres, REQUEST_TIMEOUT_MS } from '../../../src/platform/postgres';
import type { GraphqlClient } from '../../setup/graphql-client';
import { startApi } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const SHOPPERS = 200_000;
const CUSTOMERS = `query($idPrefix: String, $after: String, $first: Int) {
  customers(idPrefix: $idPrefix, after: $after, first: $first) {
    nodes { id attributes createdAt profiling } pageInfo { hasNextPage endCursor } } }`;
const UPSERT_CUSTOMERS = `mutation($customers: [CustomerInput!]!) {
  upsertCustomers(input: { customers: $customers }) { accepted } }`;
/** Ids with the wildcards of LIKE, with quotes, and around the ends of ranges. */
const ODD = [
  '%',
  '%a',
  'a%b',
  'a_b',
  'axb',
  'a\\b',
  "a'b",
  'A',
  'B',
  'a',
  'ab',
  'b',
  'é',
  'éa',
  'z\u{10ffff}',
  '😀',
  '😀1',
];

interface Answer {
  readonly customers: {
    readonly nodes: readonly { readonly id: string; readonly attributes: object; readonly profiling: boolean }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

describe('customers whose ids begin with a prefix', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let api: Awaited<ReturnType<typeof startApi>>;
  let client: GraphqlClient;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2, queryTimeoutMs: 4 * REQUEST_TIMEOUT_MS });
    api = await startApi(shop);
    client = api.client;
    const customers = ODD.map((id) => ({ id, attributes: { of: id }, profiling: id !== 'ab' }));
    const { upsertCustomers } = await client.data<{ upsertCustomers: { accepted: number } }>(UPSERT_CUSTOMERS, {
      customers,
    });
    expect(upsertCustomers.accepted).toBe(ODD.length);
    await pool.query(
      `INSERT INTO customers (id, attributes, created_at)
       SELECT 'shopper-' || lpad(g::text, 6, '0'), '{}', now() FROM generate_series(0, $1::int - 1) g`,
      [SHOPPERS],
    );
    await pool.query('ANALYZE customers');
  });

  afterAll(async () => {
    await api.stop();
    await pool.end();
    await shop.drop();
  });

  it.each([...ODD, 'a_', 'a\\', 'no such'])('are exactly those that begin with “%s”', async (idPrefix) => {
    const { customers } = await client.data<Answer>(CUSTOMERS, { idPrefix, first: 100 });
    const expected = ODD.filter((id) => id.startsWith(idPrefix));
    expect(customers.nodes.map(({ id }) => id).sort()).toEqual(expected.sort());
    for (const { id, attributes, profiling } of customers.nodes)
      expect([attributes, profiling]).toEqual([{ of: id }, id !== 'ab']);
  });

  it('are all customers for an empty prefix, and for none', async () => {
    const all = await client.data<Answer>(CUSTOMERS, { first: 30 });
    expect(await client.data(CUSTOMERS, { idPrefix: '', first: 30 })).toEqual(all);
    expect(all.customers.nodes).toHaveLength(30);
  });

  it('are listed page by page', async () => {
    const found: string[] = [];
    let after: string | null = null;
    for (let hasNext = true; hasNext;) {
      const { customers }: Answer = await client.data<Answer>(CUSTOMERS, {
        idPrefix: 'shopper-1234',
        after,
        first: 30,
      });
      found.push(...customers.nodes.map(({ id }) => id));
      hasNext = customers.pageInfo.hasNextPage;
      after = customers.pageInfo.endCursor;
    }
    expect(found).toEqual(Array.from({ length: 100 }, (_, n) => `shopper-1234${String(n).padStart(2, '0')}`));
  });

  it('must have a prefix that can begin an id', async () => {
    await expect(client.data(CUSTOMERS, { idPrefix: 'a\u0000' })).rejects.toThrow(
      'idPrefix contains control characters',
    );
  });

  it('are read through a range of the primary key', async () => {
    // Plans the statement of the store itself.
    const explained: string[] = [];
    const explaining = {
      query: async (text: string, values: unknown[]) => {
        const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, TIMING OFF) ${text}`, values);
        explained.push(...rows.map((row) => row['QUERY PLAN']));
        return { rows: [] };
      },
    } as unknown as Pool;
    await readCustomersByPrefix(explaining, 'shopper-1999', '', 21);
    await readCustomersByPrefix(explaining, 'no-such-customer', '', 21);
    const plan = explained.join('\n');
    expect(plan).not.toContain('Seq Scan');
    expect(plan).toMatch(/Index Cond: .*id >= 'shopper-1999'.*id < 'shopper-199:'/);
    expect(plan).toMatch(/Index Cond: .*id >= 'no-such-customer'.*id < 'no-such-customes'/);
    expect(plan).not.toMatch(/Rows Removed by Filter: [1-9]/);
  });
});
