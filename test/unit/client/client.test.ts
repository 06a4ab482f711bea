import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { type ConnectionState, createClient } from '../../../client/src/client';
import { graphql } from '../../../client/src/graphql';
import { RequestError } from '../../../client/src/request-error';
import { Session, type SessionOptions } from '../../../client/src/session';
import { until } from '../../setup/until';

const Models = graphql('subscription { modelUpdated { kind } }');

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** Speaks graphql-transport-ws: acknowledges connections that `admit` accepts, and answers each subscription once. */
async function serve(admit: (connection: number, authorization?: string) => number | undefined) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'graphql-transport-ws' });
  const inits: { readonly authorization?: string }[] = [];
  server.on('connection', (socket) =>
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Message;
      if (message.type === 'connection_init') {
        const init = message.payload as { authorization?: string };
        inits.push(init);
        const code = admit(inits.length, init.authorization);
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

it('subscriptions survive a failure to get a token while the socket opens', async () => {
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

it('subscriptions survive a shop that asks to try again later (1013), and end with an error on a fault (4500)', async () => {
  const busy = await serve((connection) => (connection === 1 ? 1013 : undefined));
  expect((await firstOf(busy.url, async () => 'good')).result).toEqual({ modelUpdated: 2 });
  busy.close();
  const faulty = await serve(() => 4500);
  await expect(firstOf(faulty.url, async () => 'good')).rejects.toMatchObject({ code: 'NETWORK' });
  faulty.close();
});

/** Connected as `storefront` does it, with mia signed in; her tokens are mia-1, mia-2 and so on. */
function signedIn(url: string, renew: SessionOptions['renew'], leftMs = 3_600_000) {
  const [states, results]: [ConnectionState[], unknown[]] = [[], []];
  const [onSignedOut, onChange] = [jest.fn(), jest.fn(() => client.reconnect())];
  const clock = { ahead: 0 };
  const now = () => Date.now() + clock.ahead;
  const expiresAt = () => new Date(now() + 3_600_000).toISOString();
  let visits = 0;
  const start = async () => ({ token: `visit-${++visits}`, expiresAt: expiresAt() });
  const session: Session = new Session({ start, renew, onSignedOut, onChange, now });
  const client = createClient({
    url,
    apiKey: 'k',
    token: () => session.token(),
    onRefused: (token) => session.handleRefusal(token),
    onConnection: (state) => states.push(state),
    webSocketImpl: WebSocket,
  });
  session.signIn({ customerId: 'mia', token: 'mia-1', expiresAt: new Date(Date.now() + leftMs).toISOString() });
  client.subscribe(Models, {}, { next: (result) => results.push(result) });
  return { session, client, clock, states, results, onSignedOut };
}

/** A back end that issues as many tokens as are requested. */
function renewals() {
  let last = 1;
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  return jest.fn(async () => ({ customerId: 'mia', token: `mia-${++last}`, expiresAt }));
}

const shownTo = ({ inits }: { inits: readonly { authorization?: string }[] }) =>
  inits.map(({ authorization }) => authorization?.replace('Bearer ', ''));

it('a customer whose token ends a socket is renewed, and subscriptions continue as theirs', async () => {
  const server = await serve((_, authorization) => (authorization === 'Bearer mia-1' ? 4403 : undefined));
  const renew = renewals();
  const { client, session, results, onSignedOut } = signedIn(server.url, renew);
  await until(() => results.length > 0, Boolean);
  expect(shownTo(server)).toEqual(['mia-1', 'mia-2']);
  expect(renew.mock.calls).toEqual([['mia', 'mia-1']]);
  expect([session.customerId, onSignedOut.mock.calls.length]).toEqual(['mia', 0]);
  client.close();
  server.close();
});

it('a customer whose renewed token is refused as well continues as a visit, with one notification', async () => {
  const server = await serve((_, authorization) => (authorization?.startsWith('Bearer mia') ? 4403 : undefined));
  const renew = renewals();
  const { client, session, results, onSignedOut } = signedIn(server.url, renew);
  await until(() => results.length > 0, Boolean);
  expect(shownTo(server)).toEqual(['mia-1', 'mia-2', 'visit-1']);
  expect([session.customerId, renew.mock.calls.length, onSignedOut.mock.calls.length]).toEqual([undefined, 1, 1]);
  client.close();
  server.close();
});

it('an open socket belongs to the visit once the customer is not renewed', async () => {
  const server = await serve(() => undefined);
  const { client, session, clock, results, onSignedOut } = signedIn(server.url, async () => null);
  await until(() => results.length === 1, Boolean);
  // Her token is about to expire, and a request needs the next one.
  clock.ahead = 3_500_000;
  await session.token();
  await until(() => results.length === 2, Boolean);
  expect([shownTo(server), onSignedOut.mock.calls.length]).toEqual([['mia-1', 'visit-1'], 1]);
  client.close();
  server.close();
});

it('a socket that opens while the customer is not renewed opens once, for the visit', async () => {
  const server = await serve(() => undefined);
  const { client, states, results, onSignedOut } = signedIn(server.url, async () => null, 60_000);
  await until(() => results.length > 0, Boolean);
  expect([shownTo(server), onSignedOut.mock.calls.length]).toEqual([['visit-1'], 1]);
  expect(states).toEqual(['connecting', 'connected']);
  client.close();
  server.close();
});

describe('a response with data and errors', () => {
  const Page = graphql('query { models { kind } products { nodes { id } } }');
  const fault = (path: (string | number)[], code = 'NOT_FOUND') => ({ message: 'no ads', path, extensions: { code } });
  const [partial, other] = [fault(['products', 'nodes', 0, 'title']), fault(['products'], 'UNAVAILABLE')];
  const page = { models: [{ kind: 'EASE' }], products: null };
  let answer: object;
  let client: ReturnType<typeof createClient>;
  const reported: RequestError[] = [];
  /** Ids of the subscriptions that have not ended. */
  const subscribed = new Set<string>();
  const nextOf = (id?: string) => JSON.stringify({ id, type: 'next', payload: answer });
  const server = createServer((_, response) => void response.end(JSON.stringify(answer)));
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' });
  sockets.on('connection', (socket) =>
    socket.on('message', (data: Buffer) => {
      const { type, id } = JSON.parse(data.toString()) as Message;
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (type === 'complete') subscribed.delete(id!);
      if (type === 'subscribe') {
        subscribed.add(id!);
        socket.send(nextOf(id));
      }
    }),
  );

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const onPartialError = (error: RequestError) => reported.push(error);
    client = createClient({
      url: `http://127.0.0.1:${port}/graphql`,
      apiKey: 'k',
      onPartialError,
      webSocketImpl: WebSocket,
    });
  });
  beforeEach(() => {
    reported.length = 0;
    answer = { data: page, errors: [partial, other] };
  });

  afterAll(() => {
    client.close();
    sockets.clients.forEach((socket) => socket.terminate());
    server.close();
    server.closeAllConnections();
  });

  /** Returns what a subscription delivers: its data and its errors. */
  const followed = (count: number) =>
    new Promise((resolve) => {
      const received: unknown[] = [];
      const add = (one: unknown) => received.push(one) === count && resolve(received);
      const fail = ({ code }: RequestError) => void add(code);
      client.subscribe(Page, {}, { next: (data) => void add(data), error: fail, partialError: fail });
    });

  it('resolves with the data; the client reports each error with the path of its field', async () => {
    expect(await client.request(Page, {})).toEqual(page);
    expect(reported.map(({ code, path }) => [code, path])).toEqual([
      ['NOT_FOUND', partial.path],
      ['UNAVAILABLE', other.path],
    ]);
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    const { port } = server.address() as AddressInfo;
    const silent = createClient({ url: `http://127.0.0.1:${port}/graphql`, apiKey: 'k' });
    expect(await silent.request(Page, {})).toEqual(page);
    expect(warn.mock.calls[0]).toEqual(['products.nodes.0.title is missing in the response: no ads']);
    warn.mockRestore();
  });

  it('leaves the errors to the request, which may refuse partial data', async () => {
    const errors: RequestError[] = [];
    expect(await client.request(Page, {}, { onPartialError: (error) => errors.push(error) })).toEqual(page);
    expect(errors.map(({ code }) => code)).toEqual(['NOT_FOUND', 'UNAVAILABLE']);
    const onPartialError = (error: RequestError) => {
      throw error;
    };
    await expect(client.request(Page, {}, { onPartialError })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(reported).toEqual([]);
  });

  it('is delivered by a subscription, which continues', async () => {
    expect(await followed(3)).toEqual([page, 'NOT_FOUND', 'UNAVAILABLE']);
  });

  it('ends only the subscription whose functions throw', async () => {
    const refuse = (error: RequestError) => {
      throw error;
    };
    const { port } = server.address() as AddressInfo;
    const states: ConnectionState[] = [];
    const strict = createClient({
      url: `http://127.0.0.1:${port}/graphql`,
      apiKey: 'k',
      onPartialError: refuse,
      onConnection: (state) => states.push(state),
      webSocketImpl: WebSocket,
    });
    const received: unknown[] = [];
    const note = (name: string) => (one: unknown) =>
      void received.push([name, one instanceof RequestError ? one.code : ((one as Error).message ?? 'data')]);
    const nothing = () => {};
    strict.subscribe(Page, {}, { next: note('kept'), partialError: nothing, error: note('kept ended') });
    strict.subscribe(Page, {}, { next: note('strict'), error: note('strict ended') });
    strict.subscribe(
      Page,
      {},
      {
        next: () => {
          throw new Error('no page');
        },
        error: (error) => {
          note('broken ended')(error);
          throw error;
        },
      },
    );
    const logged = jest.spyOn(console, 'error').mockImplementation();
    await until(() => received.length >= 4, Boolean);
    // The server sends to what is still subscribed.
    for (const socket of sockets.clients) for (const id of subscribed) socket.send(nextOf(id));
    await until(() => received.length >= 5, Boolean);
    expect(received.slice(0, 4)).toEqual([
      ['kept', 'data'],
      ['strict', 'data'],
      ['strict ended', 'NOT_FOUND'],
      ['broken ended', 'INTERNAL'],
    ]);
    expect(received.slice(4)).toEqual([['kept', 'data']]);
    expect(states).toEqual(['connecting', 'connected']);
    expect(logged).toHaveBeenCalledTimes(1);
    logged.mockRestore();
    strict.close();
  });

  describe('of a mutation', () => {
    const Both = graphql(
      'mutation { first: deleteSynonyms(input: { ids: ["a"] }) { receipt } second: deleteSynonyms(input: { ids: ["b"] }) { receipt } }',
    );
    it('rejects if one of its root fields has failed', async () => {
      answer = {
        data: { first: { receipt: 'a' }, second: null },
        errors: [fault(['first', 'receipt']), fault(['second'], 'CONFLICT')],
      };
      await expect(client.request(Both, {})).rejects.toMatchObject({ code: 'CONFLICT', path: ['second'] });
      await expect(client.request(Both, {}, { onPartialError: () => {} })).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    it('keeps what was done if only a field inside has failed', async () => {
      answer = { data: { first: { receipt: null }, second: { receipt: 'b' } }, errors: [fault(['first', 'receipt'])] };
      expect(await client.request(Both, {})).toEqual({ first: { receipt: null }, second: { receipt: 'b' } });
      expect(reported.map(({ code }) => code)).toEqual(['NOT_FOUND']);
    });

    it('is not sent again once a part of it was done', async () => {
      answer = { data: { first: { receipt: 'a' }, second: null }, errors: [fault(['second'], 'UNAUTHENTICATED')] };
      const { port } = server.address() as AddressInfo;
      const onRefused = jest.fn();
      const url = `http://127.0.0.1:${port}/graphql`;
      const signedInClient = createClient({ url, apiKey: 'k', token: async () => 't', onRefused });
      await expect(signedInClient.request(Both, {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      expect(onRefused).not.toHaveBeenCalled();
    });
  });

  it.each([{}, { data: null }, { data: { models: null, products: null } }])(
    'rejects if no field was answered: %j',
    async (data) => {
      answer = { ...data, errors: [other, partial] };
      await expect(client.request(Page, {})).rejects.toMatchObject({ code: 'UNAVAILABLE', path: ['products'] });
      expect(await followed(1)).toEqual(['UNAVAILABLE']);
      expect(reported).toEqual([]);
    },
  );
});
