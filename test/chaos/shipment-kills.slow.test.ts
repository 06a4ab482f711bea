import { shuffle } from '../../src/learn/random-draws';
import { seededRandom } from '../../src/learn/seeded-random';
import { replayShipments } from '../../src/logistics/replay-shipments';
import { connectPostgres, type Pool } from '../../src/platform/postgres';
import { caughtUp } from '../setup/caught-up';
import { line, ORDERS, type Recorded } from '../setup/order-operations';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../setup/processes';
import { RECORD_SCANS, RECORD_SHIPMENTS, type RecordedItems } from '../setup/shipment-operations';
import { testNamespace, type TestNamespace } from '../setup/shop';
import { until } from '../setup/until';
import { itIsExact } from '../setup/final-failure';

const ORDER_COUNT = 60;
const PARCELS_PER_ORDER = 3;
const BATCH = 15;
const SENDERS = 4;
const WORKERS = 2;
const WORKER_KILLS = 3;
const WATCH_LEASE = 'parcel-watch';
const START = Date.now() - 3 * 86_400_000;
const random = seededRandom(5);
const below = (n: number) => Math.floor(random() * n);

/** On the way to the customer, in this order. */
const STEPS = ['LABEL_CREATED', 'PICKED_UP', 'HUB_IN', 'HUB_OUT', 'OUT_FOR_DELIVERY', 'DELIVERED'] as const;

interface SentScan {
  readonly shipmentId: string;
  readonly id: string;
  readonly type: (typeof STEPS)[number];
  readonly occurredAt: string;
}

interface Request {
  readonly operation: string;
  readonly variables: Record<string, unknown>;
}

const parcels = Array.from({ length: ORDER_COUNT * PARCELS_PER_ORDER }, (_, n) => ({
  id: `s${n}`,
  orderId: `o${Math.floor(n / PARCELS_PER_ORDER)}`,
  carrier: n % 2 === 0 ? 'DHL' : 'UPS',
  units: [{ lineId: `l-p${n % PARCELS_PER_ORDER}`, quantity: 1 }],
  updatedAt: new Date(START).toISOString(),
  // Before any parcel is delivered.
  promisedAt: n % 4 === 0 ? new Date(START + 3_600_000).toISOString() : null,
  /** How far the parcel gets: two of three are delivered. */
  steps: below(3) === 0 ? 1 + below(STEPS.length - 1) : STEPS.length,
}));
const scans = parcels.flatMap(({ id, steps }): SentScan[] =>
  STEPS.slice(0, steps).map((type, step) => ({
    ...{ shipmentId: id, id: `${id}-${step}`, type },
    occurredAt: new Date(START + (1 + step) * 3_600_000 + below(3_000_000)).toISOString(),
  })),
);

