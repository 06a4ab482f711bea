import type { Pool } from 'pg';
import { commitChange } from '../../../src/events/commit-change';
import { EventLog } from '../../../src/events/event-log';
import type { LogEffect } from '../../../src/events/log-effect';
import type { Outbox } from '../../../src/events/outbox.service';
import { newestPosition, type LogChange } from '../../../src/events/position.store';
import type { StoredEvent } from '../../../src/events/stored-event';
import { connectPostgres } from '../../../src/platform/postgres';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const NOW = Date.now();
const event = (id: string): StoredEvent => ({
  source: 'STOREFRONT',
  id,
  type: 'VIEW',
  occurredAt: NOW,
  productId: 'lamp',
  sessionId: 'visit',
  quantity: 1,
});
const ARRIVAL = { receivedAt: () => new Date(NOW), backfill: false };

let shop: TestNamespace;
let pool: Pool;

const rows = async <Row extends object = object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
  (await pool.query<Row>(sql, values)).rows;
/** Publications and notifications of effects, in their order. */
let happened: unknown[];
let outbox: Outbox;

beforeAll(async () => {
  shop = await testNamespace();
  pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 3 });
  const publish = (position: number, change: LogChange) => happened.push({ position, change });
  outbox = { pool, publish } as unknown as Outbox;
});

beforeEach(() => (happened = []));

afterAll(async () => {
  await pool.end();
  await shop.drop();
});

const customers = async () => (await rows<{ id: string }>('SELECT id FROM customers ORDER BY id')).map(({ id }) => id);
const insertCustomer = 'INSERT INTO customers (id, created_at) VALUES ($1, now())';

describe('commitChange', () => {
  it('gives a change the next position, runs what needs the position, and publishes after COMMIT', async () => {
    const before = await newestPosition(pool);
    const committed = await commitChange(outbox, async (client) => ({
      name: 'a',
      change: { orders: ['1'] },
      afterPosition: async (position: number) => {
        expect(happened).toEqual([]);
        await client.query(insertCustomer, [`at-${position}`]);
      },
    }));
    expect(committed).toEqual({ name: 'a', position: before + 1 });
    expect(await customers()).toEqual([`at-${before + 1}`]);
    expect(happened).toEqual([{ position: before + 1, change: { orders: ['1'] } }]);
    expect(await rows('SELECT payload FROM outbox WHERE position = $1', [before + 1])).toEqual([
      { payload: { orders: ['1'] } },
    ]);
  });

  it('without a change, commits and returns the newest position', async () => {
    const before = await newestPosition(pool);
    const afterPosition = () => Promise.reject(new Error('there is no position'));
    expect(await commitChange(outbox, async () => ({ change: null, afterPosition }))).toEqual({
      position: before,
    });
    expect(await commitChange(outbox, async () => null)).toBeNull();
    expect([happened, await newestPosition(pool)]).toEqual([[], before]);
  });

  it('rolls everything back and publishes nothing if a step fails', async () => {
    const before = [await newestPosition(pool), await customers()];
    const failing = commitChange(outbox, async (client) => {
      await client.query(insertCustomer, ['lost']);
      return { change: {}, afterPosition: () => Promise.reject(new Error('broken')) };
    });
    await expect(failing).rejects.toThrow('broken');
    expect([await newestPosition(pool), await customers()]).toEqual(before);
    expect(happened).toEqual([]);
  });
});

describe('EventLog', () => {
  const effect = (name: string): LogEffect => ({
    name,
    stateSql: `'state of ${name}'`,
    apply: async (client, { batch, inserted }, { backfill }, state) => {
      await client.query(insertCustomer, [`${name} ${inserted.map(({ id }) => id).join()}`]);
      return () => happened.push({ name, batch, count: inserted.length, backfill, state });
    },
    onEventsDeleted: async () => void happened.push(`${name}: deleted`),
  });
  const eventLog = () => new EventLog(pool, outbox, [effect('one'), effect('two')]);

  it('applies each effect with its state, and notifies it after the change is published', async () => {
    const { appended, position } = await eventLog().commit(async ({ append }) => {
      const appended = await append([event('a'), event('b'), event('a')], ARRIVAL);
      return { appended, change: { events: appended.inserted } };
    });
    expect(appended).toMatchObject({ inserted: [{ id: 'a' }, { id: 'b' }], sequences: [0, 1], duplicates: 1 });
    const common = { batch: appended.batch, count: 2, backfill: false };
    expect(happened).toEqual([
      { position, change: { events: [event('a'), event('b')] } },
      { name: 'one', ...common, state: 'state of one' },
      { name: 'two', ...common, state: 'state of two' },
    ]);
    expect(await customers()).toEqual(expect.arrayContaining(['one a,b', 'two a,b']));
    expect(await rows('SELECT position, events FROM log_batches WHERE batch = $1', [appended.batch])).toEqual([
      { position, events: 2 },
    ]);
  });

  it('notifies no effect if the transaction fails', async () => {
    const failing = eventLog().commit(async ({ append }) => {
      await append([event('c')], ARRIVAL);
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    expect(happened).toEqual([]);
    expect(await customers()).not.toContain('one c');
    expect(await rows(`SELECT FROM events WHERE id = 'c'`)).toEqual([]);
  });

  it('notifies all effects that events are deleted', async () => {
    const client = await pool.connect();
    await eventLog().onEventsDeleted(client);
    client.release();
    expect(happened).toEqual(['one: deleted', 'two: deleted']);
  });
});
