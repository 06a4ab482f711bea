/** The checks of `freshet doctor` on the machine, PostgreSQL and Redis. They are read-only. */
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { Redis } from 'ioredis';
import { MigrationError, pendingMigrations } from './migrate';
import { describeSession, explainPostgres, findPoolerFault, findRedisFault, readOnlyFault } from './reachable';

export interface CheckResult {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'fault';
  /** The result, as one sentence. */
  readonly found: string;
  /** What the operator should do. */
  readonly advice?: string;
}

const GIB = 2 ** 30;
const CHECK_TIMEOUT_MS = 5_000;
const MIN_POSTGRES_VERSION = 150_000;
const MIN_REDIS_VERSION = [6, 2] as const;
const MAX_CLOCK_SKEW_MS = 5_000;
/**
 * Number of connections that one API and one worker process together open outside their pools. Each process's pools
 * have DATABASE_CONNECTIONS connections in total.
 */
const UNPOOLED_CONNECTIONS = 10;

export const ok = (check: string, found: string): CheckResult => ({ check, state: 'ok', found });
export const warning = (check: string, found: string, advice: string): CheckResult => {
  return { check, state: 'warning', found, advice };
};
export const fault = (check: string, found: string, advice: string): CheckResult => ({
  check,
  state: 'fault',
  found,
  advice,
});

/** @param requirement the oldest supported version, in the format of package.json: >=MAJOR.MINOR */
export function checkNode(requirement: string): CheckResult {
  const [major, minor] = requirement.replace('>=', '').split('.').map(Number) as [number, number];
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number) as [number, number];
  const found = `Node ${process.versions.node}`;
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return ok('Node', found);
  return fault('Node', found, `Install Node ${major}.${minor} or newer.`);
}

/** Checks that the data folder, in which the private PostgreSQL and Redis run, is writable and has free space. */
export function checkFolder(folder: string): CheckResult {
  const check = 'data folder';
  let existingFolder = path.resolve(folder);
  while (!existsSync(existingFolder)) existingFolder = path.dirname(existingFolder);
  try {
    accessSync(existingFolder, constants.W_OK);
  } catch {
    const advice = `Make it writable for this user, or set DATA_DIR to a writable folder.`;
    return fault(check, `${existingFolder} is not writable`, advice);
  }
  const { bavail, bsize } = statfsSync(existingFolder);
  const free = (bavail * bsize) / GIB;
  const found = `${existingFolder} has ${free.toFixed(1)} GiB of free space`;
  if (free < 0.25) return fault(check, found, 'Free disk space: PostgreSQL stops writing when the disk is full.');
  if (free < 2) return warning(check, found, 'Free disk space, or set DATA_DIR to another disk.');
  return ok(check, found);
}

