import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connectPostgres, inTransaction, type Pool } from '../../../src/platform/postgres';

/** A message of PostgreSQL's protocol (version 3.0): type, length, body. */
function message(type: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

const AUTHENTICATED = message('R', Buffer.from([0, 0, 0, 0]));
const READY = message('Z', Buffer.from('I'));
const EMPTY_ANSWER = message('I');
/** The message that an administrator's pg_terminate_backend causes. */
const TERMINATED = message(
  'E',
  Buffer.from('SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'),
);

describe('a connection that the server ends in the packet of its last response', () => {
  let server: Server;
  let pool: Pool;
  let answer: (socket: Socket, data: Buffer, nth: number) => void;

  beforeEach(async () => {
    server = createServer((socket) => {
      let nth = 0;
      socket.on('error', () => undefined);
      socket.on('data', (data) => answer(socket, data, nth++));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    pool = connectPostgres(`postgres://user@127.0.0.1:${port}/shop`, 'shop', { max: 1 });
  });

  afterEach(async () => {
    await pool.end();
    await new Promise((resolve) => server.close(resolve));
  });

  it('fails the transaction that uses it, not the process: just connected', async () => {
    answer = (socket) => socket.end(Buffer.concat([AUTHENTICATED, READY, TERMINATED]));
    await expect(inTransaction(pool, (client) => client.query('SELECT 1'))).rejects.toThrow();
  });

  it('fails the transaction that uses it, not the process: just released by another query', async () => {
    answer = (socket, _data, nth) => {
      if (nth === 0) socket.write(Buffer.concat([AUTHENTICATED, READY]));
      // The settings of the session come first.
      else if (nth === 1) socket.write(Buffer.concat([EMPTY_ANSWER, READY]));
      else socket.end(Buffer.concat([EMPTY_ANSWER, READY, TERMINATED]));
    };
    const query = pool.query('');
    const waiting = inTransaction(pool, (client) => client.query('SELECT 1'));
    await expect(waiting).rejects.toThrow();
    await query;
  });
});
