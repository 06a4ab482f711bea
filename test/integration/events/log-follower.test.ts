import type { Pool } from 'pg';
import pino from 'pino';
import { LogFollower } from '../../../src/events/log-follower';
import { LOG_TOPIC } from '../../../src/events/outbox.service';
import { newestPosition, allocatePosition, type LogChange } from '../../../src/events/position.store';
import { connectPostgres, inTransaction } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const log = pino({ level: 'silent' });
const until = async (condition: () => boolean) => {
  const give = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > give) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

describe('LogFollower', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let pubSub: RedisPubSub;
  let follower: LogFollower;
  let applied: number[];
  let loads: number;
  /** Whether the follower's comparison with the counter gets no response. */
  let isCounterSilent: boolean;
  /** Runs after each of the follower's reads of the outbox, before the follower gets the rows. */
  let afterOutboxRead: (() => Promise<void>) | undefined;

  beforeEach(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 3 });
    pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    applied = [];
    loads = 0;
    isCounterSilent = false;
    afterOutboxRead = undefined;
    const query = async (text: unknown, ...more: unknown[]) => {
      if (isCounterSilent && String(text).includes('FROM log_position')) return new Promise(() => undefined);
      const result = await (pool.query as (...args: unknown[]) => unknown).call(pool, text, ...more);
      if (JSON.stringify(text).includes('FROM outbox')) await afterOutboxRead?.();
      return result;
    };
    follower = new LogFollower({
      pool: Object.assign(Object.create(pool) as Pool, { query }),
      pubSub,
      log,
      load: () => {
        loads++;
        return newestPosition(pool);
      },
      apply: (position) => void applied.push(position),
    });
  });

  afterEach(async () => {
    await follower.close();
    await pubSub.close();
    await pool.end();
    await shop.drop();
  });

  const commit = () => inTransaction(pool, (client) => allocatePosition(client, {}));
  const tell = (position: number, change?: LogChange) => pubSub.publish(LOG_TOPIC, { position, change });

  it('applies each position once and in order, also if messages arrive out of order or repeatedly', async () => {
    await follower.start();
    for (let n = 0; n < 5; n++) await commit();
    for (const position of [3, 1, 1, 5, 2, 4, 3]) tell(position, {});
    await until(() => follower.position === 5);
    expect(applied).toEqual([1, 2, 3, 4, 5]);
  });

  it('reads a lost message from the outbox as soon as there is a gap', async () => {
    await follower.start();
    // The comparison with the counter, which runs once a second, would also find the missing message.
    isCounterSilent = true;
    for (let round = 1; round <= 6; round++) {
      for (let n = 0; n < 3; n++) await commit();
      tell(3 * round, {});
      await until(() => follower.position === 3 * round);
    }
    expect(applied).toEqual([...Array(18).keys()].map((n) => n + 1));
  });

  it('reads a change that was too long for a message', async () => {
    await follower.start();
    await commit();
    tell(1);
    await until(() => follower.position === 1);
    expect(applied).toEqual([1]);
  });

  it('notices within about a second that it received no messages', async () => {
    await follower.start();
    await commit();
    expect(await follower.waitFor(1, 3_000)).toBe(true);
    expect(applied).toEqual([1]);
    expect(loads).toBe(1);
  });

  it('does not take a change for deleted that is committed just after a read of the outbox', async () => {
    await follower.start();
    let reads = 0;
    afterOutboxRead = async () => {
      if (reads++ === 0) await commit();
    };
    tell(2, {}); // makes the follower read the outbox, which is empty
    await until(() => reads > 0);
    await commit();
    await until(() => follower.position === 2);
    expect(loads).toBe(1);
  });

  it('loads the whole state again when the outbox no longer reaches back', async () => {
    await follower.start();
    for (let n = 0; n < 4; n++) await commit();
    await pool.query('DELETE FROM outbox WHERE position < 4');
    tell(4, {});
    await until(() => follower.position === 4);
    expect(loads).toBe(2);
    expect(applied).toEqual([]);
  });

  it('misses no change that happens while it starts', async () => {
    const positions = (async () => {
      for (let n = 0; n < 30; n++) tell(await commit(), {});
    })();
    await follower.start();
    const from = applied[0] ?? follower.position + 1;
    await positions;
    await until(() => follower.position === 30);
    expect(applied).toEqual([...Array(31 - from).keys()].map((n) => from + n));
  });
});
