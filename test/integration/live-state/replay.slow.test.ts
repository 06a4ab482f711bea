import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { ArtefactStore } from '../../../src/platform/artefacts';
import { connectPostgres } from '../../../src/platform/postgres';
import { SHOP_ARTEFACT } from '../../../src/live-state/live-state-names';
import { ShopState } from '../../../src/live-state/shop-state';
import { seededRandom } from '../../../src/learn/seeded-random';
import { LIST, MERGE, RECORD, type ListAnswer, type MergeAnswer, type RecordAnswer } from '../../setup/operations';
import { startApi, startBreakingWorker, type ShopProcess } from '../../setup/processes';
import { replayed, runReplay, type ReplayAnswer } from '../../setup/replay-command';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const ROUNDS = 6;
const PER_ROUND = 250;
const TYPES = ['VIEW', 'VIEW', 'ADD_TO_CART', 'PURCHASE', 'PURCHASE', 'RETURN', 'REMOVE_FROM_CART', 'SEARCH'];

describe('replay', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;
  const random = seededRandom(5);
  const below = (n: number) => Math.floor(random() * n);
  let sent = 0;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 1 });
    api = await startApi(shop);
    worker = startBreakingWorker(shop, 'cursed');
  });

  afterAll(async () => {
    await Promise.all([api.stop(), worker.stop()]);
    await pool.end();
    await shop.drop();
  });

  const run = (args?: readonly string[]) => runReplay(shop, args);
  const report = () => replayed(shop);
  const event = () => {
    const type = TYPES[below(TYPES.length)];
    const ordered = type === 'PURCHASE' || type === 'RETURN';
    const customer = below(40);
    return {
      source: ordered ? 'ORDERS' : 'STOREFRONT',
      id: ordered ? `order-${customer}-${below(5)}:${sent++}` : `visit-${sent++}`,
      occurredAt: new Date(Date.now() - below(90 * 86_400_000)).toISOString(),
      type,
      customerId: `customer-${customer}`,
      ...(type === 'SEARCH' ? { query: 'pen' } : { productId: `product-${below(30)}` }),
      quantity: 1 + below(2),
    };
  };
  /** Learned by the API process through deltas, when the receipt resolves. */
  const record = async () => {
    const { recordEvents } = await api.client.data<RecordAnswer>(RECORD, {
      events: Array.from({ length: PER_ROUND }, event),
    });
    expect(recordEvents.errors).toEqual([]);
    await api.client.data<ListAnswer>(LIST, { input: { intent: 'POPULAR', awaitReceipt: recordEvents.receipt } });
  };
  /** Changes the newest checkpoint, with a matching checksum, so that only the log shows the difference. */
  const changeCheckpoint = async (change: (shop: ShopState) => void) => {
    const artefacts = new ArtefactStore(pool);
    const id = (await artefacts.newest(SHOP_ARTEFACT))?.id ?? '';
    const before = Buffer.from(await artefacts.load(id));
    const state = ShopState.decode(before);
    change(state);
    const write = async (bytes: Buffer) => {
      const checksum = createHash('sha256').update(bytes).digest();
      await pool.query('UPDATE artefacts SET size = $2, checksum = $3 WHERE id = $1', [id, bytes.byteLength, checksum]);
      await pool.query('UPDATE artefact_chunks SET bytes = $2 WHERE artefact_id = $1', [id, bytes]);
    };
    await write(Buffer.from(state.encode()));
    return { state, restore: () => write(before) };
  };
  const newestCheckpoint = async () => (await new ArtefactStore(pool).newest(SHOP_ARTEFACT))?.position ?? 0;

  it('reports that a shop without learned state has nothing to compare', async () => {
    const { code, output, errors } = await run();
    expect([code, output]).toEqual([1, '']);
    expect(errors).toContain('There is no checkpoint to compare with');
  });

  it('gives the checkpoint byte for byte, with a merge and a quarantined event, while a worker learns', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await record();
      if (round === 2) {
        const input = { fromCustomerId: 'customer-1', intoCustomerId: 'customer-2' };
        expect((await api.client.data<MergeAnswer>(MERGE, { input })).mergeCustomer.errors).toEqual([]);
        const events = [{ ...event(), type: 'VIEW', productId: 'cursed', query: undefined }];
        expect((await api.client.data<RecordAnswer>(RECORD, { events })).recordEvents.accepted).toBe(1);
      }
      // Saves and loads the checkpoint between rounds: each learner starts from the checkpoint of the previous one.
      if (round % 2 === 1) {
        expect(await worker.stop()).toBe(0);
        worker = startBreakingWorker(shop, 'cursed');
      }
    }
    const { rows } = await pool.query('SELECT (SELECT count(*) FROM merges), count(set_aside) AS aside FROM events');
    expect(rows).toEqual([{ count: 1, aside: 1 }]);
    const learning = record();
    const { code, output, errors } = await run();
    expect({ code, errors }).toEqual({ code: 0, errors: `Working on the shop "${shop.namespace}".\n` });
    await learning;
    expect(JSON.parse(output)).toMatchObject({
      equal: true,
      differing: 0,
      differences: [],
      position: expect.any(Number),
    });
    expect((JSON.parse(output) as ReplayAnswer).events).toBe(ROUNDS * PER_ROUND);
  });

  it('runs without a worker, up to the end of the log, and writes nothing', async () => {
    await worker.stop();
    const artefacts = async () => (await pool.query('SELECT id, position, token FROM artefacts ORDER BY id')).rows;
    const before = await artefacts();
    const { position, newest, events, equal } = await report();
    expect({ equal, events }).toEqual({ equal: true, events: (ROUNDS + 1) * PER_ROUND });
    expect(position).toBe(newest);
    expect(position).toBe(await newestCheckpoint());
    expect(await artefacts()).toEqual(before);
  });

  it('finds every value that was changed in a checkpoint, and exits with 1', async () => {
    let [pair, alone] = [0, 0];
    const { state } = await changeCheckpoint((shop) => {
      [pair, alone] = [shop.interest.count(0, 1), shop.purchase.n(1)];
      shop.interest.bumpPairs(0, Int32Array.of(1), 1, 1);
      shop.purchase.bumpItem(1, -1);
      shop.stats.purchasers[0] += 1;
      shop.stats.week.add(0, 1e-9, shop.clock);
    });
    const [a, b] = [0, 1].map((product) => state.products.idAt(product));

    const { equal, differing, differences } = await report();
    expect({ equal, differing }).toEqual({ equal: false, differing: 4 });
    expect(differences).toEqual([
      { part: 'co-interest', key: `${a} + ${b}`, checkpoint: pair + 1, replay: pair },
      { part: 'co-purchase', key: b, checkpoint: alone - 1, replay: alone },
      { part: 'purchasers', key: a, checkpoint: expect.any(Number), replay: expect.any(Number) },
      { part: 'popularity, week', key: a, checkpoint: expect.any(Number), replay: expect.any(Number) },
    ]);
    const { code, output, errors } = await run([]);
    expect(code).toBe(1);
    expect(output).toContain(`co-purchase: ${b}: ${alone - 1} in the checkpoint, ${alone} in the replay`);
    expect(errors).toContain('differs from the log in 4 values');
  });

  it('rejects a checkpoint with damaged bytes', async () => {
    await pool.query(`UPDATE artefact_chunks SET bytes = '\\x00'`);
    const { code, errors } = await run();
    expect(code).toBe(1);
    expect(errors).toMatch(/artefact .* is damaged/);
  });
});
