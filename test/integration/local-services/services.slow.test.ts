import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import Redis from 'ioredis';
import { Client } from 'pg';
import { isRunning, waitForExit } from '../../../src/local-services/process-table';
import { type Services, startServices } from '../../../src/local-services/services';
import { testFolder } from '../../setup/shop';

/** A process number that no process has: above the largest that Linux assigns. */
const NOBODY = 4_194_400;

const running: Services[] = [];

const freshFolder = (mode?: number) => testFolder('services', mode);

async function start(
  dataDir: string,
  given: { databaseUrl?: string; redisUrl?: string; fsync?: boolean } = {},
): Promise<Services> {
  const services = await startServices(
    { dataDir, databaseUrl: given.databaseUrl, redisUrl: given.redisUrl },
    { fsync: given.fsync ?? false },
  );
  running.push(services);
  return services;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function setting(url: string, name: string): Promise<string> {
  const redis = new Redis(url);
  try {
    return (await redis.config('GET', name))[1];
  } finally {
    redis.disconnect();
  }
}

const pidsOf = (folder: string) => ({
  postgres: Number(readFileSync(path.join(folder, 'postgres/data/postmaster.pid'), 'utf8').split('\n', 1)[0]),
  redis: Number(readFileSync(path.join(folder, 'redis/redis.pid'), 'utf8')),
});

afterEach(async () => {
  for (const services of running.splice(0)) await services.stop();
});

describe('private services', () => {
  it('start, retain their data and their port over a restart, and stop', async () => {
    const folder = freshFolder();
    const first = await start(folder);
    expect(first.started).toEqual({ postgres: true, redis: true });
    await query(first.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const pids = pidsOf(folder);
    await first.stop();
    expect([isRunning(pids.postgres), isRunning(pids.redis)]).toEqual([false, false]);
    const second = await start(folder);
    expect(second.databaseUrl).toBe(first.databaseUrl);
    expect(await query(second.databaseUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('have the settings that the product needs', async () => {
    const services = await start(freshFolder());
    const [database] = await query(
      services.databaseUrl,
      `SELECT current_setting('server_encoding') AS encoding, current_setting('listen_addresses') AS listen,
              current_setting('timezone') AS timezone`,
    );
    expect(database).toEqual({ encoding: 'UTF8', listen: '127.0.0.1', timezone: 'UTC' });
    expect(await setting(services.redisUrl, 'maxmemory-policy')).toBe('noeviction');
    expect(await setting(services.redisUrl, 'bind')).toBe('127.0.0.1');
  });

  it('reject connections without the password', async () => {
    const services = await start(freshFolder());
    const wrong = services.databaseUrl.replace(/:[0-9a-f]+@/, ':wrong@');
    await expect(query(wrong, 'SELECT 1')).rejects.toThrow(/password/);
    const redis = new Redis(services.redisUrl.replace(/:[0-9a-f]+@/, ':wrong@'), {
      retryStrategy: () => null,
      lazyConnect: true,
    });
    redis.on('error', () => undefined);
    await expect(redis.connect().then(() => redis.ping())).rejects.toThrow();
    redis.disconnect();
  });

  it('are started once by several concurrent callers, and end with the last of them', async () => {
    const folder = freshFolder();
    const all = await Promise.all([start(folder), start(folder), start(folder)]);
    expect(all.filter(({ started }) => started.postgres)).toHaveLength(1);
    expect(new Set(all.map(({ databaseUrl }) => databaseUrl)).size).toBe(1);
    const pids = pidsOf(folder);
    const starter = all.findIndex(({ started }) => started.postgres);
    const [first, second, last] = [starter, (starter + 1) % 3, (starter + 2) % 3].map((index) => all[index]);
    await first.stop();
    await second.stop();
    expect(await query(last.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await last.stop();
    expect([isRunning(pids.postgres), isRunning(pids.redis)]).toEqual([false, false]);
  });

  it("work in a folder below one that other users can't open", async () => {
    const folder = path.join(freshFolder(0o700), 'data');
    const services = await start(folder);
    expect(await query(services.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('are not started if the settings name other services', async () => {
    const own = await start(freshFolder());
    const folder = freshFolder();
    const services = await start(folder, { databaseUrl: own.databaseUrl });
    expect(services.databaseUrl).toBe(own.databaseUrl);
    expect(services.started).toEqual({ postgres: false, redis: true });
    expect(existsSync(path.join(folder, 'postgres'))).toBe(false);
    await services.stop();
    expect(await query(own.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('use another port if theirs has been taken meanwhile', async () => {
    const folder = freshFolder();
    const first = await start(folder);
    await first.stop();
    const port = Number(new URL(first.databaseUrl).port);
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      const second = await start(folder);
      expect(Number(new URL(second.databaseUrl).port)).not.toBe(port);
    } finally {
      squatter.close();
    }
  });
});

describe('after a crash', () => {
  it('the next start joins services that still run, and ends them', async () => {
    const folder = freshFolder();
    const crashed = await start(folder);
    running.length = 0;
    // The state after a SIGKILL: the services running, and a note of a user process that has ended.
    for (const kind of ['postgres', 'redis']) {
      rmSync(path.join(folder, 'users', kind), { recursive: true });
      writeNote(path.join(folder, 'users', kind, 'crashed'), `${NOBODY} 1`);
    }
    const pids = pidsOf(folder);
    const next = await start(folder);
    expect(next.started).toEqual({ postgres: false, redis: false });
    expect(next.databaseUrl).toBe(crashed.databaseUrl);
    await next.stop();
    expect([isRunning(pids.postgres), isRunning(pids.redis)]).toEqual([false, false]);
  });

  it('a lock that its holder left behind blocks no start', async () => {
    const folder = freshFolder();
    writeNote(path.join(folder, 'services.lock'), `${NOBODY} 1 abc`);
    expect((await start(folder)).started.postgres).toBe(true);
  });

  it('the next start repairs services that were killed too', async () => {
    const folder = freshFolder();
    const crashed = await start(folder, { fsync: true });
    await query(crashed.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const pids = pidsOf(folder);
    process.kill(pids.postgres, 'SIGKILL');
    process.kill(pids.redis, 'SIGKILL');
    await Promise.all([waitForExit(pids.postgres, 5_000), waitForExit(pids.redis, 5_000)]);
    const next = await start(folder);
    expect(next.started).toEqual({ postgres: true, redis: true });
    expect(await query(next.databaseUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('a process number that was reused by another program is not mistaken for the server', async () => {
    const folder = freshFolder();
    await (await start(folder)).stop();
    const stranger: ChildProcess = spawn('sleep', ['30']);
    try {
      const data = path.join(folder, 'postgres', 'data');
      writeNote(path.join(data, 'postmaster.pid'), `${stranger.pid}\n${data}\n1\n5432\n\n127.0.0.1\n\nready\n`);
      writeNote(path.join(folder, 'redis', 'redis.pid'), `${stranger.pid}\n`);
      expect((await start(folder)).started).toEqual({ postgres: true, redis: true });
    } finally {
      stranger.kill();
    }
  });
});

it('a data folder of another major version is refused with a solution', async () => {
  const folder = freshFolder();
  await (await start(folder)).stop();
  writeFileSync(path.join(folder, 'postgres', 'data', 'PG_VERSION'), '17\n');
  await expect(start(folder)).rejects.toThrow(/created by PostgreSQL 17; .*pg_dump.*psql/);
  // Redis, which was started with it, must not be left running either.
  expect(existsSync(path.join(folder, 'redis', 'redis.pid'))).toBe(false);
});

it('a data folder that can not be written to is named, with solutions', async () => {
  const file = path.join(freshFolder(), 'file');
  writeFileSync(file, '');
  for (const dataDir of [file, path.join(file, 'data')])
    await expect(start(dataDir)).rejects.toThrow(/file(\/data)? is not writable \(E\w+\): .*DATA_DIR.*DATABASE_URL/);
});

function writeNote(file: string, text: string): void {
  rmSync(file, { force: true });
  const folder = path.dirname(file);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, text);
}
