import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import pino from 'pino';
import { seededRandom } from '../../../src/learn/seeded-random';
import { ArtefactStore } from '../../../src/platform/artefacts';
import { loadKernels } from '../../../src/platform/kernels';
import { connectPostgres } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { EaseReadModel, EASE_LEASE } from '../../../src/recommend/ease/ease.read-model';
import { easeOfShop } from '../../../src/recommend/ease/ease-rows';
import type { SparseItemMatrix } from '../../../src/recommend/artefact/sparse-item-matrix';
import { ShopState } from '../../../src/live-state/shop-state';
import { RECORD, type RecordAnswer } from '../../setup/operations';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { recountInterest, type Counts, type SentEvent } from '../../setup/recount';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const LAMBDA = 300;
/** Returns the fencing tokens of the leases with which a worker has begun to maintain EASE. */
const easeTokens = (worker: OwnProcess) =>
  worker
    .log()
    .split('\n')
    .filter((line) => line.includes('"msg":"owning EASE"') && line.endsWith('}'))
    .map((line) => (JSON.parse(line) as { token: number }).token);
const TYPES = ['VIEW', 'VIEW', 'ADD_TO_CART', 'PURCHASE', 'REMOVE_FROM_CART', 'RETURN'];
const ERASE = 'mutation($id: ID!) { eraseCustomer(input: { customerId: $id }) { receipt errors { code message } } }';
const kernels = loadKernels();

/** A shop state that holds only these counts. */
function shopOf(counts: Counts): ShopState {
  const shop = new ShopState();
  for (const [key, count] of counts) {
    const [a, b] = key.split(' ').map((id) => shop.productIndex(id));
    for (let n = 0; n < count; n++)
      if (b === undefined) shop.interest.bumpItem(a, 1);
      else shop.interest.bumpPairs(a, Int32Array.of(b), 1, 1);
  }
  return shop;
}

/** Returns cells by the ids of both products. */
function cellsOf(rows: SparseItemMatrix): Map<string, number> {
  const cells = new Map<string, number>();
  rows.productIds.forEach((id, index) => {
    const { columns, values } = rows.rowAt(index);
    columns.forEach((column, at) => cells.set(`${id} ${rows.productIds[column]}`, values[at]));
  });
  return cells;
}

function distance(a: Map<string, number>, b: Map<string, number>): number {
  const keys = [...a.keys(), ...b.keys()];
  return Math.max(0, ...keys.map((key) => Math.abs((a.get(key) ?? 0) - (b.get(key) ?? 0))));
}

