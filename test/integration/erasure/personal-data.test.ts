import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tablesOf } from '../../../src/erasure/inventory';
import { SHOP } from '../../../src/shop';
import { runCommand } from '../../setup/command';
import { erasureShop } from '../../setup/erasure-shop';
import { CREATE_KEY, MERGE } from '../../setup/operations';
import { ORDERS, PAY, at, euro, line as orderLine } from '../../setup/order-operations';
import { RECORD_SCANS, RECORD_SHIPMENTS } from '../../setup/shipment-operations';
import { until } from '../../setup/until';

const PERSONAL_DATA = `query($customerId: ID!, $first: Int, $after: String) {
  personalData(customerId: $customerId, first: $first, after: $after) {
    edges { cursor } nodes { table data } pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}`;
const SEARCH = 'query($input: SearchInput!) { search(input: $input) { requestId } }';
const UPSERT_CUSTOMER = `mutation($id: ID!, $attributes: JSONObject) {
  upsertCustomers(input: { customers: [{ id: $id, attributes: $attributes }] }) { accepted errors { code path } }
}`;
const UPSERT_AUDIENCE =
  'mutation { upsertAudience(input: { id: "all", name: "All", condition: "true" }) { userErrors { code } } }';

interface StoredRecord {
  readonly table: string;
  readonly data: Readonly<Record<string, unknown>>;
}
interface Page {
  readonly personalData: {
    readonly edges: readonly { readonly cursor: string }[];
    readonly nodes: readonly StoredRecord[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}
interface ExportedPerson {
  readonly customerId: string;
  readonly exportedAt: string;
  readonly notReached: readonly string[];
  readonly records: Readonly<Record<string, readonly StoredRecord['data'][]>>;
}

/** Part of all values that belong to rosa alone. */
const NEEDLE = 'rosa';
const rosa = { customerId: 'rosa' };
const otto = { customerId: 'otto' };
const family = { sessionId: 'family' };

const { client, record, event, erase, seen, rows, whereFound, shop, apis, stopWorker } = erasureShop(undefined);

async function pages(customerId: string, first: number): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  for (let after: string | null = null; ;) {
    const { personalData }: Page = await client().data<Page>(PERSONAL_DATA, { customerId, first, after });
    records.push(...personalData.nodes);
    if (!personalData.pageInfo.hasNextPage) return records;
    after = personalData.pageInfo.endCursor;
  }
}

async function keyed(scope: string) {
  const { createApiKey } = await client().data<{ createApiKey: { secret: string } }>(CREATE_KEY, {
    input: { name: 'key', scope },
  });
  return client().as({ apiKey: createApiKey.secret });
}

async function accepted(mutation: string, items: Readonly<Record<string, readonly object[]>>) {
  const [result] = Object.values(await client().data<Record<string, { accepted: number }>>(mutation, items));
  expect(result).toMatchObject({ accepted: Object.values(items)[0].length });
}

const camelCase = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

describe('what is stored about a person', () => {
  let records: StoredRecord[];
  const idsOf = (table: string) => records.filter((each) => each.table === table).map(({ data }) => data.id);

  beforeAll(async () => {
    await client().data(UPSERT_AUDIENCE);
    await client().data(UPSERT_CUSTOMER, { id: 'rosa', attributes: { email: 'rosa@example.com' } });
    const mine = [
      event('VIEW', 'a', { sessionId: 'visit-of-rosa' }, { id: 'rosa-1', placement: 'home', position: 2 }),
      event(
        'CUSTOM',
        'a',
        { ...rosa, sessionId: 'visit-of-rosa' },
        { id: 'rosa-2', name: 'WRAPPED', properties: { note: 'for rosa', depth: [1.5] } },
      ),
      event('VIEW', 'b', { customerId: 'rosa-before' }, { id: 'rosa-3' }),
      event('VIEW', 'b', { ...rosa, ...family }, { id: 'rosa-4' }),
      event('VIEW', 'c', family, { id: 'rosa-5' }),
    ];
    const receipt = await record([
      ...mine,
      event('VIEW', 'c', { ...otto, ...family }, { id: 'otto-1' }),
      event('VIEW', 'd', { sessionId: 'visit-of-otto' }, { id: 'otto-2' }),
      event('VIEW', 'd', { ...otto, sessionId: 'visit-of-otto' }, { id: 'otto-3' }),
    ]);
    await seen(apis()[0], rosa, receipt);
    for (const input of [
      { fromCustomerId: 'rosa-before', intoCustomerId: 'rosa' },
      { fromSessionId: 'family', intoCustomerId: 'rosa' },
    ])
      await client().data(MERGE, { input });
    // After the merge, the shared visit belongs to no customer. A rejected event: another content under an identity that was used.
    await seen(
      apis()[0],
      otto,
      await record([event('VIEW', 'd', family, { id: 'nobody-1' }), { ...mine[2], productId: 'd' }]),
    );
    await accepted(ORDERS, {
      orders: [
        {
          id: 'order-of-rosa',
          ...rosa,
          placedAt: at(1),
          lines: [orderLine('a', 2, { unitPrice: euro('12.34567891') })],
        },
        { id: 'order-of-otto', ...otto, placedAt: at(1), lines: [orderLine('a')] },
      ],
    });
    await accepted(PAY, {
      payments: [
        { id: 'payment-of-rosa', orderId: 'order-of-rosa', kind: 'CHARGE', amount: euro('5.10'), occurredAt: at(2) },
      ],
    });
    await accepted(RECORD_SHIPMENTS, {
      shipments: [{ id: 'parcel-of-rosa', orderId: 'order-of-rosa', carrier: 'Demo', updatedAt: at(3) }],
    });
    await accepted(RECORD_SHIPMENTS, {
      shipments: [{ id: 'parcel-7', orderId: 'order-of-otto', carrier: 'The carrier of otto', updatedAt: at(3) }],
    });
    await until(
      () => rows(`SELECT FROM shipments WHERE id = 'parcel-7' AND order_id = 'order-of-otto'`),
      ({ length }) => length === 1,
    );
    // Rejected: the parcel belongs to another order.
    await accepted(RECORD_SHIPMENTS, {
      shipments: [{ id: 'parcel-7', orderId: 'order-of-rosa', carrier: 'Demo', updatedAt: at(4) }],
    });
    await accepted(RECORD_SCANS, {
      scans: [{ id: '1', shipmentId: 'parcel-of-rosa', type: 'HUB_IN', occurredAt: at(4) }],
    });
    // Searches with an admin key are not logged.
    await (await keyed('SERVER')).data(SEARCH, { input: { query: 'a gift of rosa', ...rosa } });
    for (const each of [
      `searches WHERE owner = 'c:rosa'`,
      `visits WHERE subject = 'c:rosa'`,
      `audience_members WHERE customer_id = 'rosa'`,
      `shipments WHERE order_id = 'order-of-rosa' AND scans <> '[]'`,
      `rejected_events WHERE event->>'productId' = 'd'`,
      `rejected_events WHERE event->>'id' = 'parcel-7'`,
    ])
      await until(
        async () => ({ each, rows: await rows(`SELECT FROM ${each}`) }),
        (found) => found.rows.length > 0,
      );
    await stopWorker();
    // Waits in the inbox, together with an event of another customer.
    await record([event('VIEW', 'd', rosa, { id: 'rosa-late' }), event('VIEW', 'd', otto, { id: 'otto-late' })]);
    records = await pages('rosa', 100);
  });

  it('has the rejected record of another customer’s parcel, and nothing else of that parcel', () => {
    const ofParcel = records.filter((each) => JSON.stringify(each).includes('parcel-7'));
    expect(ofParcel).toMatchObject([{ table: 'rejectedEvents', data: { event: { id: 'parcel-7' } } }]);
  });

  it('is in the export, from every table that an erasure removes it from', async () => {
    const found = await whereFound(NEEDLE);
    const inventory = await tablesOf(SHOP);
    const tables = [...new Set(found.map((each) => each.split(':')[0]))].filter((name) => name in inventory);
    const exported = tables.filter((name) => {
      const table = inventory[name];
      return table.erase !== 'not personal' && typeof table.export === 'function';
    });
    // Tables that were filled here; each other table is exempt by its inventory.
    expect(exported.sort()).toEqual(
      [
        ...[
          'audience_members',
          'customer_versions',
          'customers',
          'events',
          'inbox',
          'merges',
          'order_history',
          'order_lines',
        ],
        ...['orders', 'payments', 'rejected_events', 'searches', 'shipments', 'visits'],
      ].sort(),
    );
    expect(tables.filter((name) => inventory[name].erase === 'not personal')).toEqual([]);
    for (const name of exported) {
      const rowsOfHers = found.filter((each) => each.startsWith(`${name}:`)).length;
      expect([name, records.filter(({ table }) => table === camelCase(name)).length]).toEqual([name, rowsOfHers]);
    }
    expect(new Set(records.map(({ table }) => table))).toEqual(new Set(exported.map(camelCase)));
  });

  it('is complete and exact: all fields, decimals to the last digit', () => {
    expect(idsOf('events')).toEqual(
      expect.arrayContaining([
        'rosa-1',
        'rosa-2',
        'rosa-3',
        'rosa-4',
        'rosa-5',
        'order-of-rosa:l-a',
        expect.stringMatching(/^parcel-of-rosa:/) as string,
      ]),
    );
    expect(records.find(({ data }) => data.id === 'rosa-2')?.data).toMatchObject({
      ...{ type: 'CUSTOM', customerId: 'rosa', sessionId: 'visit-of-rosa', name: 'WRAPPED' },
      properties: { note: 'for rosa', depth: [1.5] },
    });
    expect(records.find(({ table }) => table === 'orderLines')?.data).toMatchObject({
      unitPrice: '12.34567891',
    });
    expect(records.find(({ table }) => table === 'payments')?.data).toMatchObject({
      amount: '5.10',
      occurredAt: at(2),
    });
  });

  it('is without what others did, in a visit that was shared too', () => {
    expect(JSON.stringify(records)).not.toMatch(/otto|nobody/);
  });

  it('of another customer is without the shared visit’s anonymous part', async () => {
    const theirs = await pages('otto', 100);
    const ids = theirs.filter(({ table }) => table === 'events').map(({ data }) => data.id);
    expect(ids.sort()).toEqual(['order-of-otto#0', 'order-of-otto:l-a', 'otto-1', 'otto-2', 'otto-3', 'parcel-7']);
    expect(JSON.stringify(theirs)).not.toContain(NEEDLE);
  });

  it.each([1, 3, 7])('is the same in pages of %i', async (first) => {
    expect(await pages('rosa', first)).toEqual(records);
  });

  it('refuses cursors of other lists, and storefront keys', async () => {
    const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const after of [
      'x',
      cursor(['customers', 'rosa']),
      cursor(['personalData', ['tombstones', 'a'.repeat(32)]]),
    ]) {
      const { errors } = await client().send(PERSONAL_DATA, { customerId: 'rosa', after });
      expect(errors?.[0].extensions.code).toBe('BAD_USER_INPUT');
    }
    const { errors } = await (await keyed('STOREFRONT')).send(PERSONAL_DATA, { customerId: 'rosa' });
    expect(errors?.[0].extensions.code).toBe('FORBIDDEN');
  });

  it('is written by `freshet export person` as JSON into a file that only its owner can read', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'freshet-export-'));
    const file = path.join(folder, 'rosa.json');
    writeFileSync(file, 'older', { mode: 0o644 });
    try {
      expect(await runCommand(shop(), ['export', 'person', 'rosa', file])).toMatchObject({ code: 0 });
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const person = JSON.parse(readFileSync(file, 'utf8')) as ExportedPerson;
      expect(person).toMatchObject({
        customerId: 'rosa',
        notReached: [expect.stringContaining('Backups'), expect.any(String), expect.any(String)],
      });
      expect(Object.entries(person.records).flatMap(([table, all]) => all.map((data) => ({ table, data })))).toEqual(
        records,
      );
      const unknown = await runCommand(shop(), ['export', 'person', 'nobody-knows']);
      expect([unknown.code, (JSON.parse(unknown.output) as ExportedPerson).records]).toEqual([0, {}]);
      expect(await runCommand(shop(), ['export', 'person', ' '])).toMatchObject({
        code: 2,
        errors: expect.stringContaining('the id') as string,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is shown in the history, with what its sender said of it', async () => {
    const { customer } = await client().data<{ customer: { history: { nodes: readonly object[] } } }>(
      `{ customer(id: "rosa") { history(first: 50) { nodes { id name properties placement position requestId } } } }`,
    );
    expect(customer.history.nodes).toContainEqual({
      ...{ id: 'rosa-2', name: 'WRAPPED', properties: { note: 'for rosa', depth: [1.5] } },
      ...{ placement: null, position: null, requestId: null },
    });
  });

  it('is erased whole, and what others have stays', async () => {
    const parcel = () => rows(`SELECT order_id, carrier, record FROM shipments WHERE id = 'parcel-7'`);
    const before = await parcel();
    expect(await erase('rosa')).toMatchObject({ status: 'DONE', errors: [] });
    expect(await whereFound(NEEDLE)).toEqual([]);
    expect(await pages('rosa', 100)).toEqual([]);
    expect(await parcel()).toEqual(before);
    expect(before).toMatchObject([{ order_id: 'order-of-otto' }]);
  });
});
