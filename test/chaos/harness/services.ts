/** PostgreSQL and Redis servers for a single test, which can be killed without affecting other tests. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { type RunningService, startPostgres } from '../../../src/local-services/embedded-postgres';
import { migrate } from '../../../src/platform/migrate';
import { connectPostgres, inTransaction } from '../../../src/platform/postgres';
import { startRedis } from '../../../src/local-services/private-redis';
import { isRunning, waitForExit } from '../../../src/local-services/process-table';
import type { TestNamespace } from '../../setup/shop';
import { testFolder } from '../../setup/shop';
import { until } from '../../setup/until';
import { SmallDisk } from './small-disk';

const REDIS_BINARIES = [path.resolve(__dirname, '../../../node_modules/.freshet/redis')];
const NAMESPACE = 'chaos';

/** Writes are forced to disk, as in production: acknowledged data must survive a crash. */
export class MortalServices {
  private constructor(
    private readonly folder: string,
    private postgres: RunningService,
    private redis: RunningService,
    /** PostgreSQL's disk, or the reason why it has no separate disk. */
    readonly disk: SmallDisk | string,
    /** Reads the shop's database from the test process. */
    readonly pool: Pool,
  ) {}

  /** @param diskMiB puts PostgreSQL on a separate file system of this size */
  static async start(diskMiB?: number): Promise<MortalServices> {
    const folder = testFolder('chaos');
    const disk =
      diskMiB === undefined ? 'no separate disk was requested' : mountAt(path.join(folder, 'postgres'), diskMiB);
    const [postgres, redis] = await Promise.all([runPostgres(folder), runRedis(folder)]);
    await migrate(postgres.url, NAMESPACE);
    return new MortalServices(folder, postgres, redis, disk, connectPostgres(postgres.url, NAMESPACE, { max: 4 }));
  }

  get shop(): TestNamespace {
    return {
      namespace: NAMESPACE,
      databaseUrl: this.postgres.url,
      redisUrl: this.redis.url,
      drop: async () => undefined, // The schema is deleted with its server.
    };
  }

  get redisPid(): number {
    return this.redis.pid;
  }

  /** Reads one number from the database. */
  async count(sql: string): Promise<number> {
    return (await this.pool.query<{ n: number }>(`SELECT (${sql})::float8 AS n`)).rows[0].n;
  }

  async ids(sql: string): Promise<string[]> {
    return (await this.pool.query<{ id: string }>(sql)).rows.map(({ id }) => id);
  }

  /**
   * Runs the work after no batch has been able to get a position for the given time, while started batches wait for
   * one.
   */
  holdingCounter(ms: number, work: () => void): Promise<void> {
    return inTransaction(this.pool, async (client) => {
      await client.query('SELECT FROM log_position FOR UPDATE');
      await new Promise((resolve) => setTimeout(resolve, ms));
      work();
    });
  }

  /** Sends SIGKILL. @returns whether the process has ended */
  async killRedis(): Promise<boolean> {
    process.kill(this.redis.pid, 'SIGKILL');
    return waitForExit(this.redis.pid, 5_000);
  }

  forgetRedisData(): void {
    rmSync(path.join(this.folder, 'redis', 'appendonlydir'), { recursive: true, force: true });
  }

  /** Restarts Redis at the same address. */
  async reviveRedis(): Promise<void> {
    this.redis = await runRedis(this.folder);
  }

  pauseRedis(): void {
    process.kill(this.redis.pid, 'SIGSTOP');
  }

  resumeRedis(): void {
    process.kill(this.redis.pid, 'SIGCONT');
  }

  /** Runs commands on a separate connection. */
  async askRedis<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(this.redis.url, { maxRetriesPerRequest: 0, commandTimeout: 500 });
    redis.on('error', () => undefined);
    try {
      return await work(redis);
    } finally {
      redis.disconnect();
    }
  }

  /** Cuts every other connection. @returns how many */
  async cutConnections(): Promise<number> {
    return this.count(
      `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
       WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
  }

  /** Immediate shutdown: the processes end at once, without writing anything. @returns whether the server has ended */
  async crashPostgres(): Promise<boolean> {
    process.kill(this.postgres.pid, 'SIGQUIT');
    return waitForExit(this.postgres.pid, 5_000);
  }

  /**
   * Sends SIGSTOP to every process of the server: connections stay open, and the server does not answer. @returns how
   * many
   */
  hangPostgres(): number {
    // The postmaster first: it would start other processes.
    process.kill(this.postgres.pid, 'SIGSTOP');
    const children = childrenOf(this.postgres.pid);
    for (const pid of children) process.kill(pid, 'SIGSTOP');
    return 1 + children.length;
  }

  wakePostgres(): void {
    for (const pid of [...childrenOf(this.postgres.pid), this.postgres.pid]) process.kill(pid, 'SIGCONT');
  }

  /** Makes PostgreSQL start new write-ahead log files until that fails. @returns whether it has crashed */
  async useUpLog(): Promise<boolean> {
    for (let files = 0; files < 300; files++) {
      try {
        await this.pool.query("SELECT pg_logical_emit_message(false, 'chaos', 'x'), pg_switch_wal()");
      } catch {
        return true;
      }
    }
    return false;
  }

  /** Waits for its recovery. */
  async postgresAnswers(): Promise<void> {
    await until(
      () => this.count('SELECT 1').catch(() => 0),
      (one) => one === 1,
    );
  }

  get postgresRuns(): boolean {
    return isRunning(this.postgres.pid);
  }

  async revivePostgres(): Promise<void> {
    this.postgres = await runPostgres(this.folder);
  }

  /** The log output of this run of the server. */
  postgresLog(): string {
    return readFileSync(path.join(this.folder, 'postgres', 'log'), 'utf8');
  }

  async stop(): Promise<void> {
    await this.pool.end();
    if (typeof this.disk !== 'string') this.disk.empty();
    await Promise.all([this.redis.stop(), this.postgres.stop()]);
    if (typeof this.disk !== 'string') this.disk.unmount();
  }
}

function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}

function mountAt(folder: string, mebibytes: number): SmallDisk | string {
  mkdirSync(folder);
  return SmallDisk.mount(folder, mebibytes);
}

const runPostgres = (folder: string) => startPostgres(path.join(folder, 'postgres'));
const runRedis = (folder: string) =>
  startRedis(path.join(folder, 'redis'), { binaryFolders: REDIS_BINARIES, persistent: true });
