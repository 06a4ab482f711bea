import { csvFields } from '../../../src/imports/csv-fields';
import type { CheckResult } from '../../../src/platform/checks';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { runCommandProcess } from '../../setup/command';
import type { GraphqlClient } from '../../setup/graphql-client';
import { CREATE_KEY, type CreateKeyAnswer } from '../../setup/operations';
import { ADMIN_KEY, startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const UPSERT_AUDIENCE = `mutation($input: UpsertAudienceInput!) {
  upsertAudience(input: $input) { audience { id name condition size progress } userErrors { code message field } } }`;
const DELETE_AUDIENCE = 'mutation($id: ID!) { deleteAudience(input: { id: $id }) { userErrors { code field } } }';
const AUDIENCES = '{ audiences { id name size progress } }';
const MEMBERS = `query($id: ID!, $after: String) {
  audience(id: $id) { size members(first: 7, after: $after) { nodes { id audiences { id } } pageInfo { hasNextPage endCursor } } } }`;
const UPDATED = 'subscription($id: ID!) { audienceUpdated(id: $id) { id name size progress } }';
const UPSERT_CUSTOMERS = `mutation($customers: [CustomerInput!]!) {
  upsertCustomers(input: { customers: $customers }) { accepted errors { message } } }`;
const ERASE = 'mutation($id: ID!) { eraseCustomer(input: { customerId: $id }) { status } }';

interface UpsertAnswer {
  readonly upsertAudience: {
    readonly audience: { readonly id: string; readonly size: number | null } | null;
    readonly userErrors: readonly {
      readonly code: string;
      readonly message: string;
      readonly field: readonly string[];
    }[];
  };
}
interface MembersAnswer {
  readonly audience: {
    readonly size: number;
    readonly members: {
      readonly nodes: readonly { readonly id: string; readonly audiences: readonly { readonly id: string }[] }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    };
  };
}
interface Sent {
  readonly data: { readonly audienceUpdated: { readonly size: number | null; readonly name: string } | null };
}

const GOLD = Array.from({ length: 20 }, (_, n) => `gold-${String(n).padStart(2, '0')}`);

describe('audiences', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApiProcess>>;
  let worker: OwnProcess;
  let client: GraphqlClient;
  let pool: Pool;

  const upsert = async (input: object) => (await client.data<UpsertAnswer>(UPSERT_AUDIENCE, { input })).upsertAudience;
  const store = async (customers: readonly object[]) => void (await client.data(UPSERT_CUSTOMERS, { customers }));
  const sizeOf = async (id: string) => (await client.data<MembersAnswer>(MEMBERS, { id })).audience.size;
  const examined = async () => {
    const { output } = await runCommandProcess(shop, ['doctor', '--json']);
    const { findings } = JSON.parse(output.trim().split('\n').at(-1)!) as { findings: CheckResult[] };
    return findings.find(({ check }) => check === 'audiences');
  };

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorkerProcess(shop, { ERASURE_INTERVAL_MS: '0' });
    api = await startApiProcess(shop, { ERASURE_INTERVAL_MS: '0' });
    client = api.client;
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 1 });
    await store([...GOLD, 'other'].map((id) => ({ id, attributes: { tier: id.split('-')[0] } })));
  });

  afterAll(async () => {
    await Promise.all([api.stop(), worker.stop()]);
    await pool.end();
    await shop.drop();
  });

  it('say where a condition is wrong', async () => {
    const faultOf = async (input: object) => {
      const { audience, userErrors } = await upsert({ id: 'gold', name: 'Gold', ...input });
      expect(audience).toBeNull();
      return userErrors;
    };
    expect(await faultOf({ condition: 'customer.attributes.tier ==\n  customer.age' })).toEqual([
      {
        code: 'BAD_USER_INPUT',
        field: ['input', 'condition'],
        message: 'condition, line 2, column 12: customer has no field age',
      },
    ]);
    expect(await faultOf({ condition: 'customer.expectedAmount' })).toMatchObject([{ field: ['input', 'condition'] }]);
    expect(await faultOf({ condition: 'product.price > 1.0' })).toMatchObject([{ field: ['input', 'condition'] }]);
    expect(await faultOf({})).toMatchObject([{ field: ['input', 'condition'] }]);
    expect(await faultOf({ condition: 'true', name: '  ' })).toMatchObject([{ field: ['input', 'name'] }]);
    await expect(faultOf({ id: '', condition: 'true' })).rejects.toThrow('ID is empty');
    expect(await client.data(AUDIENCES)).toEqual({ audiences: [] });
  });

  it('list their members page by page, and each customer has its audiences', async () => {
    const { audience, userErrors } = await upsert({
      id: 'gold',
      name: 'Gold',
      condition: "customer.attributes.tier == 'gold'",
    });
    expect(userErrors).toEqual([]);
    expect(audience).toMatchObject({ id: 'gold', name: 'Gold', size: null, progress: 0 });
    await upsert({ id: 'all', name: 'All', condition: 'true' });
    expect(
      await until(
        () => sizeOf('gold'),
        (size) => size !== null,
      ),
    ).toBe(GOLD.length);
    expect(
      await until(
        () => sizeOf('all'),
        (size) => size !== null,
      ),
    ).toBe(GOLD.length + 1);
    const found: string[] = [];
    let after: string | null = null;
    for (let hasNext = true; hasNext;) {
      const { audience: page }: MembersAnswer = await client.data<MembersAnswer>(MEMBERS, { id: 'gold', after });
      for (const { id, audiences } of page.members.nodes) {
        found.push(id);
        expect(audiences).toEqual([{ id: 'all' }, { id: 'gold' }]);
      }
      ({ hasNextPage: hasNext, endCursor: after } = page.members.pageInfo);
    }
    expect(found).toEqual(GOLD);
    expect(await client.code(MEMBERS, { id: 'all', after })).toBe('BAD_USER_INPUT');
    expect(await client.data('{ audience(id: "none") { id } }')).toEqual({ audience: null });
  });

  it('send their size at first and after each change, until they are deleted', async () => {
    const stream = client.subscribe<Sent>(UPDATED, { id: 'gold' });
    const sizeBecomes = async (expected: number) => {
      for (;;) {
        const { value } = (await stream.next()) as { value: Sent };
        if (value.data.audienceUpdated?.size === expected) return;
      }
    };
    await sizeBecomes(GOLD.length);
    await store([{ id: 'other', attributes: { tier: 'gold' } }]);
    await sizeBecomes(GOLD.length + 1);
    await client.data(ERASE, { id: 'other' });
    await sizeBecomes(GOLD.length);
    // Predictions and segments of customers who have opted out are missing, but the attributes are the shop's own facts.
    await store([{ id: GOLD[0], profiling: false }]);
    expect((await upsert({ id: 'gold', name: 'Golden' })).userErrors).toEqual([]);
    const { value } = (await stream.next()) as { value: Sent };
    expect(value.data.audienceUpdated).toMatchObject({ name: 'Golden', size: GOLD.length, progress: 1 });
    expect(await client.data(DELETE_AUDIENCE, { id: 'gold' })).toEqual({ deleteAudience: { userErrors: [] } });
    expect(((await stream.next()) as { value: Sent }).value.data.audienceUpdated).toBeNull();
    await stream.return?.();
    expect(await client.data(DELETE_AUDIENCE, { id: 'gold' })).toEqual({
      deleteAudience: { userErrors: [{ code: 'NOT_FOUND', field: ['input', 'id'] }] },
    });
  });

  it('are exported as CSV, and their sizes are metrics', async () => {
    const { code, output } = await runCommandProcess(shop, ['export', 'audience-members', '--audience', 'all']);
    expect(code).toBe(0);
    const [header, ...rows] = output.split('\r\n').map((line) => csvFields(line)!);
    expect(header).toEqual(['audienceId', 'customerId']);
    expect(rows.slice(0, -1)).toEqual(GOLD.map((id) => ['all', id]));
    const metrics = await fetch(`http://127.0.0.1:${api.port}/metrics`, {
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
    });
    expect(await metrics.text()).toContain(`freshet_audience_customers{audience="all"} ${GOLD.length}`);
  });

  it('can be read with a server key, and changed only with an admin key', async () => {
    const keyOf = async (scope: string) => {
      const { createApiKey } = await client.data<CreateKeyAnswer>(CREATE_KEY, { input: { scope, name: scope } });
      return client.as({ apiKey: createApiKey.secret });
    };
    const [storefront, server] = [await keyOf('STOREFRONT'), await keyOf('SERVER')];
    expect(await storefront.code(AUDIENCES)).toBe('FORBIDDEN');
    expect(await storefront.code(MEMBERS, { id: 'all' })).toBe('FORBIDDEN');
    const subscribed = storefront.subscribe<{ errors: { extensions: { code: string } }[] }>(UPDATED, { id: 'all' });
    expect(((await subscribed.next()) as { value: object }).value).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    expect(await server.code(AUDIENCES)).toBeUndefined();
    const input = { id: 'all', name: 'All', condition: 'true' };
    expect(await server.code(UPSERT_AUDIENCE, { input })).toBe('FORBIDDEN');
    expect(await server.code(DELETE_AUDIENCE, { id: 'all' })).toBe('FORBIDDEN');
    await Promise.all([storefront.close(), server.close()]);
  });

  it('are examined by the doctor: segments that do not exist, and a recount', async () => {
    expect(await examined()).toMatchObject({ state: 'ok' });
    await upsert({ id: 'gone', name: 'Gone', condition: "true ||\n  customer.segment == '999'" });
    await until(
      () => sizeOf('gone'),
      (size) => size !== null,
    );
    expect(await examined()).toMatchObject({
      state: 'warning',
      found: expect.stringMatching(/: "999" in audience "gone", condition, line 2, column 23$/) as string,
    });
    await client.data(DELETE_AUDIENCE, { id: 'gone' });
    await pool.query("DELETE FROM audience_members WHERE customer_id = 'gold-03'");
    expect(await examined()).toMatchObject({
      state: 'warning',
      found: expect.stringContaining('"all" has the size 20, and 19 members; "all" is wrong for 1 customers') as string,
    });
  });

  it('are limited to 100', async () => {
    for (let n = 0; n < 99; n++)
      expect((await upsert({ id: `many-${n}`, name: 'N', condition: 'false' })).userErrors).toEqual([]);
    expect((await upsert({ id: 'too-many', name: 'N', condition: 'false' })).userErrors).toMatchObject([
      { message: expect.stringContaining('at most 100') as string },
    ]);
  });
});
