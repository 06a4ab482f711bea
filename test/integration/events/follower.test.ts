import type { Pool } from 'pg';
import { lockFollower, measureFollower, storeFollowerPosition } from '../../../src/events/follower.store';
import { allocatePosition } from '../../../src/events/position.store';
import { connectPostgres, inTransaction } from '../../../src/platform/postgres';
import { testNamespace, type TestNamespace } from '../../setup/shop';

let shop: TestNamespace;
let pool: Pool;

beforeAll(async () => {
  shop = await testNamespace();
  pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 3 });
});

afterAll(async () => {
  await pool.end();
  await shop.drop();
});

it('a position is stored with the results of its transaction, or not at all', async () => {
  for (let n = 0; n < 3; n++) await inTransaction(pool, (client) => allocatePosition(client, {}));
  expect(await measureFollower(pool, 'counter')).toEqual({ position: 0, newest: 3 });
  const failed = inTransaction(pool, async (client) => {
    expect(await lockFollower(client, 'counter')).toBe(0);
    await storeFollowerPosition(client, 'counter', 2);
    throw new Error('a result could not be stored');
  });
  await expect(failed).rejects.toThrow('a result could not be stored');
  expect(await measureFollower(pool, 'counter')).toMatchObject({ position: 0 });
  await inTransaction(pool, (client) => storeFollowerPosition(client, 'counter', 2));
  expect(await measureFollower(pool, 'counter')).toMatchObject({ position: 2 });
});

it('a second process that advances the same follower continues after the first one', async () => {
  const advance = () =>
    inTransaction(pool, async (client) => {
      const after = await lockFollower(client, 'both');
      await new Promise((resolve) => setTimeout(resolve, 20));
      await storeFollowerPosition(client, 'both', after + 1);
    });
  await Promise.all([advance(), advance(), advance()]);
  expect(await measureFollower(pool, 'both')).toMatchObject({ position: 3 });
});
