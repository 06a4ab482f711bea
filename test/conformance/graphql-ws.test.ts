import type { PubSub } from 'type-graphql';
import WebSocket from 'ws';
import { buildGraphqlSchema } from '../../src/graphql/schema';
import { BoundedQueue } from '../../src/platform/bounded-queue';
import { type Door, openDoor, toyAuthenticate } from '../setup/door';
import { RawSocket } from '../setup/raw-socket';
import { ToyResolver } from '../setup/toy.resolver';
import { ApiError } from '../../src/graphql/errors';
import { until } from '../setup/until';

const TOKEN_CHECK_MS = 20;

const key = (apiKey: string, authorization?: string): object => ({ apiKey, authorization });
const codesOf = (payload: unknown): unknown[] => {
  const errors = Array.isArray(payload) ? payload : (payload as { errors: unknown[] }).errors;
  return (errors as { extensions: { code: string } }[]).map((error) => error.extensions.code);
};

describe('graphql-transport-ws', () => {
  let door: Door;
  const toys = new ToyResolver();
  const revoked = new Set<string>();
  let hasTokenExpired = false;
  const queues = new Set<BoundedQueue<unknown>>();
  const pubSub: PubSub = {
    publish: (_topic, value) => queues.forEach((queue) => queue.push(value)),
    subscribe: () => {
      const queue: BoundedQueue<unknown> = new BoundedQueue({ limit: 5, onClose: () => queues.delete(queue) });
      queues.add(queue);
      return queue;
    },
  };

  beforeAll(async () => {
    door = await openDoor({
      schema: buildGraphqlSchema([toys], pubSub),
      authenticate: async (credentials) => {
        if (credentials.apiKey === 'away') throw new Error('The database is away');
        if (credentials.apiKey === 'busy') throw new ApiError('UNAVAILABLE', 'The database can’t do it now');
        if (revoked.has(credentials.apiKey ?? '')) throw new ApiError('UNAUTHENTICATED', 'The key is revoked');
        const viewer = await toyAuthenticate(credentials);
        if (viewer?.tokenExpiresAt === undefined) return viewer;
        // The token expires when the test says so: until then, the socket finds a later time whenever it looks.
        return {
          ...viewer,
          get tokenExpiresAt() {
            return hasTokenExpired ? Date.now() : Date.now() + TOKEN_CHECK_MS;
          },
        };
      },
      config: { corsOrigins: ['https://shop.example'], maxBodyBytes: 20_000, maxDepth: 5 },
      limits: { connectionInitTimeoutMs: 60_000, recheckMs: 50, maxOperationsPerSocket: 3, maxSockets: 20 },
    });
  });
  afterAll(() => door.close());
  afterEach(async () => {
    revoked.clear();
    hasTokenExpired = false;
    await until(
      () => door.server.sockets.count(),
      (count) => count === 0,
    );
  });

  const sourcesClosed = () =>
    until(
      () => toys.queues.size,
      (size) => size === 0,
    );
  const open = (options?: object): Promise<RawSocket> => new RawSocket(door.wsUrl, options).opened();

  describe('closes', () => {
    it.each([
      'not json',
      '{}',
      '{"type":"hello"}',
      '{"type":"subscribe","id":"1"}',
      '{"type":"next","id":"1","payload":{}}',
      '[]',
    ])('4400 on %s', async (message) => {
      const socket = await open();
      socket.say(message);
      expect((await socket.closed).code).toBe(4400);
    });

    it('4401 on subscribe before the acknowledgement', async () => {
      const socket = await open();
      socket.subscribe('1', '{ __typename }');
      expect(await socket.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
    });

    it('4403 on an invalid key or token, and without a key', async () => {
      for (const payload of [key('stolen'), { apiKey: 7 }, {}, { apiKey: null }, undefined]) {
        const socket = await open();
        socket.say({ type: 'connection_init', payload });
        expect(await socket.closed).toEqual({ code: 4403, reason: 'Forbidden' });
      }
    });

    it('1013 when the key and token can’t be checked', async () => {
      for (const apiKey of ['away', 'busy']) {
        const socket = await open();
        socket.say({ type: 'connection_init', payload: key(apiKey) });
        expect(await socket.closed).toEqual({ code: 1013, reason: 'Try again later' });
      }
    });

    it('4406 on an unknown protocol', async () => {
      expect(await new RawSocket(door.wsUrl, { protocol: [] }).closed).toMatchObject({ code: 4406 });
      await expect(new RawSocket(door.wsUrl, { protocol: 'graphql-ws' }).closed).rejects.toThrow(/subprotocol/);
    });

    it('4409 on an id that is in use', async () => {
      const socket = await (await open()).init(key('storefront'));
      socket.subscribe('1', 'subscription { ticked(from: 1) }');
      await socket.answer('1');
      socket.subscribe('1', '{ __typename }');
      expect(await socket.closed).toEqual({ code: 4409, reason: 'Subscriber for 1 already exists' });
    });

    it('4429 on a second connection_init', async () => {
      const socket = await (await open()).init(key('storefront'));
      socket.say({ type: 'connection_init' });
      expect(await socket.closed).toEqual({ code: 4429, reason: 'Too many initialisation requests' });
    });

    it('1009 on a message that is too large', async () => {
      const socket = await (await open()).init(key('storefront'));
      socket.say(`{"type":"ping","payload":{"x":"${'x'.repeat(30_000)}"}}`);
      expect((await socket.closed).code).toBe(1009);
    });
  });

  it('allows an id to be used again after its operation', async () => {
    const socket = await (await open()).init(key('storefront'));
    for (let i = 0; i < 3; i++) {
      socket.subscribe('1', '{ toy { size } }');
      await socket.until((message) => message.type === 'complete');
      expect(socket.heard.splice(0)).toMatchObject([
        ...(i === 0 ? [{ type: 'connection_ack' }] : []),
        { type: 'next', payload: { data: { toy: { size: 1 } } } },
        { type: 'complete' },
      ]);
    }
    socket.close();
  });

  it('answers ping with pong and its payload', async () => {
    const socket = await open();
    socket.say({ type: 'ping', payload: { a: 1 } });
    expect(await socket.until((message) => message.type === 'pong')).toEqual({ type: 'pong', payload: { a: 1 } });
    socket.close();
  });

  it('streams, and closes the source when the client completes or disconnects', async () => {
    const socket = await (await open()).init(key('storefront'));
    socket.subscribe('1', 'subscription { ticked(from: 7) }');
    expect(await socket.answer('1')).toMatchObject({ payload: { data: { ticked: 7 } } });
    expect(toys.queues.size).toBe(1);
    socket.say({ type: 'complete', id: '1' });
    await sourcesClosed();
    socket.subscribe('2', 'subscription { ticked(from: 8) }');
    await socket.answer('2');
    socket.close();
    await sourcesClosed();
  });

  it('requires the same scopes as HTTP, with the same codes', async () => {
    const storefront = await (await open()).init(key('storefront'));
    storefront.subscribe('1', 'subscription { counted }');
    expect(codesOf((await storefront.answer('1')).payload)).toEqual(['FORBIDDEN']);
    storefront.subscribe('2', '{ toy { margin } }');
    expect(codesOf((await storefront.answer('2')).payload)).toEqual(['FORBIDDEN']);
    storefront.close();

    const server = await (await open()).init(key('server'));
    server.subscribe('1', 'subscription { counted }');
    await until(
      () => queues.size,
      (size) => size > 0,
    );
    pubSub.publish('toys', 3);
    expect(await server.answer('1')).toMatchObject({ payload: { data: { counted: 3 } } });
    server.close();
  });

  it.each([
    ['{', 'BAD_USER_INPUT'],
    ['{ nothing }', 'BAD_USER_INPUT'],
    ['query A { __typename } query B { __typename }', 'BAD_USER_INPUT'],
    ['query ($size: Int!) { toy(size: $size) { size } }', 'BAD_USER_INPUT'],
    ['{ toy { inner { inner { inner { inner { size } } } } } }', 'TOO_COMPLEX'],
    ['{ toy { ...F } } fragment F on Toy { inner { ...F } }', 'BAD_USER_INPUT'],
    [`{ toy { ${'size '.repeat(102)} nothing } }`, 'TOO_COMPLEX'],
    ['{ missing }', 'NOT_FOUND'],
    ['{ broken }', 'INTERNAL'],
    ['subscription { ticked(from: -1) }', 'INTERNAL'],
    ['subscription { misbuilt }', 'INTERNAL'],
    ['subscription { ticked(from: 7) @skip(if: true) }', 'BAD_USER_INPUT'],
    ['subscription { ... @include(if: false) { ticked(from: 7) } }', 'BAD_USER_INPUT'],
    ['subscription { ...F @skip(if: true) } fragment F on Subscription { ticked(from: 7) }', 'BAD_USER_INPUT'],
    ['subscription { ...F } fragment F on Subscription { ticked(from: 7) @skip(if: true) }', 'BAD_USER_INPUT'],
  ])('answers %s with %s', async (query, code) => {
    const socket = await (await open()).init(key('storefront'));
    socket.subscribe('1', query);
    const { payload } = await socket.answer('1');
    expect(codesOf(payload)).toEqual([code]);
    expect(JSON.stringify(payload)).not.toContain('hunter2');
    socket.close();
  });

  it('limits the operations of a socket', async () => {
    const socket = await (await open()).init(key('storefront'));
    for (const id of ['1', '2', '3', '4']) socket.subscribe(id, 'subscription { ticked(from: 1) }');
    expect(await socket.answer('4')).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: 1000 } }],
    });
    expect((await socket.answer('3')).type).toBe('next');
    socket.close();
  });

  it('limits the sockets of a process', async () => {
    const sockets = await Promise.all(Array.from({ length: 20 }, async () => (await open()).init(key('storefront'))));
    await expect(new RawSocket(door.wsUrl).closed).rejects.toThrow('503');
    for (const socket of sockets) socket.close();
  });

  it('accepts pages of its own host and of the listed origins, and clients without an origin', async () => {
    const own = new URL(door.url).origin;
    for (const origin of [own, 'https://shop.example', undefined]) (await open({ origin })).close();
    for (const origin of ['https://evil.example', 'null', own.replace('127.0.0.1', 'localhost')]) {
      await expect(new RawSocket(door.wsUrl, { origin }).closed).rejects.toThrow('403');
    }
    await expect(new RawSocket(door.wsUrl.replace('/graphql', '/other')).closed).rejects.toThrow('404');
  });

  it('ends subscriptions with an error and the socket with 4403 when the token expires', async () => {
    const socket = await (await open()).init(key('storefront', 'Bearer soon'));
    socket.subscribe('1', 'subscription { ticked(from: 1) }');
    await socket.answer('1');
    hasTokenExpired = true;
    const error = await socket.until((message) => message.type === 'error');
    expect(error).toMatchObject({
      id: '1',
      payload: [{ message: 'The token has expired', extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect((await socket.closed).code).toBe(4403);
    expect(toys.queues.size).toBe(0);
  });

  it('does the same when the key is revoked, and does not affect other keys', async () => {
    const socket = await (await open()).init(key('storefront'));
    const other = await (await open()).init(key('server'));
    socket.subscribe('1', 'subscription { ticked(from: 1) }');
    other.subscribe('1', 'subscription { ticked(from: 1) }');
    await Promise.all([socket.answer('1'), other.answer('1')]);
    revoked.add('storefront');
    expect(codesOf((await socket.until((message) => message.type === 'error')).payload)).toEqual(['UNAUTHENTICATED']);
    expect((await socket.closed).code).toBe(4403);
    for (const queue of toys.queues) queue.push(2);
    await other.until((message) => JSON.stringify(message.payload) === '{"data":{"ticked":2}}');
    other.close();
  });
});

describe('limits of time', () => {
  let door: Door;
  afterEach(() => door.close());

  it('close 4408 when no connection_init arrives', async () => {
    door = await openDoor({ limits: { connectionInitTimeoutMs: 50 } });
    const { closed } = new RawSocket(door.wsUrl);
    expect(await closed).toEqual({ code: 4408, reason: 'Connection initialisation timeout' });
  });

  it('answer a query that takes too long with TIMEOUT', async () => {
    door = await openDoor({ limits: { operationTimeoutMs: 50 } });
    const socket = await new RawSocket(door.wsUrl).init(key('storefront'));
    socket.subscribe('1', '{ slow(milliseconds: 400) }');
    expect(codesOf((await socket.answer('1')).payload)).toEqual(['TIMEOUT']);
    socket.close();
  });
});

describe('long-lived sockets', () => {
  const REAL_TIMERS = [
    ...(['Date', 'hrtime', 'performance', 'nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
    ...(['setTimeout', 'clearTimeout'] as const),
  ];
  const KEEP_ALIVE_MS = 100;
  let door: Door;
  let trips = 0;

  afterEach(async () => {
    jest.useRealTimers();
    await door.close();
  });

  /** Sends a message and waits for its response: what either side sent before has then arrived. */
  const roundTrip = async (socket: RawSocket) => {
    const payload = { trip: ++trips };
    socket.say({ type: 'ping', payload });
    await socket.until((message) => message.type === 'pong' && (message.payload as typeof payload).trip === trips);
  };
  /** Lets the server ping its sockets, and close those that have not answered the ping before. */
  const ping = async (answering: RawSocket) => {
    jest.advanceTimersByTime(KEEP_ALIVE_MS);
    // The first round trip brings the ping, and the second the answer.
    await roundTrip(answering);
    await roundTrip(answering);
  };

  it('are closed when they stop answering pings', async () => {
    // Only intervals are held, so that a socket has as long to answer as it needs.
    jest.useFakeTimers({ doNotFake: REAL_TIMERS });
    door = await openDoor({ limits: { keepAliveMs: KEEP_ALIVE_MS } });
    const lively = await new RawSocket(door.wsUrl).init(key('storefront'));
    const silent = new WebSocket(door.wsUrl, 'graphql-transport-ws', { autoPong: false });
    await new Promise((resolve) => silent.once('open', resolve));
    silent.send('{"type":"connection_init","payload":{"apiKey":"storefront"}}');
    const closed = new Promise((resolve) => silent.once('close', resolve));
    await ping(lively);
    expect(door.server.sockets.count()).toBe(2);
    await ping(lively);
    expect(await closed).toBe(1006);
    await ping(lively);
    await ping(lively);
    expect(door.server.sockets.count()).toBe(1);
    lively.close();
  });

  it('are closed when they answer pings that they have not read', async () => {
    jest.useFakeTimers({ doNotFake: REAL_TIMERS });
    door = await openDoor({ limits: { keepAliveMs: KEEP_ALIVE_MS } });
    const lively = await new RawSocket(door.wsUrl).init(key('storefront'));
    const deaf = new WebSocket(door.wsUrl, 'graphql-transport-ws', { autoPong: false });
    await new Promise((resolve) => deaf.once('open', resolve));
    deaf.send('{"type":"connection_init","payload":{"apiKey":"storefront"}}');
    const closed = new Promise((resolve) => deaf.once('close', resolve));
    for (const content of ['', '12345678']) {
      await ping(lively);
      deaf.pong(content);
      await roundTrip(lively);
    }
    expect(await closed).toBe(1006);
    lively.close();
  });

  it('are closed with 1001 when the server stops', async () => {
    door = await openDoor();
    const socket = await new RawSocket(door.wsUrl).init({ apiKey: 'storefront' });
    socket.subscribe('1', 'subscription { ticked(from: 1) }');
    await socket.answer('1');
    await door.close();
    expect(await socket.closed).toEqual({ code: 1001, reason: 'Going away' });
  });

  it('are terminated when they don’t close in time', async () => {
    door = await openDoor({ limits: { closeTimeoutMs: 200 } });
    const socket = await new RawSocket(door.wsUrl).init(key('storefront'));
    // The client never answers the close frame: without the termination, the server would wait forever.
    socket.pause();
    await door.close();
    expect(door.server.sockets.count()).toBe(0);
    expect(door.server.fastify.server.listening).toBe(false);
  });
});
