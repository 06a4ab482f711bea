import { readFileSync } from 'node:fs';
import path from 'node:path';
import { scanOfEvent } from '../../../src/logistics/shipment-event';
import { hash } from 'node:crypto';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { canonicalJson } from '../../../src/platform/canonical-json';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const sqlOf = (migration: string) =>
  readFileSync(path.join(__dirname, '../../../prisma/migrations', migration, 'migration.sql'), 'utf8');

describe('migrations of stored shipments', () => {
  let shop: TestNamespace;
  let pool: Pool;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 1 });
  });

  afterAll(async () => {
    await pool.end();
    await shop.drop();
  });

  it('give each scan the id that its event has, and retain the newest of several with the same id', async () => {
    const content = { type: 'HUB_IN' as const, place: 'Köln "Süd"\n/', rawCode: 'X' };
    const hashed = hash('sha256', canonicalJson(content), 'base64url').slice(0, 16);
    const nulls = { timeZone: null, description: null };
    const scan = (id: string, at: number) => ({ ...content, ...nulls, id, at });
    const scans = [scan(hashed, 1), scan(hashed, 2), scan('CARRIER-00000016', 3), scan('c1', 4), scan('c1', 5)];
    await pool.query(`INSERT INTO shipments (id, started_at, scans) VALUES ('s1', now(), $1)`, [JSON.stringify(scans)]);
    await pool.query(/UPDATE "shipments" s SET "scans"[^;]*;/.exec(sqlOf('20261129111200_voided_shipments'))![0]);
    const { rows } = await pool.query<{ scans: object[] }>(`SELECT scans FROM shipments WHERE id = 's1'`);
    const expected = [scans[0], scans[1], scans[2], scans[4]].map(({ id, at }) =>
      scanOfEvent({ id: `s1:${id}`, occurredAt: at, properties: content }, { receivedAt: at, backfill: false }),
    );
    expect(rows[0].scans).toEqual(expected);
    expect(expected.map(({ id }) => id)).toEqual([`${hashed}@1`, `${hashed}@2`, 'CARRIER-00000016', 'c1']);
  });
  it('have no promise of parcels that were first delivered in time', async () => {
    const shipments: Record<string, (readonly [string, number])[]> = {
      onTime: [['DELIVERED', 5]],
      returned: [
        ['HUB_IN', 1],
        ['DELIVERED', 4],
        ['RETURNED', 9],
      ],
      late: [['DELIVERED', 6]],
      refused: [
        ['RETURNING', 2],
        ['DELIVERED', 3],
      ],
      open: [],
    };
    for (const [id, scans] of Object.entries(shipments))
      await pool.query(
        `INSERT INTO shipments (id, started_at, promised_at, scans) VALUES ($1, now(), to_timestamp(0.005), $2)`,
        [id, JSON.stringify(scans.map(([type, at]) => ({ type, at })))],
      );
    await pool.query(sqlOf('20261129114400_promises_kept'));
    const { rows } = await pool.query<{ id: string }>(
      'SELECT id FROM shipments WHERE promised_at IS NOT NULL ORDER BY id',
    );
    expect(rows.map(({ id }) => id)).toEqual(['late', 'open', 'refused']);
  });
});
