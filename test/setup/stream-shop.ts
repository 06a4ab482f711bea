/** A shop with one API process and a worker for the tests of a file, with functions that define and query streams. */
import type { Pool } from 'pg';
import { connectPostgres } from '../../src/platform/postgres';
import { RECORD, type RecordAnswer } from './operations';
import { startApi, startWorker, type ShopProcess } from './processes';
import { testNamespace, type TestNamespace } from './shop';
import {
  CREATE_STREAM,
  figuresOf,
  STREAM,
  WINDOWS,
  type StreamAnswer,
  type StreamWritten,
  type WindowAnswer,
  type WindowsAnswer,
} from './stream-operations';
import { until } from './until';

const DAY = Date.now() - 20 * 86_400_000;
/** The day of the purchases. */
export const MIDNIGHT = DAY - (DAY % 86_400_000);
export const at = (minutes: number) => new Date(MIDNIGHT + minutes * 60_000).toISOString();
let made = 0;
export const purchase = (minutes: number, productId: string, amount: string, more: object = {}) => ({
  source: 'ORDERS',
  id: `order-${++made}:1`,
  type: 'PURCHASE',
  occurredAt: at(minutes),
  customerId: 'alice',
  productId,
  unitPrice: { amount, currency: 'EUR' },
  ...more,
});
export const SALES = {
  id: 'sales',
  from: ['PURCHASE'],
  keys: [{ name: 'product', expression: 'event.productId' }],
  window: { kind: 'TUMBLING', size: 'PT1H' },
  lateness: 'P31D',
  aggregates: [
    { name: 'orders', kind: 'COUNT' },
    { name: 'revenue', kind: 'SUM', expression: 'event.amount' },
    { name: 'mean', kind: 'AVERAGE', expression: 'event.unitPrice' },
    { name: 'least', kind: 'MIN', expression: 'event.unitPrice' },
    { name: 'most', kind: 'MAX', expression: 'event.unitPrice' },
    { name: 'customers', kind: 'DISTINCT', expression: 'event.customerId' },
    { name: 'prices', kind: 'QUANTILES', expression: 'event.unitPrice', quantiles: [0.5] },
    { name: 'who', kind: 'TOP', expression: 'event.customerId', most: 1 },
  ],
};

export const brief = (found: readonly WindowAnswer[]) =>
  found.map((window) => [(Date.parse(window.start) - MIDNIGHT) / 60_000, window.key, figuresOf(window).revenue]);

export function streamShop() {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;
  let pool: Pool;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    api = await startApi(shop);
    worker = startWorker(shop);
  });

  afterAll(async () => {
    await api.client.close();
    await api.stop();
    await worker.stop();
    await pool.end();
    await shop.drop();
  });

  const record = async (events: object[]) => {
    const { recordEvents } = await api.client.data<RecordAnswer>(RECORD, { events });
    expect(recordEvents).toMatchObject({ accepted: events.length, errors: [] });
    // An event in the log is in every window.
    await until(
      () =>
        pool.query<{ done: boolean }>('SELECT done_at IS NOT NULL AS done FROM inbox WHERE id = $1', [
          recordEvents.receipt,
        ]),
      ({ rows: [row] }) => row.done,
    );
  };
  const create = async (stream: object, operation = CREATE_STREAM) =>
    (await api.client.data<StreamWritten>(operation, { stream })).written;
  const streamOf = async (id: string) => (await api.client.data<StreamAnswer>(STREAM, { id })).stream!;
  const isLive = (id: string) =>
    until(
      () => streamOf(id),
      ({ state, progress }) => state === 'LIVE' && progress === 1,
    );
  const windows = async (stream: string, more: object = {}, page: object = {}) => {
    const input = { stream, from: at(0), to: at(24 * 60), ...more };
    return (await api.client.data<WindowsAnswer>(WINDOWS, { input, first: 20, ...page })).windows;
  };

  return { record, create, streamOf, isLive, windows, client: () => api.client, pool: () => pool };
}
