/** What a doctor looks at below the shop: the machine, PostgreSQL, Redis. Nothing is changed by looking. */
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { Redis } from 'ioredis';
import { MigrationError, pendingMigrations } from './migrate';
import { explainPostgres, faultOfRedis } from './reachable';

export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'fault';
  /** What was found, in a sentence. */
  readonly found: string;
  /** What to do about it. */
  readonly advice?: string;
}

const GIB = 2 ** 30;
const ANSWER_MS = 5_000;
const MIN_POSTGRES_VERSION = 150_000;
const MIN_REDIS_VERSION = [6, 2];
const MAX_CLOCK_SKEW_MS = 5_000;
/** Of one API and one worker process, beside DATABASE_CONNECTIONS. */
const HELPER_CONNECTIONS = 10;

export const ok = (check: string, found: string): Finding => ({ check, state: 'ok', found });
export const warning = (check: string, found: string, advice: string): Finding => {
  return { check, state: 'warning', found, advice };
};
export const fault = (check: string, found: string, advice: string): Finding => ({
  check,
  state: 'fault',
  found,
  advice,
});

/** @param oldest as package.json has it: >=MAJOR.MINOR */
export function checkNode(oldest: string): Finding {
  const [major, minor] = oldest.replace('>=', '').split('.').map(Number);
  const [mine, mineMinor] = process.versions.node.split('.').map(Number);
  const found = `Node ${process.versions.node}`;
  if (mine > major || (mine === major && mineMinor >= minor)) return ok('Node', found);
  return fault('Node', found, `Install Node ${major}.${minor} or newer.`);
}

/** The folder of private services: it has to be there for them, and have room. */
export function checkFolder(folder: string): Finding {
  const check = 'data folder';
  let there = path.resolve(folder);
  while (!existsSync(there)) there = path.dirname(there);
  try {
    accessSync(there, constants.W_OK);
  } catch {
    const advice = `Make it writable for this user, or set DATA_DIR to a folder that is.`;
    return fault(check, `${there} can't be written to`, advice);
  }
  const { bavail, bsize } = statfsSync(there);
  const free = (bavail * bsize) / GIB;
  const found = `${there} has ${free.toFixed(1)} GiB left`;
  if (free < 0.25) return fault(check, found, 'Make room: PostgreSQL stops writing where there is none.');
  if (free < 2) return warning(check, found, 'Make room before it runs out, or set DATA_DIR to another disk.');
  return ok(check, found);
}

/** @param connections that a process of ours may hold */
export async function checkPostgres(url: string, namespace: string, connections: number): Promise<Finding[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: ANSWER_MS, query_timeout: ANSWER_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const { found, advice } = explainPostgres(url, error);
    return [fault('PostgreSQL', found, `DATABASE_URL: ${advice}`)];
  }
  try {
    return [...(await checkServer(client, connections)), await checkMigrations(client, namespace)];
  } catch (error) {
    return [fault('PostgreSQL', (error as Error).message, 'See its log.')];
  } finally {
    await client.end();
  }
}

async function checkServer(client: Client, connections: number): Promise<Finding[]> {
  const { rows } = await client.query<Record<string, string>>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num') AS number,
       current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
       current_setting('server_encoding') AS encoding, current_setting('max_connections') AS most,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
       extract(epoch FROM clock_timestamp()) * 1000 AS now, pg_is_in_recovery() AS standby,
       pg_size_pretty(pg_database_size(current_database())) AS size`,
  );
  const { version, number, fsync, commit, encoding, most, used, now, standby, size } = rows[0];
  const found = [
    Number(number) >= MIN_POSTGRES_VERSION
      ? ok('PostgreSQL', `version ${version}, ${size}`)
      : fault('PostgreSQL', `version ${version}`, 'Move to PostgreSQL 15 or newer (pg_dump, then restore).'),
  ];
  if (String(standby) === 'true')
    found.push(fault('PostgreSQL', 'it is a standby', 'DATABASE_URL has to name the primary.'));
  if (encoding !== 'UTF8')
    found.push(fault('encoding', encoding, "Create the database anew with ENCODING 'UTF8', and restore into it."));
  if (fsync !== 'on' || commit === 'off') {
    const advice = 'Set fsync = on and synchronous_commit = on, or what has been acknowledged may be lost.';
    found.push(warning('durability', `fsync is ${fsync}, synchronous_commit ${commit}`, advice));
  }
  const left = Number(most) - Number(used);
  const spare = `${used} of ${most} connections are in use`;
  const advice = 'Raise max_connections, or lower DATABASE_CONNECTIONS.';
  found.push(
    left < 2 * connections + HELPER_CONNECTIONS ? warning('connections', spare, advice) : ok('connections', spare),
  );
  const skew = Math.abs(Number(now) - Date.now());
  if (skew > MAX_CLOCK_SKEW_MS) {
    const sentence = `this machine's and PostgreSQL's are ${(skew / 1_000).toFixed(0)} s apart`;
    found.push(warning('clocks', sentence, 'Keep both by NTP: events from the future are refused.'));
  }
  return found;
}

async function checkMigrations(client: Client, namespace: string): Promise<Finding> {
  const check = 'tables';
  try {
    const missing = await pendingMigrations(client, namespace);
    if (missing.length === 0) return ok(check, `"${namespace}" is as this release wants it`);
    const found = `"${namespace}" lacks ${missing.length} ${missing.length === 1 ? 'migration' : 'migrations'}`;
    return warning(check, found, 'They are applied by the next start of any process of this release.');
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return fault(check, error.message, 'Start the release that made it, or restore a backup.');
  }
}

export async function checkRedis(url: string): Promise<Finding[]> {
  const unreachable = await faultOfRedis(url);
  if (unreachable) return [fault('Redis', unreachable.found, `REDIS_URL: ${unreachable.advice}`)];
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: ANSWER_MS,
    commandTimeout: ANSWER_MS,
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
    return [fault('Redis', (error as Error).message, 'See its log.')];
  } finally {
    redis.disconnect();
  }
}

/** @param info the fields of INFO */
export function checkRedisInfo(info: ReadonlyMap<string, string>): Finding[] {
  const version = info.get('redis_version') ?? '';
  const [major, minor] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = MIN_REDIS_VERSION;
  const isOld = major < leastMajor || (major === leastMajor && minor < leastMinor);
  const found = isOld
    ? [fault('Redis', `version ${version}`, `Move to Redis ${leastMajor}.${leastMinor} or newer, or Valkey.`)]
    : [ok('Redis', `version ${version}, ${info.get('used_memory_human')}`)];
  const policy = info.get('maxmemory_policy') ?? '';
  if (policy !== 'noeviction') {
    const advice = 'Set maxmemory-policy noeviction: queues lose their jobs otherwise.';
    found.push(warning('Redis memory', `maxmemory-policy is ${policy}`, advice));
  }
  const most = Number(info.get('maxmemory'));
  if (most > 0 && Number(info.get('used_memory')) > 0.8 * most)
    found.push(warning('Redis memory', 'more than 80 % of maxmemory is used', 'Raise maxmemory.'));
  if (info.get('aof_enabled') !== '1') {
    const advice = 'Set appendonly yes: it holds nothing that cannot be rebuilt, but a restart is quicker with it.';
    found.push(warning('Redis durability', 'there is no append-only file', advice));
  }
  return found;
}