describe('scans while API processes and workers are killed', () => {
  let shop: TestNamespace;
  let pool: Pool;
  const struck = { requests: 0, ingesting: 0, noticing: 0 };

  const undone = async () =>
    (await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM inbox WHERE done_at IS NULL')).rows[0].n;
  const start = () => startApiProcess(shop, { INGEST_DELAY_MS: '5', INBOX_MAX_AGE_MS: '600000' });

  /** Sends everything; an API process that is killed in the middle is replaced, and what it did not answer is repeated. */
  async function sendAll(): Promise<void> {
    let api = await start();
    const orders = Array.from({ length: ORDER_COUNT }, (_, n) => ({
      ...{ id: `o${n}`, customerId: `customer-${n}`, placedAt: new Date(START).toISOString() },
      lines: Array.from({ length: PARCELS_PER_ORDER }, (_line, at) => line(`p${at}`)),
    }));
    expect((await api.client.data<Recorded>(ORDERS, { orders })).recordOrders.errors).toEqual([]);
    const repeated = shuffle([...scans, ...scans.filter(() => below(5) === 0)], random);
    const requests = shuffle(
      [
        ...batchesOf(repeated).map((batch): Request => ({ operation: RECORD_SCANS, variables: { scans: batch } })),
        ...batchesOf(parcels.map(({ steps: _, ...shipment }) => shipment)).map((batch): Request => ({
          operation: RECORD_SHIPMENTS,
          variables: { shipments: batch },
        })),
      ],
      random,
    );
    const pending = [...requests];
    let killed: Promise<void> | undefined;
    let isKillPlanned = false;
    const planKill = () => {
      isKillPlanned = true;
      setTimeout(() => void (killed = api.kill()), 3);
    };
    const sender = async () => {
      for (let request = pending.pop(); request !== undefined; request = pending.pop()) {
        if (!isKillPlanned && pending.length <= requests.length / 2) planKill();
        try {
          const recorded = await api.client.data<Record<string, RecordedItems>>(request.operation, request.variables);
          for (const { userErrors } of Object.values(recorded)) expect(userErrors).toEqual([]);
        } catch (error) {
          if (killed === undefined) throw error;
          struck.requests++;
          pending.push(request);
          return;
        }
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    await killed;
    expect(pending.length).toBeGreaterThan(0);
    api = await start();
    killed = undefined;
    await Promise.all(Array.from({ length: SENDERS }, sender));
    expect(pending).toEqual([]);
    await api.stop();
  }

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    // Nothing is noticed before all scans are there.
    await pool.query(
      `INSERT INTO leases (name, owner, token, expires_at) VALUES ('${WATCH_LEASE}', 'test', 1, now() + interval '1 hour')`,
    );
    await sendAll();
    let workers: OwnProcess[] = [];
    const startWorkers = () =>
      (workers = Array.from({ length: WORKERS }, () => startWorkerProcess(shop, { LATE_GRACE: 'PT0S' })));
    for (let kill = 0; kill < WORKER_KILLS; kill++) {
      const before = await undone();
      startWorkers();
      await until(undone, (left) => left < before || left === 0);
      await Promise.all(workers.map((worker) => worker.kill()));
      if ((await undone()) > 0) struck.ingesting++;
    }
    startWorkers();
    await caughtUp(pool, ['inbox', 'deliveredOrders']);
    await killWhileNoticing(() => Promise.all(workers.map((worker) => worker.kill())));
    startWorkers();
    await caughtUp(pool, ['dueParcels']);
    await Promise.all(workers.map((worker) => worker.stop()));
  });

  /** Lets a worker notice parcels until its transaction waits for the last of them, and kills it there. */
  async function killWhileNoticing(kill: () => Promise<unknown>): Promise<void> {
    const blocker = await pool.connect();
    await blocker.query('BEGIN');
    await blocker.query(`SELECT FROM shipments WHERE id = (SELECT max(id) FROM shipments) FOR UPDATE`);
    await pool.query(`UPDATE leases SET expires_at = now() WHERE name = '${WATCH_LEASE}'`);
    await until(waiting, (count) => count > 0);
    struck.noticing++;
    await kill();
    await blocker.query('ROLLBACK');
    blocker.release();
  }

  const waiting = async () => {
    const { rows } = await pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%AS seen (id, revision)%'`,
    );
    return rows[0].n;
  };

  afterAll(async () => {
    await pool.end();
    await shop.drop();
  });

  it('were interrupted by each fault', () => {
    expect(struck.requests).toBeGreaterThan(0);
    expect(struck.ingesting).toBeGreaterThan(0);
    expect(struck.noticing).toBe(1);
  });

  itIsExact('give each shipment the scans and the status of a recount of what was sent', async () => {
    const { rows } = await pool.query<{ id: string; status: string; scans: string[]; order: string; carrier: string }>(
      `SELECT id, status, order_id AS order, carrier,
         ARRAY(SELECT scan->>'id' FROM jsonb_array_elements(scans) scan ORDER BY 1) AS scans
       FROM shipments ORDER BY id`,
    );
    const expected = parcels.map(({ id, steps, orderId, carrier }) => ({
      ...{ id, status: STEPS[steps - 1], order: orderId, carrier },
      scans: STEPS.slice(0, steps).map((_, step) => `${id}-${step}`),
    }));
    expect(rows).toEqual(expected.sort((a, b) => (a.id < b.id ? -1 : 1)));
    expect(await replayShipments(pool)).toEqual([]);
  });

  itIsExact('notice each delivery and what is late or stuck once', async () => {
    const { rows } = await pool.query<{ notice: string }>(
      `SELECT split_part(id, ':', 1) || ' ' || name AS notice FROM events
       WHERE source = 'LOGISTICS' AND name IN ('parcel_delivered', 'parcel_late', 'parcel_stuck')`,
    );
    const expected = parcels.flatMap(({ id, steps, promisedAt }) => [
      `${id} ${steps === STEPS.length ? 'parcel_delivered' : 'parcel_stuck'}`,
      ...(promisedAt === null ? [] : [`${id} parcel_late`]),
    ]);
    expect(rows.map(({ notice }) => notice).sort()).toEqual(expected.sort());
  });

  itIsExact('move exactly the orders whose parcels have all arrived', async () => {
    const { rows } = await pool.query<{ id: string }>(`SELECT id FROM orders WHERE status = 'DELIVERED' ORDER BY id`);
    const delivered = Array.from({ length: ORDER_COUNT }, (_, n) => `o${n}`).filter((order) =>
      parcels.every(({ orderId, steps }) => orderId !== order || steps === STEPS.length),
    );
    expect(delivered.length).toBeGreaterThan(3);
    expect(rows.map(({ id }) => id)).toEqual(delivered.sort());
    const moves = await pool.query(
      `SELECT order_id FROM order_history WHERE status = 'DELIVERED' GROUP BY order_id HAVING count(*) > 1`,
    );
    expect(moves.rows).toEqual([]);
  });
});

function batchesOf<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / BATCH) }, (_, n) => items.slice(n * BATCH, (n + 1) * BATCH));
}
