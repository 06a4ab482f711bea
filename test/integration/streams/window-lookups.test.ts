import type { Pool } from 'pg';
import type { StoredEvent } from '../../../src/events/stored-event';
import { connectPostgres, inTransaction } from '../../../src/platform/postgres';
import { compileStream } from '../../../src/streams/compile-stream';
import type { LiveStream } from '../../../src/streams/live-stream';
import { mergeIntoStored } from '../../../src/streams/merge-windows.store';
import type { StreamInput } from '../../../src/streams/stream-input.type';
import { parseStreamInput } from '../../../src/streams/parse-stream-input';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const WINDOWS: Readonly<Record<string, StreamInput['window']>> = {
  'windows of days': { kind: 'TUMBLING', size: 'P1D' },
  sessions: { kind: 'SESSION', gap: 'PT30M' },
};
const STORED = 5_000;
const NEW = 100;

describe('folding into a table that was never analyzed', () => {
  let shop: TestNamespace;
  let pool: Pool;

  beforeAll(async () => {
    shop = await testNamespace();
    // One connection, so that its counters hold all that it has read.
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 1 });
    await pool.query('ALTER TABLE stream_windows SET (autovacuum_enabled = false)');
  });

  afterAll(async () => {
    await pool.end();
    await shop.drop();
  });

  const entriesRead = async () => {
    await pool.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await pool.query<{ read: number }>(
      `SELECT sum(idx_tup_read)::int AS read FROM pg_stat_user_indexes
       WHERE relid = 'stream_windows'::regclass AND schemaname = current_schema()`,
    );
    return rows[0].read;
  };

  it.each(Object.entries(WINDOWS))('reads the windows that it looks up, and no others: %s', async (id, window) => {
    const spec = parseStreamInput({
      ...{ id: 'lookups', window, keys: [{ name: 'product', expression: 'event.productId' }] },
      aggregates: [{ name: 'events', kind: 'COUNT' }],
    });
    const live: LiveStream = { stream: id, version: 1, compiled: compileStream(spec) };
    const fold = (from: number, count: number) => {
      const part = live.compiled.empty();
      for (let n = from; n < from + count; n++) {
        const event = { source: 'ORDERS', id: `${n}`, type: 'VIEW', occurredAt: 0, productId: `p${n}`, quantity: 1 };
        live.compiled.add(event as unknown as StoredEvent, { receivedAt: 0, backfill: true }, part, 1);
      }
      return inTransaction(pool, (client) => mergeIntoStored(client, [{ live, part, keys: 0 }]));
    };
    await fold(0, STORED);
    const before = await entriesRead();
    // New windows of new keys, and existing windows.
    expect(await fold(STORED, NEW)).toMatchObject([{ moreWindows: NEW, moreKeys: NEW }]);
    expect(await fold(0, NEW)).toMatchObject([{ moreWindows: 0, moreKeys: 0 }]);
    expect((await entriesRead()) - before).toBeLessThan(10 * NEW);
  });
});