describe('live EASE, with two API processes and two workers', () => {
  const silent = pino({ level: 'silent' });
  const random = seededRandom(11);
  const below = (n: number) => Math.floor(random() * n);
  let shop: TestNamespace;
  let pool: Pool;
  let pubSub: RedisPubSub;
  let artefacts: ArtefactStore;
  let workers: OwnProcess[];
  let apis: Awaited<ReturnType<typeof startApiProcess>>[];
  /** The read models of two API processes: one receives every message, the other misses every third. */
  let models: EaseReadModel[];
  let sent: SentEvent[] = [];

  const follow = async (through: Pick<RedisPubSub, 'listen' | 'onReconnect' | 'publish'>) => {
    const model = new EaseReadModel({ pool, artefacts, log: silent, pubSub: through as RedisPubSub });
    await model.start();
    models.push(model);
  };
  const event = (customer: string): SentEvent => {
    const id = `${sent.length}-${below(1e9)}`;
    const type = TYPES[below(TYPES.length)];
    const source = type === 'PURCHASE' || type === 'RETURN' ? 'ORDERS' : 'STOREFRONT';
    return {
      source,
      id: source === 'ORDERS' ? `order-${below(50)}:${id}` : id,
      occurredAt: new Date(Date.now() - below(1e8)).toISOString(),
      type,
      customerId: customer,
      productId: `product-${below(40)}`,
      quantity: 1,
    };
  };
  const record = async (events: SentEvent[], at = 0) => {
    const { recordEvents } = await apis[at].client.data<RecordAnswer>(RECORD, { events });
    expect(recordEvents.errors).toEqual([]);
    sent.push(...events);
  };
  const recordSome = (count: number, at = 0) =>
    record(
      Array.from({ length: count }, () => event(`customer-${below(60)}`)),
      at,
    );
  /** Returns the largest difference between the cells of all processes and those of a recount. */
  const farthest = (expected: Map<string, number>) =>
    models.map(({ ease }) => (ease ? distance(cellsOf(ease), expected) : Infinity));
  const comesToBeRecount = (lambda = LAMBDA) => {
    const expected = easeOfShop(shopOf(recountInterest(sent)), lambda, kernels);
    if (!expected) throw new Error('no recount');
    const cells = cellsOf(expected);
    return until(
      () => farthest(cells),
      (each) => each.every((far) => far < 1e-6),
    );
  };
  const token = async () =>
    (await pool.query<{ token: number }>('SELECT token FROM leases WHERE name = $1', [EASE_LEASE])).rows[0].token;
  /** Waits until a worker maintains EASE with the current lease. @returns the token and that worker */
  const currentOwner = () =>
    until(
      async () => {
        const current = await token();
        return { token: current, worker: workers.find((worker) => easeTokens(worker).includes(current)) };
      },
      ({ worker }) => worker !== undefined,
    ) as Promise<{ token: number; worker: OwnProcess }>;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
    pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, silent);
    artefacts = new ArtefactStore(pool);
    workers = [startWorkerProcess(shop), startWorkerProcess(shop)];
    apis = await Promise.all([startApiProcess(shop), startApiProcess(shop)]);
    models = [];
    await follow(pubSub);
    let heard = 0;
    await follow({
      listen: (topic, listener) => pubSub.listen(topic, (message) => void (heard++ % 3 !== 2 && listener(message))),
      onReconnect: (handler) => pubSub.onReconnect(handler),
      publish: (topic, payload) => pubSub.publish(topic, payload),
    });
  });

  afterAll(async () => {
    for (const model of models) await model.close();
    for (const { client } of apis) await client.close();
    const living = [...apis, ...workers].filter(({ child }) => child.signalCode === null && child.exitCode === null);
    expect(await Promise.all(living.map((process) => process.stop()))).toEqual(living.map(() => 0));
    await pubSub.close();
    await pool.end();
    await shop.drop();
  });

  it('rows follow events recorded at either API process, and equal a recount', async () => {
    for (let round = 0; round < 12; round++) {
      await recordSome(60, round % 2);
      await new Promise((resolve) => setTimeout(resolve, below(500)));
    }
    await comesToBeRecount();
    // One more event causes a step. Rows that it moves by less than ε are published, too.
    const before = models.map(({ position }) => position);
    await recordSome(1);
    await record([{ ...event('customer-1'), type: 'VIEW', source: 'STOREFRONT', id: randomUUID(), productId: 'new' }]);
    await comesToBeRecount();
    expect(models.every(({ position }, at) => position > before[at])).toBe(true);
    expect(models[0].ease?.productIds).toContain('new');
    // No two workers have maintained EASE with the same lease.
    const tokens = workers.flatMap(easeTokens);
    expect(tokens).toContain((await currentOwner()).token);
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  it('API processes load a checkpoint, and receive rows', async () => {
    for (const api of apis) await until(api.log, (text) => text.includes('"state":"ease"'));
  });

  it('another worker takes over when the owner is killed at any moment, and rows are the same', async () => {
    let going = true;
    let batches = 0;
    const flow = (async () => {
      for (; going; batches++) await recordSome(20, below(2));
    })();
    const killAfter = 5 + below(60);
    await until(
      () => batches,
      (count) => count >= killAfter,
    );
    const { worker: killed, token: before } = await currentOwner();
    await killed.kill();
    await until(
      () => workers.filter((worker) => worker !== killed).flatMap(easeTokens),
      (tokens) => tokens.some((each) => each > before),
    );
    going = false;
    await flow;
    // The kill has taken effect: the owner of EASE was killed, and the other worker has a newer token.
    expect(killed.child.signalCode).toBe('SIGKILL');
    expect(await token()).toBeGreaterThan(before);
    await comesToBeRecount();
  });

  it('is computed again with the λ that the active blend names', async () => {
    const id = randomUUID();
    await pool.query(
      `INSERT INTO artefacts (id, kind, position, token, size, checksum) VALUES ($1, 'blend', 1, 1, 0, '\\x00')`,
      [id],
    );
    await pool.query(
      `INSERT INTO model_versions (id, kind, number, verdict, reasons, position, data_hash, seed, parameters, figures,
         seconds, promoted_at)
       VALUES ($1, 'blend', 1, 'PROMOTED', '{}', 1, '\\x00', 1, '{"easeLambda": 20}', '{}', 1, now())`,
      [id],
    );
    await pool.query(`INSERT INTO active_models (kind, artefact_id) VALUES ('blend', $1)`, [id]);
    await comesToBeRecount(20);
    await pool.query(`DELETE FROM active_models`);
    await comesToBeRecount();
  });

  it('equals a recount without an erased customer whose events determined the order of the products', async () => {
    const [{ customerId }] = sent;
    const { eraseCustomer } = await apis[0].client.data<{ eraseCustomer: { errors: object[] } }>(ERASE, {
      id: customerId,
    });
    expect(eraseCustomer.errors).toEqual([]);
    sent = sent.filter((other) => other.customerId !== customerId);
    await comesToBeRecount();
  });
});