/** @param connections DATABASE_CONNECTIONS, the setting for one Freshet process */
export async function checkPostgres(url: string, namespace: string, connections: number): Promise<CheckResult[]> {
  const client = new Client({
    connectionString: url,
    application_name: 'freshet doctor',
    connectionTimeoutMillis: CHECK_TIMEOUT_MS,
    query_timeout: CHECK_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const { reason, advice } = explainPostgres(url, error);
    return [fault('PostgreSQL', reason, `DATABASE_URL: ${advice}`)];
  }
  try {
    return [
      ...(await checkSession(url, client, connections)),
      ...(await checkServer(client, connections)),
      await checkMigrations(client, namespace),
    ];
  } catch (error) {
    return [fault('PostgreSQL', (error as Error).message, 'See the log of PostgreSQL.')];
  } finally {
    await client.end();
  }
}

/** Checks whether the database takes writes, and what a pooler in front of it does. */
async function checkSession(url: string, client: Client, connections: number): Promise<CheckResult[]> {
  const { isPooled, isReadOnly, isStandby } = await describeSession(client);
  const results: CheckResult[] = [];
  if (isReadOnly) {
    const { reason, advice } = readOnlyFault(url, isStandby);
    results.push(fault('PostgreSQL', reason, `DATABASE_URL: ${advice}`));
  }
  if (!isPooled) return results;
  const found = await findPoolerFault(url, client);
  if (found !== undefined) return [...results, fault('PostgreSQL', found.reason, found.advice)];
  const needed = 2 * connections + UNPOOLED_CONNECTIONS;
  const sentence = `connections go through a pooler in session mode; one API and one worker process need ${needed} (default_pool_size)`;
  return [...results, ok('pooler', sentence)];
}

type ServerFigure = 'version' | 'number' | 'fsync' | 'commit' | 'encoding' | 'most' | 'used' | 'users' | 'now' | 'size';

/** SQL: connections by process or job, without the prefix `freshet`. The names of others are shown as they are. */
const CONNECTIONS = `
  SELECT coalesce(nullif(regexp_replace(application_name, '^freshet ', ''), ''), 'unnamed') AS name, count(*) AS count
  FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY 1`;

async function checkServer(client: Client, connections: number): Promise<CheckResult[]> {
  const { rows } = await client.query<Record<ServerFigure, string>>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num') AS number,
       current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
       current_setting('server_encoding') AS encoding, current_setting('max_connections') AS most,
       (SELECT sum(count) FROM (${CONNECTIONS}) each) AS used,
       (SELECT string_agg(name || ' ' || count, ', ' ORDER BY count DESC, name) FROM (${CONNECTIONS}) each) AS users,
       extract(epoch FROM clock_timestamp()) * 1000 AS now,
       pg_size_pretty(pg_database_size(current_database())) AS size`,
  );
  const { version, number, fsync, commit, encoding, most, used, users, now, size } = rows[0]!;
  const results = [
    Number(number) >= MIN_POSTGRES_VERSION
      ? ok('PostgreSQL', `version ${version}, ${size}`)
      : fault('PostgreSQL', `version ${version}`, 'Upgrade to PostgreSQL 15 or newer (pg_dump, then restore).'),
  ];
  if (encoding !== 'UTF8')
    results.push(fault('encoding', encoding, "Create a new database with ENCODING 'UTF8', and restore into it."));
  if (fsync !== 'on' || commit === 'off') {
    const advice = 'Set fsync = on and synchronous_commit = on; otherwise acknowledged events may be lost.';
    results.push(warning('durability', `fsync is ${fsync}, synchronous_commit is ${commit}`, advice));
  }
  const freeConnections = Number(most) - Number(used);
  const spare = `${used} of ${most} connections are in use: ${users}`;
  const advice = 'Raise max_connections, or lower DATABASE_CONNECTIONS.';
  results.push(
    freeConnections < 2 * connections + UNPOOLED_CONNECTIONS
      ? warning('connections', spare, advice)
      : ok('connections', spare),
  );
  const skew = Math.abs(Number(now) - Date.now());
  if (skew > MAX_CLOCK_SKEW_MS) {
    const sentence = `the clocks of this machine and of PostgreSQL differ by ${(skew / 1_000).toFixed(0)} s`;
    results.push(warning('clocks', sentence, 'Synchronise both by NTP: events from the future are rejected.'));
  }
  return results;
}

async function checkMigrations(client: Client, namespace: string): Promise<CheckResult> {
  const check = 'tables';
  try {
    const missing = await pendingMigrations(client, namespace);
    if (missing.length === 0) return ok(check, `the schema "${namespace}" is up to date`);
    const found = `the schema "${namespace}" lacks ${missing.length} ${missing.length === 1 ? 'migration' : 'migrations'}`;
    return warning(check, found, 'The next process of this release that starts applies them.');
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return { check, state: 'fault', found: error.message };
  }
}

export async function checkRedis(url: string): Promise<CheckResult[]> {
  const unreachable = await findRedisFault(url);
  if (unreachable) return [fault('Redis', unreachable.reason, `REDIS_URL: ${unreachable.advice}`)];
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CHECK_TIMEOUT_MS,
    commandTimeout: CHECK_TIMEOUT_MS,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const info = new Map(
      (await redis.info())
        .split('\r\n')
        .filter((line) => line.includes(':'))
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)] as const),
    );
    return checkRedisInfo(info);
  } catch (error) {
    return [fault('Redis', (error as Error).message, 'See the log of Redis.')];
  } finally {
    redis.disconnect();
  }
}

/** @param info the fields of the response to the Redis command INFO */
export function checkRedisInfo(info: ReadonlyMap<string, string>): CheckResult[] {
  const version = info.get('redis_version') ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = MIN_REDIS_VERSION;
  const isOld = major < leastMajor || (major === leastMajor && minor < leastMinor);
  const results = isOld
    ? [fault('Redis', `version ${version}`, `Upgrade to Redis ${leastMajor}.${leastMinor} or newer, or to Valkey.`)]
    : [ok('Redis', `version ${version}, ${info.get('used_memory_human')}`)];
  const policy = info.get('maxmemory_policy') ?? '';
  if (policy !== 'noeviction') {
    const advice = 'Set maxmemory-policy noeviction; otherwise queues lose jobs.';
    results.push(warning('Redis memory', `maxmemory-policy is ${policy}`, advice));
  }
  const maxMemory = Number(info.get('maxmemory'));
  if (maxMemory > 0 && Number(info.get('used_memory')) > 0.8 * maxMemory)
    results.push(warning('Redis memory', 'more than 80 % of maxmemory is used', 'Raise maxmemory.'));
  if (info.get('aof_enabled') !== '1') {
    const advice = 'Set appendonly yes: all Redis data can be rebuilt, but a restart is faster with it.';
    results.push(warning('Redis durability', 'there is no append-only file', advice));
  }
  return results;
}
