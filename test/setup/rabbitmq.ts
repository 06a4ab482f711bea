/** A RabbitMQ server for one test, on free ports, in the folder of the test's services. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import path from 'node:path';
import { freePort } from '../../src/local-services/free-port';
import { until } from './until';

/** Debian's `rabbitmq-server`; the command on PATH is a wrapper that needs root. */
const SERVER = ['/usr/lib/rabbitmq/bin/rabbitmq-server'].find(existsSync);

/** Runs a program as long as its parent process exists, and then ends the whole process group. */
const GUARD = '"$@" < /dev/null & cat > /dev/null; kill -KILL 0';

/** `describe` if RabbitMQ is installed; otherwise it prints which tests are skipped. */
export function describeWithRabbitMq(what: string): jest.Describe {
  if (SERVER) return describe;
  console.error(`NOT RUN: ${what}: there is no RabbitMQ here (Debian: apt-get install rabbitmq-server)`);
  return describe.skip;
}

export class RabbitMq {
  private readonly guards: ChildProcess[] = [];

  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  get url(): string {
    return `amqp://127.0.0.1:${this.port}`;
  }

  static async start(folder: string): Promise<RabbitMq> {
    mkdirSync(folder, { recursive: true });
    const [port, epmd, distribution] = [await freePort(), await freePort(), await freePort()];
    const file = (name: string) => path.join(folder, name);
    writeFileSync(file('rabbitmq.conf'), `listeners.tcp.default = 127.0.0.1:${port}\n`);
    writeFileSync(file('plugins'), '[].');
    const server = new RabbitMq(folder, port, {
      PATH: process.env.PATH,
      HOME: folder, // The folder of its Erlang cookie.
      ERL_EPMD_PORT: String(epmd),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_NODENAME: `freshet-test-${port}@localhost`,
      RABBITMQ_DIST_PORT: String(distribution),
      RABBITMQ_MNESIA_BASE: file('mnesia'),
      RABBITMQ_LOG_BASE: file('log'),
      RABBITMQ_CONFIG_FILE: file('rabbitmq.conf'),
      RABBITMQ_CONF_ENV_FILE: file('none'),
      RABBITMQ_ENABLED_PLUGINS_FILE: file('plugins'),
      RABBITMQ_PID_FILE: file('pid'),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1 +sbwt none', // Prevents busy waiting on cores that tests need.
    });
    // Without a running epmd, the server starts one that outlives it.
    server.guard('epmd', '-port', String(epmd), '-address', '127.0.0.1');
    await server.startAgain();
    return server;
  }

  async startAgain(): Promise<void> {
    rmSync(path.join(this.folder, 'pid'), { force: true });
    this.guard(SERVER!);
    await until(() => answers(this.port), Boolean);
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    process.kill(Number(readFileSync(path.join(this.folder, 'pid'), 'utf8')), 'SIGKILL');
    await until(
      () => answers(this.port),
      (does) => !does,
    );
  }

  async end(): Promise<void> {
    await Promise.all(
      this.guards.map(async (guard) => {
        const gone = once(guard, 'exit');
        guard.stdin!.end();
        await gone;
      }),
    );
  }

  private guard(...command: string[]): void {
    const guard = spawn('sh', ['-c', GUARD, 'sh', ...command], {
      detached: true,
      env: this.env,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.guards.push(guard);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
