import pino from 'pino';
import { readBuyers } from '../../../src/customers/purchases/read-buyers';
import { segmentsFitter } from '../../../src/customers/segments/segments-fitter';
import type { StoredEvent } from '../../../src/events/stored-event';
import { ErasureConflict } from '../../../src/platform/erasure-conflict';
import { type Fitter, modelOf } from '../../../src/models/fitter';
import { type ModelJob, JobStore } from '../../../src/models/job.store';
import { refreshLeaseName, runRefresh } from '../../../src/models/run-refresh';
import { ArtefactStore } from '../../../src/platform/artefacts';
import { Lease } from '../../../src/platform/lease';
import type { Pool } from '../../../src/platform/postgres';
import type { RedisPubSub } from '../../../src/platform/pubsub';
import { SHOP } from '../../../src/shop';
import { RandomLog } from '../../setup/random-log';

const DAY = 86_400_000;
/** More than one page of customers. */
const CUSTOMERS = 700;
const ERASED = 'customer-1';

let log: RandomLog;

beforeEach(async () => {
  log = await RandomLog.create(1);
});

afterEach(() => log.end());

const purchase = (customer: number, order: number): StoredEvent => ({
  source: 'ORDERS',
  id: `${customer}-${order}:1`,
  type: 'PURCHASE',
  occurredAt: Date.now() - (1 + (customer % 50) + order * (1 + (customer % 7))) * DAY,
  customerId: `customer-${customer}`,
  productId: 'mug',
  quantity: 1,
  unitPrice: String(5 + (customer % 90)),
  currency: 'EUR',
});

async function dataHash(pool: Pool): Promise<string> {
  const ignored = () => undefined;
  const options = { asOf: Date.now(), maxCustomers: 1e6, onBuyer: ignored, onProgress: ignored };
  return (await readBuyers(pool, options)).dataHash.toString('hex');
}

it('an erasure between two pages of a fit: no version is stored, and the next attempt fits without the person', async () => {
  const events = Array.from({ length: CUSTOMERS }, (_, customer) =>
    [0, 1, 2].map((order) => purchase(customer, order)),
  );
  await log.eventLog.commit(async ({ append }) => {
    await append(events.flat(), { receivedAt: () => new Date(), backfill: true });
    return { change: {} };
  });
  const before = await dataHash(log.pool);
  const logger = pino({ level: 'silent' });
  const pubSub = { publish: () => undefined } as unknown as RedisPubSub;
  const jobs = new JobStore(log.pool, pubSub);
  const lease = (await Lease.acquire(log.pool, logger, refreshLeaseName('segments'), 60_000)) as Lease;
  const { id } = await jobs.request('segments', 'OPERATOR');
  const attempt = async (id: string, pool: Pool, ignoresErasures = false) => {
    const fitter: Fitter = { ...segmentsFitter, fit: (context) => segmentsFitter.fit({ ...context, pool }) };
    const model = { ...modelOf(SHOP, 'segments'), fitter: () => Promise.resolve(fitter) };
    const options = { pool: log.pool, pubSub, artefacts: new ArtefactStore(log.pool), log: logger, ignoresErasures };
    const job = (await jobs.startAttempt(id)) as ModelJob;
    await runRefresh(options, model, job, lease.token, () => undefined);
  };
  const versions = async () =>
    (await log.pool.query(`SELECT encode(data_hash, 'hex') AS hash FROM model_versions`)).rows;

  // Before: the position, the ids of the first page, and its purchases.
  const erasing = (customerId: string) => log.erasingAfter(3, customerId);
  await expect(attempt(id, erasing(ERASED))).rejects.toThrow(ErasureConflict);
  expect(await versions()).toEqual([]);
  expect((await log.pool.query('SELECT FROM artefacts')).rowCount).toBe(0);
  expect(await jobs.find(id)).toMatchObject({ state: 'RUNNING', error: null });

  await attempt(id, log.pool);
  const after = await dataHash(log.pool);
  expect(after).not.toBe(before);
  expect(await versions()).toEqual([{ hash: after }]);

  // A shop in which people are erased all the time must get new versions, too.
  const next = await jobs.request('segments', 'OPERATOR');
  await attempt(next.id, erasing('customer-7'), true);
  expect(await versions()).toHaveLength(2);
  expect(await dataHash(log.pool)).not.toBe(after);
});
