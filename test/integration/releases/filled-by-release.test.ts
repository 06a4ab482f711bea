/**
 * A shop as release 0.3.0 left it: migrated, started, served, extended and replayed by this release. The dump was written
 * by that release's processes, see test/fixtures/stored/README.md.
 */
import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { isSigned, startReceiver, TEST_WEBHOOK } from '../../setup/alert-operations';
import { runCommand } from '../../setup/command';
import { found, ids, LIST, SEARCH, type ListAnswer, type SearchAnswer } from '../../setup/operations';
import { startApi, startWorker } from '../../setup/processes';
import { testServices, type TestNamespace } from '../../setup/shop';
import { restoreShop, shopDumpOf, WAITING_EVENT } from '../../setup/shop-dump';
import { until } from '../../setup/until';

jest.setTimeout(240_000);

const SHOP = `{
  order(id: "o1") { id status }
  streams { id state }
  alertRules { id }
  synonyms(first: 10) { nodes { id } }
  merchandisingRules(first: 10) { nodes { id } }
  customer(id: "ann") { id attributes }
}`;
interface Shop {
  readonly order: { readonly id: string; readonly status: string };
  readonly streams: readonly { readonly id: string; readonly state: string }[];
  readonly [other: string]: unknown;
}

it('a shop filled by release 0.3.0 is migrated, served, extended and replayed', async () => {
  const shop: TestNamespace = {
    ...testServices(),
    namespace: `restored_${process.pid}`,
    drop: () => Promise.resolve(),
  };
  const sql = new Client({ connectionString: shop.databaseUrl, options: `-c search_path=${shop.namespace}` });
  await sql.connect();
  const rows = async <T extends object>(query: string) => (await sql.query<T>(query)).rows;
  await restoreShop(shop, readFileSync(shopDumpOf('0.3.0')));
  const before = await rows<{ events: number }>('SELECT count(*)::int AS events FROM events');
  const [active] = await rows<{ id: string }>('SELECT artefact_id AS id FROM active_models');
  await rows(`INSERT INTO alerts (id, rule, key, open, state, severity, observed, started_at, updated_at)
    SELECT gen_random_uuid(), 'up', key, NULL, 'RESOLVED', 'INFO', '{}', r.updated_at + after * interval '1 s', now()
    FROM alert_rules r, (VALUES ('since the last change', 1), ('before', -1)) AS alert (key, after) WHERE r.id = 'up'`);

  expect((await runCommand(shop, ['migrate', '--json'])).code).toBe(0);
  // The rule's earlier source may have been a stream of customers.
  const added = `SELECT key, personal FROM alerts WHERE key IN ('since the last change', 'before') ORDER BY key`;
  expect(await rows(added)).toEqual([
    { key: 'before', personal: true },
    { key: 'since the last change', personal: false },
  ]);
  const api = await startApi(shop, { WEBHOOK_NETWORKS: '127.0.0.0/8' });
  const { client } = api;
  // The stored model ranks until a worker has fitted one with the features of this release.
  const list = await until(
    () => client.data<ListAnswer>(LIST, { input: { intent: 'PERSONAL', customerId: 'c-0' }, first: 10 }),
    ({ recommendations }) => recommendations.modelVersion === active.id,
    60_000,
  );
  expect(ids(list)).toHaveLength(10);
  const worker = startWorker(shop);

  const served = await until(
    () => client.data<Shop>(SHOP),
    ({ streams }) => streams.length > 0 && streams.every(({ state }) => state === 'LIVE'),
    60_000,
  );
  expect(served).toMatchObject({
    order: { id: 'o1' },
    alertRules: [{ id: 'up' }],
    synonyms: { nodes: [{ id: 's1' }] },
    merchandisingRules: { nodes: [{ id: 'r1' }] },
    customer: { id: 'ann', attributes: { tier: 'gold' } },
  });
  // The stored index finds, with the stored synonym.
  expect(found(await client.data<SearchAnswer>(SEARCH, { input: { query: 'light' } }))).toContain('lamp-0');

  await until(
    () => rows(`SELECT id FROM events WHERE id = '${WAITING_EVENT.id}'`),
    ({ length }) => length === 1,
    60_000,
  );
  const after = await rows<{ events: number }>('SELECT count(*)::int AS events FROM events');
  expect(after[0].events).toBe(before[0].events + 1);
  // The waiting event was an hour old: new events are refused until the age of the inbox is measured again.
  const { data } = await until(
    () =>
      client.send<{ recordEvents: { receipt: string } }>(
        'mutation { recordEvents(input: { events: [{ type: VIEW, customerId: "ann", productId: "tent-1" }] }) { receipt } }',
      ),
    ({ errors }) => errors === undefined,
  );
  const input = { intent: 'PERSONAL', customerId: 'ann', awaitReceipt: data!.recordEvents.receipt };
  expect(ids(await client.data<ListAnswer>(LIST, { input, first: 10 }))).toHaveLength(10);

  // The secret of that release is in base64url. A receiver uses the same bytes in base64.
  const receiver = await startReceiver(() => 200);
  const [webhook] = await rows<{ id: string; secret: string }>(
    `UPDATE alert_webhooks SET url = '${receiver.url}' RETURNING id, secret`,
  );
  expect(webhook.secret).toBe('whsec_aAKuWtYCApGXMmQLQV_Tggapez4pbtBY');
  expect(await client.data(TEST_WEBHOOK, { id: webhook.id })).toMatchObject({ tested: { delivered: true } });
  expect(isSigned(receiver.received[0], 'whsec_aAKuWtYCApGXMmQLQV/Tggapez4pbtBY')).toBe(true);
  await receiver.close();

  const refits = await until(
    () => rows<{ reason: string }>(`SELECT reason FROM jobs WHERE model = 'blend' AND reason = 'UPGRADE'`),
    ({ length }) => length > 0,
  );
  expect(refits).toHaveLength(1);

  await client.close();
  expect(await Promise.all([worker.stop(), api.stop()])).toEqual([0, 0]);
  const replay = await runCommand(shop, ['replay']);
  expect([replay.code, replay.output]).toEqual([0, expect.stringContaining('match the log byte for byte')]);
  await sql.query(`DROP SCHEMA "${shop.namespace}" CASCADE`);
  await sql.end();
});
