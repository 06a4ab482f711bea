import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { type ConnectionState, createClient } from '../../../client/src/client';
import { graphql } from '../../../client/src/graphql';
import { RequestError } from '../../../client/src/request-error';

const Models = graphql('subscription { modelUpdated { kind } }');

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** Speaks graphql-transport-ws: acknowledges what `admit` lets in, and answers each subscription once. */
async function serve(admit: (connection: number) => number | undefined) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'graphql-transport-ws' });
  const inits: unknown[] = [];
  server.on('connection', (socket) =>
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Message;
      if (message.type === 'connection_init') {
        inits.push(message.payload);
        const code = admit(inits.length);
        if (code === undefined) socket.send('{"type":"connection_ack"}');
        else socket.close(code, 'no');
      } else if (message.type === 'subscribe') {
        socket.send(
          JSON.stringify({ id: message.id, type: 'next', payload: { data: { modelUpdated: inits.length } } }),
        );
      }
    }),
  );
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/graphql`, inits, close: () => server.close() };
}

async function firstOf(url: string, token: () => Promise<string>) {
  const states: ConnectionState[] = [];
  const client = createClient({
    url,
    apiKey: 'k',
    token,
    webSocketImpl: WebSocket,
    onConnection: (s) => states.push(s),
  });
  const result = await new Promise<unknown>((next, error) => client.subscribe(Models, {}, { next, error }));
  client.close();
  return { result, states };
}

it('subscriptions outlive a token that can’t be had while the socket opens', async () => {
  const server = await serve(() => undefined);
  let asked = 0;
  const { result, states } = await firstOf(server.url, async () => {
    if (++asked === 1) throw new RequestError('too many visits', 'RATE_LIMITED', 10);
    return 'good';
  });
  expect(result).toEqual({ modelUpdated: 1 });
  expect(server.inits).toEqual([{ apiKey: 'k', authorization: 'Bearer good' }]);
  expect(states).toEqual(['connecting', 'reconnecting', 'reconnecting', 'connected']);
  server.close();
});

it('subscriptions outlive a shop that asks to try again later (1013), and end with an error on a fault (4500)', async () => {
  const busy = await serve((connection) => (connection === 1 ? 1013 : undefined));
  expect((await firstOf(busy.url, async () => 'good')).result).toEqual({ modelUpdated: 2 });
  busy.close();
  const faulty = await serve(() => 4500);
  await expect(firstOf(faulty.url, async () => 'good')).rejects.toMatchObject({ code: 'NETWORK' });
  faulty.close();
});
