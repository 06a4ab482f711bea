import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import type { GraphqlClient } from '../../setup/graphql-client';
import { CREATE_KEY, type CreateKeyAnswer } from '../../setup/operations';
import { at } from '../../setup/order-operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import {
  CARRIER_CODES,
  DELETE_CODES,
  RECORD_SCANS,
  SHIPMENT,
  UPSERT_CODES,
  type RecordedItems,
  type ShownCode,
  type ShownShipment,
} from '../../setup/shipment-operations';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

describe('codes of carriers', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;
  let pool: Pool;
  let client: GraphqlClient;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 1 });
    worker = startWorker(shop);
    api = await startApi(shop);
    client = api.client;
  });

  afterAll(async () => {
    await pool.end();
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  const upsert = async (...codes: object[]) =>
    (
      await client.data<{ upsertCarrierCodes: RecordedItems & { carrierCodes: readonly ShownCode[] } }>(UPSERT_CODES, {
        codes,
      })
    ).upsertCarrierCodes;
  const remove = async (...codes: object[]) =>
    (await client.data<{ deleteCarrierCodes: RecordedItems }>(DELETE_CODES, { codes })).deleteCarrierCodes;
  const recordScans = async (by: GraphqlClient, ...scans: object[]) =>
    (await by.data<{ recordScans: RecordedItems }>(RECORD_SCANS, { scans })).recordScans;
  const scan = (shipmentId: string, hours: number, content: object) => ({
    ...{ shipmentId, occurredAt: at(hours) },
    ...content,
  });
  const shipment = async (id: string, receipt: string | null) =>
    (await client.data<{ shipment: ShownShipment }>(SHIPMENT, { id, receipt })).shipment;
  const list = async (variables: object) =>
    (
      await client.data<{
        carrierCodes: { nodes: ShownCode[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      }>(CARRIER_CODES, variables)
    ).carrierCodes;
  const brief = (codes: readonly ShownCode[]) => codes.map(({ carrier, code, type }) => [carrier, code, type]);
  const clientOf = async (scope: string) => {
    const { createApiKey } = await client.data<CreateKeyAnswer>(CREATE_KEY, { input: { scope, name: scope } });
    return client.as({ apiKey: createApiKey.secret });
  };

  it('of AfterShip and EasyPost give scans their types, and unknown ones are reported', async () => {
    const { accepted, receipt, userErrors } = await recordScans(
      client,
      scan('a1', 1, { carrier: 'AfterShip', rawCode: 'InTransit_002' }),
      scan('a1', 2, { rawCode: 'arrived_at_facility' }),
      scan('a1', 3, { carrier: 'AfterShip', rawCode: 'Teleported' }),
      scan('a1', 4, { rawCode: 'Pending' }),
      scan('a1', 5, { carrier: 'DHL' }),
      scan('a1', 6, { type: 'CUSTOMS', carrier: 'AfterShip', rawCode: 'Delivered' }),
      scan('a1', 7, { rawCode: 'OutForDelivery', description: 'On its way. Signed by J. SMITH' }),
      // The same content without the carrier: a repeat.
      scan('a1', 1, { rawCode: 'InTransit_002', type: 'PICKED_UP' }),
    );
    expect(userErrors).toMatchObject([
      { index: 2, code: 'NOT_FOUND', message: expect.stringMatching(/^the code "Teleported" .*upsertCarrierCodes/) },
      { index: 3, code: 'BAD_USER_INPUT', message: expect.stringMatching(/^the code "Pending" says nothing/) },
      { index: 4, code: 'BAD_USER_INPUT', message: 'type or rawCode is required' },
    ]);
    expect(userErrors.map(({ field }) => field.slice(3))).toEqual([['rawCode'], ['rawCode'], ['type']]);
    expect(accepted).toBe(5);
    const { status, scans } = await shipment('a1', receipt);
    expect(status).toBe('OUT_FOR_DELIVERY');
    expect(scans).toMatchObject([
      { type: 'PICKED_UP', rawCode: 'InTransit_002' },
      { type: 'HUB_IN', rawCode: 'arrived_at_facility' },
      { type: 'CUSTOMS', rawCode: 'Delivered' },
      { type: 'OUT_FOR_DELIVERY', rawCode: 'OutForDelivery', description: 'On its way.' },
    ]);
    const stored = await pool.query(`SELECT properties::text AS text FROM events WHERE name = 'parcel_scanned'`);
    expect(stored.rows).toHaveLength(4);
    for (const { text } of stored.rows as { text: string }[]) expect(text).not.toMatch(/SMITH|AfterShip/);
  });

  it('of the shop count before the built-in ones, until they are deleted', async () => {
    const codes = [
      { carrier: 'DHL', code: 'ZU', type: 'DELIVERED' },
      { code: 'Exception_004', type: 'CUSTOMS' },
    ];
    const first = await upsert(...codes, { carrier: ' dhl', code: 'zu ', type: 'DELIVERED' });
    expect(first).toMatchObject({ accepted: 3, userErrors: [] });
    expect(brief(first.carrierCodes)).toEqual([
      ['dhl', 'zu', 'DELIVERED'],
      [null, 'exception_004', 'CUSTOMS'],
    ]);
    // A repeat changes nothing.
    expect(await upsert(...codes)).toEqual({ ...first, accepted: 2 });
    const both = [
      scan('b1', 1, { carrier: 'aftership', rawCode: 'Exception_004' }),
      scan('b1', 2, { carrier: 'Dhl', rawCode: 'ZU' }),
    ];
    const { receipt, userErrors } = await recordScans(client, ...both);
    expect(userErrors).toEqual([]);
    const shown = await shipment('b1', receipt);
    expect(shown.scans.map(({ type }) => type)).toEqual(['CUSTOMS', 'DELIVERED']);

    expect(await remove({ carrier: 'DHL', code: 'zu' }, { code: 'Exception_004' })).toMatchObject({
      accepted: 2,
      userErrors: [],
    });
    const after = await recordScans(client, ...both);
    expect(after.userErrors).toMatchObject([{ index: 1, code: 'NOT_FOUND' }]);
    // What is recorded stays. The first scan has another type now, so it is another scan.
    const later = await shipment('b1', after.receipt);
    expect(later.scans.map(({ type }) => type).sort()).toEqual(['CUSTOMS', 'DELIVERED', 'EXCEPTION']);
    const again = await remove({ carrier: 'DHL', code: 'zu' });
    expect(again).toMatchObject({ accepted: 0, userErrors: [{ index: 0, code: 'NOT_FOUND' }] });
    expect(again.userErrors[0].field).toEqual(['input', 'codes', '0', 'code']);
  });

  it('are used by other API processes, also by those that start later', async () => {
    const other = await startApi(shop);
    try {
      const results = async (code: string) =>
        (await recordScans(other.client, scan('c1', 1, { carrier: 'GLS', rawCode: code }))).userErrors.length;
      await upsert({ carrier: 'GLS', code: 'live', type: 'HUB_IN' });
      await until(
        () => results('live'),
        (errors) => errors === 0,
      );
      const third = await startApi(shop);
      const loaded = await recordScans(third.client, scan('c1', 1, { carrier: 'GLS', rawCode: 'LIVE' }));
      await third.stop();
      expect(loaded.userErrors).toEqual([]);
    } finally {
      await other.stop();
    }
  });

  it('are listed by carrier and code, page by page', async () => {
    const rows = ['B', 'C', 'A'].map((code) => ({ carrier: 'UPS', code, type: 'HUB_OUT' }));
    await upsert(...rows, { code: 'A', type: 'LOST' });
    const first = await list({ carrier: 'ups', first: 2 });
    expect(brief(first.nodes)).toEqual([
      ['ups', 'a', 'HUB_OUT'],
      ['ups', 'b', 'HUB_OUT'],
    ]);
    const second = await list({ carrier: 'UPS', first: 2, after: first.pageInfo.endCursor });
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    expect(brief(second.nodes)).toEqual([['ups', 'c', 'HUB_OUT']]);
    expect(brief((await list({ carrier: '' })).nodes)).toEqual([[null, 'a', 'LOST']]);
    const all = brief((await list({})).nodes);
    expect(all[0]).toEqual([null, 'a', 'LOST']);
    expect(all.slice(-3).map(([, code]) => code)).toEqual(['a', 'b', 'c']);
    expect(await client.code(CARRIER_CODES, { after: 'nonsense' })).toBe('BAD_USER_INPUT');
  });

  it('are read with a server key and changed with an admin key', async () => {
    const [server, storefront] = [await clientOf('SERVER'), await clientOf('STOREFRONT')];
    const codes = [{ code: 'x', type: 'LOST' }];
    expect(await server.data(CARRIER_CODES, { carrier: 'none' })).toMatchObject({ carrierCodes: { nodes: [] } });
    expect(await storefront.code(CARRIER_CODES, {})).toBe('FORBIDDEN');
    expect(await server.code(UPSERT_CODES, { codes })).toBe('FORBIDDEN');
    expect(await server.code(DELETE_CODES, { codes: [{ code: 'a' }] })).toBe('FORBIDDEN');
  });

  it('have limits, and a wrong item does not stop the others', async () => {
    const long = 'x'.repeat(101);
    const { accepted, userErrors } = await upsert(
      { carrier: 'L', code: ' ', type: 'LOST' },
      { carrier: long, code: 'a', type: 'LOST' },
      { carrier: 'L', code: long, type: 'LOST' },
      { carrier: 'L', code: 'a', type: 'TELEPORTED' },
      { carrier: 'L', code: 'a', type: 'LOST' },
      { carrier: 'l', code: 'A', type: 'EXPIRED' },
    );
    expect(userErrors.map(({ index, code, field }) => [index, code, ...field.slice(3)])).toEqual([
      [0, 'BAD_USER_INPUT', 'code'],
      [1, 'BAD_USER_INPUT', 'carrier'],
      [2, 'BAD_USER_INPUT', 'code'],
      [3, 'BAD_USER_INPUT', 'type'],
      [5, 'CONFLICT', 'type'],
    ]);
    expect(accepted).toBe(1);
    const many = Array.from({ length: 1_001 }, (_, n) => ({ code: String(n), type: 'LOST' }));
    expect(await client.code(UPSERT_CODES, { codes: many })).toBe('BAD_USER_INPUT');
    expect(await client.code(DELETE_CODES, { codes: many.map(({ code }) => ({ code })) })).toBe('BAD_USER_INPUT');
    await pool.query(
      `INSERT INTO carrier_codes SELECT 'full', n::text, 'LOST', now()
       FROM generate_series(1, 10000 - (SELECT count(*)::int FROM carrier_codes)) n`,
    );
    const full = await upsert(
      { carrier: 'full', code: '1', type: 'RETURNED' },
      { carrier: 'full', code: 'new', type: 'LOST' },
    );
    expect(full).toMatchObject({ accepted: 1, userErrors: [{ index: 1, code: 'BAD_USER_INPUT' }] });
    expect(full.userErrors[0].message).toContain('at most 10000');
  });
});
