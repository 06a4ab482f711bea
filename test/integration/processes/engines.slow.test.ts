import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { freePort } from '../../../src/local-services/free-port';
import { startRedis } from '../../../src/local-services/private-redis';
import { runCommandProcess } from '../../setup/command';
import { ADMIN_KEY, startApiProcess, startProcess, startWorkerProcess } from '../../setup/processes';
import { testFolder, testServices, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const hasPgBouncer = spawnSync('sh', ['-c', 'PATH=$PATH:/usr/sbin command -v pgbouncer']).status === 0;
if (!hasPgBouncer) process.stderr.write('\nNOT TESTED: PgBouncer. Install it: apt-get install pgbouncer\n');

/** PostgreSQL and Redis answer, but take no logins or no writes. The database and its user belong to this test. */
describe('a shop whose PostgreSQL or Redis refuses its work', () => {
  const name = `engines_${process.pid}`;
  const services = testServices();
  const folder = testFolder('engines', 0o777);
  let admin: Client;
  let redis: Redis;
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApiProcess>>;
  let worker: ReturnType<typeof startWorkerProcess>;

  beforeAll(async () => {
    admin = new Client({ connectionString: services.databaseUrl });
    await admin.connect();
    await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD '${name}'`);
    await admin.query(`CREATE DATABASE ${name} OWNER ${name}`);
    const url = new URL(services.databaseUrl);
    Object.assign(url, { username: name, password: name, pathname: `/${name}` });
    const redisUrl = (
      await startRedis(path.join(folder, 'queue'), {
        binaryFolders: [path.join(folder, 'programs')],
        persistent: false,
      })
    ).url;
    redis = new Redis(redisUrl);
    shop = { databaseUrl: url.href, redisUrl, namespace: name, drop: () => Promise.resolve() };
    api = await startApiProcess(shop);
    worker = startWorkerProcess(shop);
    await until(
      () => worker.log(),
      (log) => log.includes('worker started'),
    );
  }, 120_000);

  afterAll(async () => {
    await Promise.all([api.stop(), worker.stop()]);
    redis.disconnect();
    await endSessions();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.query(`DROP ROLE ${name}`);
    await admin.end();
  });

  const endSessions = () =>
    admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [name]);

  const sendEvent = async (port = api.port) => {
    const response = await fetch(`http://127.0.0.1:${port}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': ADMIN_KEY },
      body: JSON.stringify({
        events: [{ type: 'VIEW', customerId: 'c1', productId: 'p1', occurredAt: new Date().toISOString() }],
      }),
    });
    return { status: response.status, text: await response.text() };
  };

  const degraded = async () => {
    const response = await fetch(`http://127.0.0.1:${api.port}/readyz`);
    return ((await response.json()) as { degraded: string[] }).degraded.join(' ');
  };

  const newestPosition = async () => {
    const client = new Client({ connectionString: shop.databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ position: string }>(`SELECT position FROM ${name}.log_position`);
    await client.end();
    return Number(rows[0].position);
  };

  const refuses = () =>
    until(
      () => sendEvent(),
      ({ status }) => status !== 200,
    );

  /** Sends events until each connection of the pool has been used. */
  const recovers = async () => {
    await until(degraded, (text) => text === '');
    const send20 = async () => {
      for (let n = 0; n < 20; n++) if ((await sendEvent()).status !== 200) return false;
      return true;
    };
    await until(send20, Boolean); // A connection that was being made during the fault may still fail.
  };

  const linesAbout = (log: string, pattern: RegExp) => log.split('\n').filter((line) => pattern.test(line)).length;

  const faults: [string, () => Promise<unknown>, () => Promise<unknown>, RegExp][] = [
    [
      'a read-only database',
      async () => {
        await admin.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
        await endSessions();
      },
      () => admin.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`),
      /is read-only/,
    ],
    [
      'a user who may not log in',
      async () => {
        await admin.query(`ALTER ROLE ${name} NOLOGIN`);
        await endSessions();
      },
      () => admin.query(`ALTER ROLE ${name} LOGIN`),
      /rejects the login/,
    ],
    [
      'a changed password',
      async () => {
        await admin.query(`ALTER ROLE ${name} PASSWORD 'other'`);
        await endSessions();
      },
      () => admin.query(`ALTER ROLE ${name} PASSWORD '${name}'`),
      /rejects the login/,
    ],
  ];

  it.each(faults)(
    '%s: UNAVAILABLE, degraded and one line; a start ends with 1; it recovers by itself',
    async (_, begin, end, reason) => {
      const before = [api.log().length, worker.log().length];
      await begin();
      try {
        const { status, text } = await refuses();
        expect({ status, text }).toMatchObject({
          status: 503,
          text: expect.stringMatching(/UNAVAILABLE.*retryAfterMs|retryAfterMs.*UNAVAILABLE/) as string,
        });
        await until(degraded, (found) => reason.test(found));
        for (let n = 0; n < 10; n++) expect((await sendEvent()).status).toBe(503);
        const lines = [api, worker].map((one, index) =>
          linesAbout(one.log().slice(before[index]), /"level":(40|50).*(read-only|log in|password|can't be used)/),
        );
        expect(Math.max(...lines)).toBeLessThanOrEqual(1);
        const doctor = await runCommandProcess(shop, ['doctor']);
        expect(doctor.output).toMatch(reason);
        expect(doctor.code).toBe(1);
        for (const file of ['src/main.js', 'workers/main.js']) {
          const started = startProcess(file, shop);
          const [code] = (await once(started.child, 'close')) as [number];
          expect([code, started.log()]).toEqual([1, expect.stringMatching(/^DATABASE_URL: [^\n]*\n$/)]);
          expect(started.log()).toMatch(reason);
        }
      } finally {
        await end();
      }
      await recovers();
    },
    120_000,
  );

  const redisFaults: [string, () => Promise<unknown>, () => Promise<unknown>, RegExp][] = [
    [
      'a replica without its master',
      () => redis.call('REPLICAOF', '127.0.0.1', '1'),
      () => redis.call('REPLICAOF', 'NO', 'ONE'),
      /is a replica/,
    ],
    [
      'a master with too few replicas',
      () => redis.config('SET', 'min-replicas-to-write', '1'),
      () => redis.config('SET', 'min-replicas-to-write', '0'),
      /too few replicas/,
    ],
  ];

  it.each(redisFaults)(
    'Redis as %s: events reach the log, degraded and one line; a start ends with 1; it recovers by itself',
    async (_, begin, end, reason) => {
      const before = worker.log().length;
      await begin();
      try {
        await until(degraded, (text) => reason.test(text));
        const position = await newestPosition();
        expect(await sendEvent()).toMatchObject({ status: 200 });
        await until(newestPosition, (newest) => newest > position);
        const lines = linesAbout(
          worker.log().slice(before),
          /"level":(40|50).*(READONLY|NOREPLICAS|Redis can't be used)/,
        );
        expect(lines).toBeLessThanOrEqual(1);
        expect((await runCommandProcess(shop, ['doctor'])).output).toMatch(reason);
        const started = startProcess('workers/main.js', shop);
        const [code] = (await once(started.child, 'close')) as [number];
        expect([code, started.log()]).toEqual([1, expect.stringMatching(/^REDIS_URL: [^\n]*\n$/)]);
      } finally {
        await end();
      }
      await until(degraded, (text) => text === '');
    },
    120_000,
  );

  const startPgBouncer = async (settings: readonly string[]) => {
    const [port, server] = [await freePort(), new URL(shop.databaseUrl)];
    const file = path.join(folder, `pgbouncer-${port}.ini`);
    const lines = [
      '[databases]',
      `* = host=127.0.0.1 port=${server.port} user=${name} password=${name}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = any',
      ...settings,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    const child = spawn('pgbouncer', [...(process.getuid?.() === 0 ? ['-u', 'nobody'] : []), file], {
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
      stdio: 'ignore',
    });
    const url = new URL(shop.databaseUrl);
    url.port = String(port);
    await until(
      async () => {
        const client = new Client({ connectionString: url.href });
        return client.connect().then(
          () => client.end().then(() => true),
          () => false,
        );
      },
      (answers) => answers,
    );
    return { pooled: { ...shop, databaseUrl: url.href }, end: () => child.kill('SIGKILL') };
  };

  (hasPgBouncer ? it : it.skip).each([[[]], [['ignore_startup_parameters = options']]])(
    'everything starts through PgBouncer in session mode with %j, and doctor says so',
    async (settings: readonly string[]) => {
      const { pooled, end } = await startPgBouncer(['pool_mode = session', 'default_pool_size = 60', ...settings]);
      try {
        const through = await startApiProcess(pooled);
        const other = startWorkerProcess(pooled);
        await until(
          () => other.log(),
          (log) => log.includes('worker started'),
        );
        const position = await newestPosition();
        expect(await sendEvent(through.port)).toMatchObject({ status: 200 });
        await until(newestPosition, (newest) => newest > position);
        expect((await runCommandProcess(pooled, ['doctor'])).output).toMatch(/pooler: .*session mode/);
        await Promise.all([through.stop(), other.stop()]);
      } finally {
        end();
      }
    },
    120_000,
  );

  (hasPgBouncer ? it : it.skip).each(['transaction', 'statement'])(
    'PgBouncer in %s mode is refused in one line that names the setting',
    async (mode) => {
      const { pooled, end } = await startPgBouncer([`pool_mode = ${mode}`]);
      try {
        const started = startProcess('src/main.js', pooled);
        const [code] = (await once(started.child, 'close')) as [number];
        expect([code, started.log()]).toEqual([
          1,
          expect.stringMatching(/^DATABASE_URL: .*pool_mode = session[^\n]*\n$/),
        ]);
      } finally {
        end();
      }
    },
    60_000,
  );
});
