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

  beforeAll(async () => {
    app = fastify();
    sendErrorsAsGraphql(app);
    shedLoad(app);
    app.post('/', async () => {
      const until = performance.now() + BUSY_MS;
      while (performance.now() < until);
      return 'done';
    });
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
    const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1').setEncoding('utf8'));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
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
    const answers = await sendTogether(8, LARGE);
    const refused = answers.filter((answer) => answer.startsWith('HTTP/1.1 503'));
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 200'))).toHaveLength(8 - refused.length);
    expect(refused.length).toBeLessThan(8);
    for (const answer of refused) {
      expect(answer).toMatch(/\r\nretry-after: [12]\r\n/);
      expect(answer).toContain('"code":"OVERLOADED"');
    }
  }, 20_000);

  it('accepts them again when it has time', async () => {
    await until(
      () => send(LARGE),
      ({ status, text }) => status === 200 && text === 'done',
    );
  });

  it('accepts small ones in any case', async () => {
    const answers = await sendTogether(4, SMALL);
    expect(answers.map((answer) => answer.slice(0, 12))).toEqual(Array(4).fill('HTTP/1.1 200'));
  }, 20_000);
});
