import { HistoriesReadModel } from '../../../src/customers/histories.read-model';
import { BackfillService } from '../../../src/events/backfill.service';
import { subjectOfCustomer } from '../../../src/events/log-event';
import type { LogFollower } from '../../../src/events/log-follower';
import { Outbox } from '../../../src/events/outbox.service';
import { followLog } from '../../../src/events/read-model';
import type { StoredEvent } from '../../../src/events/stored-event';
import type { OrderInput } from '../../../src/orders/order-input.type';
import { OrderService } from '../../../src/orders/order.service';
import { ObjectWatchers } from '../../../src/events/object-watchers';
import { createLog } from '../../../src/platform/log';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { eventLogOf } from '../../setup/event-log';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

describe('what a process has in memory, after an import', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let pubSub: RedisPubSub;
  let outbox: Outbox;
  let follower: LogFollower;
  let histories: HistoriesReadModel;
  const watchers = new ObjectWatchers(({ orders = [] }) => orders);
  /** The customers and orders whose watchers were notified. */
  let notified: string[] = [];

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
    const log = createLog({ logLevel: 'error' });
    pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    outbox = new Outbox(pool, pubSub, log);
    histories = new HistoriesReadModel(pool, 100);
    follower = followLog({ pools: { log: pool } as never, pubSub, log }, () => [histories, watchers]);
    await follower.start();
    histories.reloaded.add(() => notified.push('all'));
    for (const id of ['anna', 'otto']) histories.watch(subjectOfCustomer(id), () => notified.push(id));
    for (const id of ['o1', 'o2']) watchers.watch(id, () => notified.push(id));
  });

  afterAll(async () => {
    await follower.close();
    await outbox.markPublished();
    await pubSub.close();
    await pool.end();
    await shop.drop();
  });

  const productsOf = async (customerId: string) => {
    const history = await histories.get(subjectOfCustomer(customerId));
    return history.interests().map(({ productId }) => productId);
  };
  const follows = (position: number) =>
    until(
      () => follower.position,
      (reached) => reached >= position,
    );

  it('has the new histories of exactly the customers that the import names', async () => {
    const view = (customerId: string, productId: string): StoredEvent => ({
      source: 'STOREFRONT',
      id: `${customerId} ${productId}`,
      type: 'VIEW',
      occurredAt: Date.UTC(2026, 0, 1),
      customerId,
      productId,
      quantity: 1,
    });
    const backfill = new BackfillService(eventLogOf(pool, outbox));
    await follows((await backfill.append([view('anna', 'mug'), view('otto', 'mug')])).position);
    expect([await productsOf('anna'), await productsOf('otto')]).toEqual([['mug'], ['mug']]);
    const kept = histories.peek(subjectOfCustomer('otto'));
    expect(kept).toBeDefined();
    notified = [];
    await follows((await backfill.append([view('anna', 'cup'), view('nora', 'cup')])).position);
    expect(notified).toEqual(['anna']);
    expect((await productsOf('anna')).sort()).toEqual(['cup', 'mug']);
    expect(histories.peek(subjectOfCustomer('otto'))).toBe(kept);
  });

  it('notifies the watchers of exactly the imported orders', async () => {
    const orders = new OrderService(eventLogOf(pool, outbox));
    const order = (id: string, customerId: string) =>
      ({
        id,
        customerId,
        placedAt: new Date('2026-01-02T10:00:00Z'),
        lines: [{ id: '1', productId: 'jug', quantity: 1, unitPrice: { amount: '2', currency: 'EUR' } }],
      }) as unknown as OrderInput;
    notified = [];
    const { errors } = await orders.record([order('o1', 'anna'), order('o3', 'nora')], {
      by: 'import',
      backfill: true,
    });
    expect(errors).toEqual([]);
    await until(
      () => notified,
      (names) => names.includes('o1'),
    );
    expect([...new Set(notified)].sort()).toEqual(['anna', 'o1']);
    expect(await productsOf('anna')).toContain('jug');
  });
});
