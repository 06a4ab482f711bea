import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { isRunning, waitForExit } from '../../../src/local-services/process-table';
import { testFolder, testServices } from '../../setup/shop';
import { until } from '../../setup/until';
import { endStarted, npmStart, READY, start } from '../../setup/start-command';

afterEach(endStarted);

function pidsOf(dataDir: string): number[] {
  const first = (file: string) => Number(readFileSync(path.join(dataDir, file), 'utf8').split('\n', 1)[0]);
  return [first('postgres/data/postmaster.pid'), first('redis/redis.pid')];
}

it('starts everything, ends all of it on Ctrl-C, tolerates a second one, and restarts with the same data folder', async () => {
  const DATA_DIR = testFolder('start');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const freshet = start({ DATA_DIR });
    const [, port] = await freshet.line(READY);
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    const pids = pidsOf(DATA_DIR);
    process.kill(-freshet.process.pid!, signal); // The process group, as from a terminal.
    process.kill(-freshet.process.pid!, signal);
    expect(await freshet.exitCode()).toBe(0);
    expect(pids.filter(isRunning)).toEqual([]);
    await expect(fetch(`http://127.0.0.1:${port}/readyz`)).rejects.toThrow();
  }
});

it('ends everything that it started when the process of npm is ended', async () => {
  const DATA_DIR = testFolder('start');
  const freshet = npmStart({ DATA_DIR });
  const [, port] = await freshet.line(READY);
  const pids = pidsOf(DATA_DIR);
  freshet.process.kill('SIGTERM'); // only npm, as `kill PID` does
  await freshet.exitCode(); // Its output closes when its children have ended too.
  await until(
    () => pids.filter(isRunning),
    (running) => running.length === 0,
  );
  await expect(fetch(`http://127.0.0.1:${port}/readyz`)).rejects.toThrow();
});

it('after a SIGKILL its processes end, and the next start joins the remaining services', async () => {
  const DATA_DIR = testFolder('start');
  const killed = start({ DATA_DIR });
  const [, port] = await killed.line(READY);
  const services = pidsOf(DATA_DIR);
  killed.process.kill('SIGKILL');
  await killed.exitCode(); // Its output closes when its children have ended too.
  await expect(fetch(`http://127.0.0.1:${port}/readyz`)).rejects.toThrow();
  expect(services.filter(isRunning)).toHaveLength(2);
  const next = start({ DATA_DIR });
  await next.line(READY);
  expect(pidsOf(DATA_DIR)).toEqual(services);
  next.process.kill('SIGTERM');
  expect(await next.exitCode()).toBe(0);
  for (const pid of services) expect(await waitForExit(pid, 1_000)).toBe(true);
});

it('starts PostgreSQL and Redis again when they end by themselves, and continues', async () => {
  const DATA_DIR = testFolder('start');
  const freshet = start({ DATA_DIR });
  const [, port] = await freshet.line(READY);
  for (const [at, name] of ['PostgreSQL', 'Redis'].entries()) {
    const pid = pidsOf(DATA_DIR)[at];
    process.kill(pid, 'SIGKILL');
    await freshet.line(new RegExp(`${name} ended unexpectedly and was restarted`));
    expect(pidsOf(DATA_DIR)[at]).not.toBe(pid);
  }
  await until(
    async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status,
    (status) => status === 200,
  );
  const pids = pidsOf(DATA_DIR);
  freshet.process.kill('SIGTERM');
  expect(await freshet.exitCode()).toBe(0);
  expect(pids.filter(isRunning)).toEqual([]);
});

it('does not start the services that the settings name', async () => {
  const { databaseUrl, redisUrl } = testServices();
  const DATA_DIR = testFolder('start');
  const freshet = start({
    DATA_DIR,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    NAMESPACE: `start_${process.pid}`,
  });
  await freshet.line(READY);
  freshet.process.kill('SIGTERM');
  expect(await freshet.exitCode()).toBe(0);
  expect(existsSync(path.join(DATA_DIR, 'postgres'))).toBe(false);
});

it('fills the demo shop, and prints lines for people all the time', async () => {
  const freshet = start({ DATA_DIR: testFolder('start'), DEMO: 'on', LOG_LEVEL: 'info' });
  await freshet.line(READY);
  const silence = freshet.longestSilenceMs();
  process.stderr.write(`Measured: npm start fills the demo shop, longest silence: ${Math.round(silence)} ms\n`);
  await freshet.line(/^\d\d:\d\d:\d\d INFO worker: worker started$/m);
  await freshet.line(/^Fitting the first models: /m);
  expect(freshet.output()).toContain('\nFilling the demo shop');
  expect(freshet.output().match(/^\s*[{[].*/gm)).toBeNull();
  freshet.process.kill('SIGTERM');
  expect(await freshet.exitCode()).toBe(0);
});

it('prints log lines as JSON if the settings say so', async () => {
  const freshet = start({ DATA_DIR: testFolder('start'), LOG_LEVEL: 'info', LOG_FORMAT: 'json' });
  await freshet.line(READY);
  await freshet.line(/^\{"level":30,.*"msg":"worker started"\}$/m);
  freshet.process.kill('SIGTERM');
  expect(await freshet.exitCode()).toBe(0);
});

it('reports in one line that its port is taken, before it starts anything', async () => {
  const squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  const { port } = squatter.address() as { port: number };
  const DATA_DIR = testFolder('start');
  const freshet = start({ DATA_DIR, PORT: String(port) });
  expect(await freshet.exitCode()).toBe(1);
  expect(freshet.output()).toMatch(new RegExp(`^Port ${port} of 127.0.0.1 is in use: .*\\n$`));
  expect(existsSync(path.join(DATA_DIR, 'postgres'))).toBe(false);
  squatter.close();
});

it('reports every fault of its settings in a line each', async () => {
  const freshet = start({ PORT: '99999', DEMO: 'maybe' });
  expect(await freshet.exitCode()).toBe(1);
  expect(freshet.output().trim().split('\n')).toEqual([
    'PORT is above 65535 (got "99999")',
    'DEMO is neither on nor off (got "maybe")',
  ]);
});
