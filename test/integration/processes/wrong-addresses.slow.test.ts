import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { Client } from 'pg';
import { runCommandProcess } from '../../setup/command';
import { startProcess } from '../../setup/processes';
import { testFolder, testServices, type TestNamespace } from '../../setup/shop';
import { endStarted, start } from '../../setup/start-command';

const WRONG_PASSWORD = 'wr0ng-passw0rd';
// A command that retried would not end by itself, so each test waits for its end.

describe('a wrong address of PostgreSQL or Redis', () => {
  const { databaseUrl, redisUrl } = testServices();
  const namespace = `wrong_${process.pid}`;
  const shop: TestNamespace = { databaseUrl, redisUrl, namespace, drop: () => Promise.resolve() };
  let silent: Server;
  let silentPort: number;

  const changed = (url: string, change: (url: URL) => void) => {
    const copy = new URL(url);
    change(copy);
    return copy.href;
  };

  beforeAll(async () => {
    silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    silentPort = (silent.address() as { port: number }).port;
  });

  afterEach(async () => {
    endStarted();
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    const { rowCount } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [namespace]);
    await client.end();
    // No migration was applied.
    expect(rowCount).toBe(0);
  });

  afterAll(() => silent.close());

  const cases: [string, () => NodeJS.ProcessEnv, RegExp][] = [
    [
      'a port where nothing listens',
      () => ({ REDIS_URL: 'redis://:s3cret@127.0.0.1:1' }),
      /^REDIS_URL: no server listens at 127\.0\.0\.1:1 \(ECONNREFUSED\)\. .*that Redis is running\.$/,
    ],
    [
      'a port where nothing listens, for PostgreSQL',
      () => ({ DATABASE_URL: 'postgresql://freshet:s3cret@127.0.0.1:1/freshet' }),
      /^DATABASE_URL: no server listens at 127\.0\.0\.1:1 \(ECONNREFUSED\)\. .*that PostgreSQL is running\.$/,
    ],
    [
      'both',
      () => ({ DATABASE_URL: 'postgresql://127.0.0.1:1/freshet', REDIS_URL: 'redis://127.0.0.1:1' }),
      /^DATABASE_URL: no server .*\nREDIS_URL: no server .*$/,
    ],
    [
      'a host that does not exist',
      () => ({ DATABASE_URL: changed(databaseUrl, (url) => (url.hostname = 'no-such-host.invalid')) }),
      /^DATABASE_URL: the host "no-such-host\.invalid" is not known/,
    ],
    [
      'a wrong password',
      () => ({ DATABASE_URL: changed(databaseUrl, (url) => (url.password = WRONG_PASSWORD)) }),
      /^DATABASE_URL: PostgreSQL at 127\.0\.0\.1:\d+ rejects the login: password authentication failed/,
    ],
    [
      'a wrong password of Redis',
      () => ({ REDIS_URL: changed(redisUrl, (url) => (url.password = WRONG_PASSWORD)) }),
      /^REDIS_URL: Redis at 127\.0\.0\.1:\d+ rejects the user name or the password\./,
    ],
    [
      'no password',
      () => ({
        DATABASE_URL: changed(databaseUrl, (url) => (url.password = '')),
        REDIS_URL: changed(redisUrl, (url) => (url.password = '')),
      }),
      /^DATABASE_URL: .* requires a password\..*\nREDIS_URL: .* requires a password\./,
    ],
    [
      'a database that does not exist',
      () => ({ DATABASE_URL: changed(databaseUrl, (url) => (url.pathname = '/nowhere')) }),
      /^DATABASE_URL: PostgreSQL at 127\.0\.0\.1:\d+ has no database "nowhere"\./,
    ],
    [
      'a database of Redis that does not exist',
      () => ({ REDIS_URL: `${redisUrl}/4711` }),
      /^REDIS_URL: Redis at .* has no database "4711"/,
    ],
    [
      'TLS where the server has none',
      () => ({
        DATABASE_URL: changed(databaseUrl, (url) => url.searchParams.set('sslmode', 'verify-full')),
        REDIS_URL: redisUrl.replace('redis:', 'rediss:'),
      }),
      /^DATABASE_URL: .* does not accept TLS\. .*\nREDIS_URL: .* does not speak TLS, use redis:/,
    ],
    [
      'each other’s address',
      () => ({
        DATABASE_URL: changed(databaseUrl, (url) => (url.port = new URL(redisUrl).port)),
        REDIS_URL: changed(redisUrl, (url) => (url.port = new URL(databaseUrl).port)),
      }),
      /^DATABASE_URL: .* does not answer as PostgreSQL.*\nREDIS_URL: .* does not answer as Redis/,
    ],
    [
      'a server that never answers',
      () => ({
        DATABASE_URL: changed(databaseUrl, (url) => (url.port = String(silentPort))),
        REDIS_URL: changed(redisUrl, (url) => (url.port = String(silentPort))),
      }),
      /^DATABASE_URL: .* does not answer as PostgreSQL within \d s\..*\nREDIS_URL: .* does not answer as Redis within \d s\./,
    ],
    ['what is no URL', () => ({ REDIS_URL: 'localhost:6379' }), /^REDIS_URL is not a redis:\/\/ or rediss:\/\/ URL$/],
    [
      'a password that is not encoded',
      () => ({ DATABASE_URL: `postgresql://freshet:${WRONG_PASSWORD}/@127.0.0.1/freshet` }),
      /^DATABASE_URL has a user name or password with characters that must be percent-encoded/,
    ],
  ];

  it.each(cases)('%s: a command reports it in one line each, and ends with 1', async (_, env, lines) => {
    const { code, output, errors } = await runCommandProcess(shop, ['key', 'create', '--scope', 'admin'], env());
    expect(errors.trim()).toMatch(lines);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).not.toMatch(/wr0ng-passw0rd|s3cret|\n\s+at /);
    for (const { password } of [new URL(databaseUrl), new URL(redisUrl)]) expect(errors).not.toContain(password);
  });

  it.each([['import', 'products', '-'], ['rebuild', 'blend'], ['replay'], ['demo', 'remove']])(
    'freshet %s %s reports it too',
    async (...args) => {
      const wrong = { DATABASE_URL: 'postgresql://127.0.0.1:1/freshet', REDIS_URL: 'redis://127.0.0.1:1' };
      const { code, errors } = await runCommandProcess(shop, args, wrong);
      expect(errors.trim().split('\n')).toEqual([
        expect.stringMatching(/^DATABASE_URL: /) as string,
        expect.stringMatching(/^REDIS_URL: /) as string,
      ]);
      expect(code).toBe(1);
    },
  );

  it.each([
    ['REDIS_URL', () => ({ REDIS_URL: 'redis://127.0.0.1:1' })],
    ['DATABASE_URL', () => ({ DATABASE_URL: 'postgresql://127.0.0.1:1/freshet' })],
    ['REDIS_URL', () => ({ DATABASE_URL: databaseUrl, REDIS_URL: 'redis://127.0.0.1:1' })],
  ])('npm start ends at a wrong %s, and starts and fills nothing', async (name, env) => {
    const DATA_DIR = testFolder('wrong-address');
    const freshet = start({ DATA_DIR, DEMO: 'on', NAMESPACE: namespace, ...env() });
    expect(await freshet.exitCode()).toBe(1);
    // A slow start says first that it starts.
    expect(freshet.output()).toMatch(
      new RegExp(`^(?:Starting Freshet.*\\n)*${name}: no server listens at 127\\.0\\.0\\.1:1 .*\\n$`),
    );
    expect(readdirSync(DATA_DIR)).toEqual([]);
  });

  it.each(['src/main.js', 'workers/main.js', 'workers/source.js'])('%s ends with 1', async (file) => {
    const source = { SOURCE_URL: 'amqp://127.0.0.1:1', SOURCE_QUEUE: 'events' };
    const started = startProcess(file, shop, { REDIS_URL: 'redis://127.0.0.1:1', ...source });
    const [code] = (await once(started.child, 'close')) as [number];
    expect([code, started.log()]).toEqual([1, expect.stringMatching(/^REDIS_URL: no server listens at .*\n$/)]);
  });
});
