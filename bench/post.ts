import { once } from 'node:events';
import { Agent, type OutgoingHttpHeaders, request } from 'node:http';

/** Creates an agent with persistent connections, as a shop's back end uses. */
export function keepAliveAgent(sockets: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: sockets });
}

/**
 * Sends one GraphQL request. If the server has closed an idle connection of the agent, the request is sent again on
 * another one (RFC 9110, section 9.2.2). Repeats are harmless: events and orders have ids.
 * @param more headers such as the token of a visit
 * @returns the response body
 */
export function post(
  port: number,
  apiKey: string,
  agent: Agent,
  body: string,
  more: OutgoingHttpHeaders = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'x-api-key': apiKey,
      'content-length': Buffer.byteLength(body),
      ...more,
    };
    let bytesRead = 0;
    const outgoing = request(
      { port, host: '127.0.0.1', path: '/graphql', method: 'POST', agent, headers },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        void once(response, 'end').then(() => resolve(Buffer.concat(chunks).toString()));
      },
    );
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = outgoing.reusedSocket && error.code === 'ECONNRESET' && outgoing.socket?.bytesRead === bytesRead;
      if (isStale) resolve(post(port, apiKey, agent, body, more));
      else reject(error);
    });
    outgoing.once('socket', (socket) => (bytesRead = socket.bytesRead));
    outgoing.end(body);
  });
}
