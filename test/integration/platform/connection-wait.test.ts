import { createServer, type Server } from 'node:net';
import pino from 'pino';
import { formatError } from '../../../src/graphql/error-format';
import { isOutage } from '../../../src/platform/outage';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { connectPrisma } from '../../../src/platform/prisma';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const log = pino({ level: 'silent' });
const TIMEOUT_MS = 1_000;

describe('a request that waits for a connection of its process', () => {
  let shop: TestNamespace;
  let pool: Pool;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2, connectionTimeoutMs: TIMEOUT_MS });
  });

  afterAll(async () => {
    await pool.end();
    await shop.drop();
  });

  it('is refused with OVERLOADED and retryAfterMs if other requests use all connections', async () => {
    const busy = await Promise.all([pool.connect(), pool.connect()]);
    const requests = [pool.connect(), pool.query('SELECT 1'), connectPrisma(pool, shop.namespace).apiKey.count()];
    const failures = Promise.all(requests.map((one) => one.catch((error: unknown) => error)));
    const errors = await failures;
    for (const client of busy) client.release();
    for (const error of errors) {
      expect(isOutage(error)).toBe(true); // Background work tries again.
      const { message, extensions } = formatError(error, log);
      expect(message).toBe('The server is overloaded; try again.');
      expect(extensions).toEqual({ code: 'OVERLOADED', retryAfterMs: expect.any(Number) });
    }
  });

  it('is refused with OVERLOADED if another transaction holds a lock that it needs', async () => {
    const waiting = connectPostgres(shop.databaseUrl, shop.namespace, { max: 1, queryTimeoutMs: TIMEOUT_MS });
    const holder = await pool.connect();
    await holder.query('BEGIN; LOCK TABLE settings IN ACCESS EXCLUSIVE MODE');
    const error = await waiting.query('SELECT FROM settings').catch((reason: unknown) => reason);
    // The connection is still usable, and the others do not take the wait for an outage.
    expect((await waiting.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await holder.query('ROLLBACK');
    holder.release();
    await waiting.end();
    expect(isOutage(error)).toBe(true);
    expect(formatError(error, log).extensions).toEqual({ code: 'OVERLOADED', retryAfterMs: expect.any(Number) });
  });

  it('is refused with UNAVAILABLE if PostgreSQL answers nothing', async () => {
    const silent: Server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const url = `postgres://nobody@127.0.0.1:${port}/nothing`;
    const hanging = connectPostgres(url, 'x', { max: 1, connectionTimeoutMs: TIMEOUT_MS });
    const requests = [hanging.query('SELECT 1'), hanging.query('SELECT 1')];
    for (const error of await Promise.all(requests.map((one) => one.catch((reason: unknown) => reason)))) {
      expect(formatError(error, log).extensions?.code).toBe('UNAVAILABLE');
    }
    silent.close();
    await hanging.end();
  });
});
