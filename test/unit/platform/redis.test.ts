import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import pino, { type Logger } from 'pino';
import { connectRedis, type Redis } from '../../../src/platform/redis';

/** Redis that answers nothing on its first connections, and each command with `+OK` on the later ones. */
class HangingRedis {
  connections = 0;
  private readonly sockets: Socket[] = [];
  private readonly server: Server;

  constructor(hanging: number) {
    this.server = createServer((socket) => {
      this.sockets.push(socket);
      const hangs = ++this.connections <= hanging;
      socket.on('data', (commands) => {
        if (!hangs) socket.write('+OK\r\n'.repeat(String(commands).match(/^\*\d/gm)?.length ?? 0));
      });
      socket.on('error', () => undefined);
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    return `redis://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((closed) => this.server.close(closed));
  }
}

describe('the log of an outage of Redis', () => {
  let server: HangingRedis;
  let redis: Redis;
  let lines: string[];

  async function untilReady(hanging: number): Promise<void> {
    server = new HangingRedis(hanging);
    redis = connectRedis(await server.listen(), logInto((lines = [])));
    await new Promise((ready) => redis.once('ready', ready));
  }

  afterEach(async () => {
    redis.disconnect();
    await server.close();
  });

  it('leaves out one timeout, because this process may have been busy itself', async () => {
    await untilReady(1);
    expect(server.connections).toBe(2);
    expect(lines).toEqual([]);
  });

  it('has one line for repeated timeouts, and one for their end', async () => {
    await untilReady(3);
    expect(server.connections).toBe(4);
    expect(lines).toEqual(['Redis is not reachable', 'Redis is reachable again']);
  });

  it('has a line at once if no connection is possible', async () => {
    const url = await (server = new HangingRedis(0)).listen();
    await server.close();
    redis = connectRedis(url, logInto((lines = [])));
    await new Promise((failed) => redis.once('error', failed));
    expect(lines).toEqual(['Redis is not reachable']);
  });
});

function logInto(lines: string[]): Logger {
  return pino({}, { write: (line: string) => void lines.push((JSON.parse(line) as { msg: string }).msg) });
}
