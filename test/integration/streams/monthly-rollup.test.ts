import type { Pool } from 'pg';
import type { StoredEvent } from '../../../src/events/stored-event';
import { orderStreams, PRODUCT_SALES_STREAM } from '../../../src/orders/order-streams';
import { connectPostgres, inTransaction } from '../../../src/platform/postgres';
import { compileStream } from '../../../src/streams/compile-stream';
import type { LiveStream } from '../../../src/streams/live-stream';
import { mergeIntoStored } from '../../../src/streams/merge-windows.store';
import { MonthlyRollup } from '../../../src/streams/monthly-rollup/monthly-rollup.service';
import type { StreamInput } from '../../../src/streams/stream-input.type';
import { parseStreamInput } from '../../../src/streams/parse-stream-input';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const DAY_MS = 86_400_000;
const SPEC = parseStreamInput(orderStreams('UTC').find(({ id }) => id === PRODUCT_SALES_STREAM) as StreamInput);
const START = Date.UTC(2025, 0, 1);
/** Enough windows for months. */
const DAYS = 59;
const DAYS_AT_ONCE = 10;
const PRODUCTS = 100;

describe('the monthly rollup', () => {
  let shop: TestNamespace;
  let pool: Pool;
  const live: LiveStream = { stream: PRODUCT_SALES_STREAM, version: 1, compiled: compileStream(SPEC) };

  const sell = async (days: readonly number[], products = PRODUCTS) => {
    const part = live.compiled.empty();
    for (const day of days)
      for (let product = 0; product < products; product++) {
        const event = {
          ...{ source: 'ORDERS', id: `${day}-${product}`, type: 'PURCHASE', occurredAt: START + day * DAY_MS },
          ...{ productId: `p${product}`, quantity: 1, unitPrice: '2', currency: 'EUR' },
        };
        live.compiled.add(event as unknown as StoredEvent, { receivedAt: 0, backfill: true }, part, 1);
      }
    await inTransaction(pool, async (client) => {
      await client.query('SELECT FROM stream_versions FOR UPDATE NOWAIT');
      await mergeIntoStored(client, [{ live, part, keys: 0 }]);
    });
  };
  const months = async () => {
    const { rows } = await pool.query<{ month: string }>(
      `SELECT to_char(start_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month FROM stream_months ORDER BY start_at`,
    );
    return rows.map(({ month }) => month);
  };

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
    await pool.query(
      `INSERT INTO stream_versions (stream, version, spec, personal, state, filled, windows)
       VALUES ($1, 1, $2, false, 'LIVE', 0, 1000000)`,
      [PRODUCT_SALES_STREAM, JSON.stringify(SPEC)],
    );
    const days = Array.from({ length: DAYS }, (_, day) => day);
    // In parts: PostgreSQL ends a transaction that pauses for seconds to encode windows, as on a busy machine.
    for (let at = 0; at < DAYS; at += DAYS_AT_ONCE) await sell(days.slice(at, at + DAYS_AT_ONCE));
    // One event of 1970.
    await sell([-55 * 365], 1);
  });

  afterAll(async () => {
    await pool.end();
    await shop.drop();
  });

  it('stores the months that have windows, also far apart, one per run', async () => {
    let now = Date.UTC(2025, 6, 1);
    const rollup = new MonthlyRollup(pool, () => now);
    for (const count of [1, 2, 3]) {
      expect(await rollup.mergeOne()).toBe(true);
      expect(await months()).toHaveLength(count);
    }
    expect(await rollup.mergeOne()).toBe(false);
    expect(await months()).toEqual(['1970-01', '2025-01', '2025-02']);
    // The record of its attempts is deleted.
    const tried = Reflect.get(rollup, 'lastAttempts') as Map<string, number>;
    expect(tried.size).toBe(3);
    now += 60_000;
    await rollup.mergeOne();
    expect(tried.size).toBe(0);
  });

  it('blocks no fold while it reads, and stores no month that has changed meanwhile', async () => {
    await pool.query('DELETE FROM stream_months');
    let changes = 0;
    /** Another worker folds after the first slice is read. */
    const watched = new Proxy(pool, {
      get: (target, name) => {
        if (name !== 'connect') return (Reflect.get(target, name) as () => unknown).bind(target);
        return async () => {
          const client = await target.connect();
          const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
          return Object.assign(Object.create(client) as typeof client, {
            query: async (...args: unknown[]) => {
              const answer = await query(...args);
              const text = typeof args[0] === 'string' ? args[0] : '';
              if (text.startsWith('FETCH') && changes === 0) {
                changes++;
                await sell([40], 3);
              }
              return answer;
            },
          });
        };
      },
    });
    const now = Date.UTC(2025, 6, 1);
    const rollup = new MonthlyRollup(watched, () => now + changes);
    await pool.query(`UPDATE stream_versions SET kept_from = '2025-02-01'`);
    expect(await rollup.mergeOne()).toBe(true);
    expect(changes).toBe(1);
    expect(await months()).toEqual([]);
    const later = new MonthlyRollup(pool, () => now);
    expect(await later.mergeOne()).toBe(true);
    expect(await months()).toEqual(['2025-02']);
    expect(await later.mergeOne()).toBe(false);
  });
});
