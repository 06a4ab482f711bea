import type { Pool } from 'pg';
import { BackfillService } from '../../../src/events/backfill.service';
import { Outbox } from '../../../src/events/outbox.service';
import type { StoredEvent } from '../../../src/events/stored-event';
import type { Logger } from '../../../src/platform/log';
import { connectPostgres } from '../../../src/platform/postgres';
import type { RedisPubSub } from '../../../src/platform/pubsub';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import {
  CREATE_STREAM,
  figuresOf,
  STREAM,
  WINDOWS,
  type StreamAnswer,
  type StreamWritten,
  type WindowsAnswer,
} from '../../setup/stream-operations';
import { until } from '../../setup/until';
import { eventLogOf } from '../../setup/event-log';

const SESSIONS = 12_345;
const MAX_PAGES = 13;
const CHUNK = 2_000;
const START = Date.parse('2026-01-01T00:00:00Z');
const MINUTE = 60_000;
const nameOf = (n: number) => `visit-${String(n).padStart(6, '0')}`;

const STREAM_OF_SESSIONS = {
  id: 'sessions',
  from: ['VIEW', 'CLICK'],
  keys: [{ name: 'visit', expression: 'event.sessionId' }],
  window: { kind: 'SESSION', gap: 'PT30M' },
  aggregates: [
    { name: 'views', kind: 'COUNT', filter: "event.type == 'VIEW'" },
    { name: 'clicks', kind: 'COUNT', filter: "event.type == 'CLICK'" },
    { name: 'products', kind: 'DISTINCT', expression: 'event.productId' },
    { name: 'best', kind: 'TOP', expression: 'event.productId', most: 3 },
    { name: 'places', kind: 'QUANTILES', expression: 'event.position' },
  ],
};

describe('pages of windows', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    api = await startApi(shop);
    worker = startWorker(shop);
    const outbox = new Outbox(pool, { send: () => undefined } as unknown as RedisPubSub, console as unknown as Logger);
    const backfill = new BackfillService(eventLogOf(pool, outbox));
    // Every visit has one view, every third one a click as well.
    for (let from = 0; from < SESSIONS; from += CHUNK) {
      const visits = Array.from({ length: Math.min(CHUNK, SESSIONS - from) }, (_, n) => from + n);
      const events = visits.flatMap((n) =>
        (n % 3 === 0 ? ['VIEW', 'CLICK'] : ['VIEW']).map((type) => ({
          ...{ source: 'STOREFRONT', id: `${type}-${n}`, type, sessionId: nameOf(n), productId: `p${n % 50}` },
          ...{ occurredAt: START + n * MINUTE, quantity: 1, listPosition: n % 10 },
        })),
      );
      await backfill.append(events as StoredEvent[]);
    }
    const { written } = await api.client.data<StreamWritten>(CREATE_STREAM, { stream: STREAM_OF_SESSIONS });
    expect(written.errors).toEqual([]);
    await until(
      () => api.client.data<StreamAnswer>(STREAM, { id: 'sessions' }),
      ({ stream }) => stream?.state === 'LIVE' && stream.progress === 1,
    );
  });

  afterAll(async () => {
    await api.client.close();
    await Promise.all([api.stop(), worker.stop()]);
    await pool.end();
    await shop.drop();
  });

  const input = { stream: 'sessions', from: new Date(START), to: new Date(START + 10 * SESSIONS * MINUTE) };

  it(`hold 1,000 windows with all their values: ${SESSIONS} sessions in at most ${MAX_PAGES} of them`, async () => {
    let pages = 0;
    let found = 0;
    for (let isLast = false; !isLast; pages++) {
      const page = { input, first: 1_000, offset: found };
      const { windows } = await api.client.data<WindowsAnswer>(WINDOWS, page);
      for (const window of windows) {
        const n = found++;
        const clicks = n % 3 === 0 ? 1 : 0;
        expect([window.key, Date.parse(window.start)]).toEqual([nameOf(n), START + n * MINUTE]);
        expect(figuresOf(window)).toMatchObject({ views: '1', clicks: String(clicks), products: '1' });
        expect(window.values[3].top).toEqual([{ value: `p${n % 50}`, count: 1 + clicks }]);
      }
      isLast = windows.length < 1_000;
    }
    expect(found).toBe(SESSIONS);
    expect(pages).toBeLessThanOrEqual(MAX_PAGES);
  });

  it('hold no more than 1,000', async () => {
    expect(await api.client.code(WINDOWS, { input, first: 1_001 })).toBe('BAD_USER_INPUT');
    expect(await api.client.code('{ products(first: 101) { nodes { id } } }')).toBe('BAD_USER_INPUT');
  });
});
