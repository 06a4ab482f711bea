import { JobStore } from '../../../src/models/job.store';
import { modelOf } from '../../../src/models/fitter';
import { attemptJob, runRefresh } from '../../../src/models/run-refresh';
import { examineShop } from '../../../src/monitoring/doctor';
import { replayRooms } from '../../../src/live-state/replay/replay';
import { SHOP } from '../../../src/shop';
import { ERASE, type Erased } from '../../setup/erasure-shop';
import { RECORD, type RecordAnswer, UPSERT } from '../../setup/operations';
import { openShopOfRooms, type ShopOfRooms } from '../../setup/shop-of-rooms';
import { until } from '../../setup/until';
import { toy } from './toy/room';
import { CREATE_TABLES, WISHED } from './toy/wish.store';

/** The line that a new room needs in src/shop.ts. */
const ROOMS = [...SHOP, toy];

let shop: ShopOfRooms;

beforeAll(async () => {
  shop = await openShopOfRooms(ROOMS, CREATE_TABLES);
  await shop.client.data(UPSERT, { products: ['ball', 'kite'].map((id) => ({ id, title: id })) });
});

afterAll(() => shop?.close());

async function wish(customerId: string, productId: string): Promise<void> {
  const event = { type: 'CUSTOM', name: WISHED, customerId, productId, occurredAt: new Date().toISOString() };
  const { recordEvents } = await shop.client.data<RecordAnswer>(RECORD, { events: [event] });
  expect(recordEvents).toMatchObject({ accepted: 1, errors: [] });
}

const wishesFor = async (productId: string) =>
  (
    await shop.client.data<{ wishes: number }>('query($productId: ID!) { wishes(productId: $productId) }', {
      productId,
    })
  ).wishes;

const PERSONAL_DATA =
  'query($customerId: ID!) { personalData(customerId: $customerId, first: 100) { nodes { table data } } }';

async function storedWishes(customerId: string): Promise<unknown[]> {
  const { personalData } = await shop.client.data<{
    personalData: { nodes: readonly { table: string; data: unknown }[] };
  }>(PERSONAL_DATA, { customerId });
  return personalData.nodes.filter(({ table }) => table === 'wishes').map(({ data }) => data);
}

it('its effect counts the events of a batch, its follower adds them up, and its resolver answers', async () => {
  await wish('ann', 'kite');
  await wish('ann', 'kite');
  await wish('bob', 'ball');
  await until(
    () => wishesFor('kite'),
    (wishes) => wishes === 2,
  );
  await until(
    () => wishesFor('ball'),
    (wishes) => wishes === 1,
  );
});

it('its rows are in the export of a customer', async () => {
  expect(await storedWishes('ann')).toEqual([{ subject: 'c:ann', productId: 'kite', wishes: 2 }]);
});

it('its model is fitted, and served by the API', async () => {
  const { pool, pubSub } = shop.platform;
  const job = await new JobStore(pool, pubSub).request('wish', 'OPERATOR');
  // The process of a refresh knows only the rooms of src/shop.ts.
  await attemptJob(shop.platform, job, (attempt, token) =>
    runRefresh(shop.platform, modelOf(ROOMS, 'wish'), attempt, token, () => undefined),
  );
  const { models } = await shop.client.data<{ models: readonly object[] }>('{ models { kind active { verdict } } }');
  expect(models).toContainEqual({ kind: 'WISH', active: { verdict: 'PROMOTED' } });
  await until(
    async () => (await shop.client.data<{ mostWished: string | null }>('{ mostWished }')).mostWished,
    (productId) => productId === 'kite',
  );
});

it('the doctor examines it, and its model', async () => {
  const found = new Map<string, string>();
  for await (const { check, state } of examineShop(shop.platform, ROOMS)) found.set(check, state);
  expect([found.get('wishes'), found.get('model wish')]).toEqual(['ok', 'ok']);
});

it('an erasure deletes its rows of the customer only', async () => {
  const erase = async () => (await shop.client.data<Erased>(ERASE, { customerId: 'ann' })).eraseCustomer.status;
  await until(erase, (status) => status === 'DONE');
  expect(await storedWishes('ann')).toEqual([]);
  expect(await storedWishes('bob')).toHaveLength(1);
  await until(
    () => wishesFor('kite'),
    (wishes) => wishes === 0,
  );
});

it('a replay compares it with the log', async () => {
  // A worker that stops writes the checkpoint that a replay needs.
  await until(
    () => shop.get('/readyz/backlog'),
    (answer) => (answer as { caughtUp: boolean }).caughtUp,
  );
  await shop.stopWorker();
  expect((await replayRooms(shop.platform, ROOMS)).differences).toEqual([]);
  await shop.platform.pool.query('UPDATE wishes SET wishes = 7');
  expect((await replayRooms(shop.platform, ROOMS)).differences).toEqual([
    { part: 'wishes', key: 'c:bob ball', checkpoint: 7, replay: 1 },
  ]);
});

it('its unfinished work is in the backlog', async () => {
  // The last test has stopped the follower at the end of the log.
  await shop.platform.pool.query(`UPDATE followers SET position = position - 2 WHERE name = 'wishes'`);
  expect(await shop.get('/readyz/backlog')).toMatchObject({ caughtUp: false, backlog: { wishes: 2 } });
});
