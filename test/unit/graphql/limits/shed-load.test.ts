import fastify, { type FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { sendErrorsAsGraphql } from '../../../../src/graphql/http/http-errors';
import { shedLoad } from '../../../../src/graphql/limits/shed-load';
import { until } from '../../../setup/until';

const BUSY_MS = 700;
const LARGE = JSON.stringify({ events: 'x'.repeat(20_000) });
const SMALL = JSON.stringify({ events: [] });

describe('an overloaded process', () => {
  let app: FastifyInstance;
  let url: string;
  let connections = 0;

  beforeAll(async () => {
    app = fastify();
    sendErrorsAsGraphql(app);
    shedLoad(app);
    app.post('/', async () => {
      const until = performance.now() + BUSY_MS;
      while (performance.now() < until);
      return 'done';
    });
    app.server.on('connection', () => connections++);
    await app.listen({ host: '127.0.0.1', port: 0 });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/`;
  });

  afterAll(() => app.close());

  const send = async (body: string) => {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return { status: response.status, text: await response.text() };
  };

  /**
   * Sends requests that all wait when the process reads the next ones.
   * @returns their responses, in order of arrival
   */
  async function sendTogether(count: number, body: string): Promise<string[]> {
    const { port } = app.server.address() as AddressInfo;
    const before = connections;
    const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1').setEncoding('utf8'));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    await until(
      () => connections,
      (accepted) => accepted === before + count,
    );
    const headers = `host: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
    return Promise.all(
      sockets.map(async (socket) => {
        socket.write(`POST / HTTP/1.1\r\n${headers}\r\n\r\n${body}`);
        let answer = '';
        for await (const chunk of socket) answer += chunk;
        return answer;
      }),
    );
  }

  it('refuses large requests that come with the work that keeps it busy, and returns when to retry', async () => {
    const accepted = (answer: string) => answer.startsWith('HTTP/1.1 200');
    // If the machine has stopped this process for long, it refuses all requests, because it can't know why.
    const answers = await until(
      () => sendTogether(8, LARGE),
      (all) => all.some(accepted),
    );
    const refused = answers.filter((answer) => !accepted(answer));
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) {
      expect(answer).toMatch(/^HTTP\/1\.1 503 /);
      expect(answer).toMatch(/\r\nretry-after: [12]\r\n/);
      expect(answer).toContain('"code":"OVERLOADED"');
    }
  });

  it('accepts them again when it has time', async () => {
    await until(
      () => send(LARGE),
      ({ status, text }) => status === 200 && text === 'done',
    );
  });

  it('accepts small ones in any case', async () => {
    const answers = await sendTogether(4, SMALL);
    expect(answers.map((answer) => answer.slice(0, 12))).toEqual(Array(4).fill('HTTP/1.1 200'));
  });
});
