import { once } from 'node:events';
import { Agent, request } from 'node:http';

/** Creates an agent with persistent connections, as a shop's back end uses. */
export function keepAliveAgent(sockets: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: sockets });
}

/** Sends one GraphQL request. @returns the response body */
export function post(port: number, apiKey: string, agent: Agent, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'x-api-key': apiKey,
      'content-length': Buffer.byteLength(body),
    };
    const outgoing = request(
      { port, host: '127.0.0.1', path: '/graphql', method: 'POST', agent, headers },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        void once(response, 'end').then(() => resolve(Buffer.concat(chunks).toString()));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
