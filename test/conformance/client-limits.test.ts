import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import WebSocket from 'ws';
import { buildGraphqlSchema } from '../../src/graphql/schema';
import { type Answer, type Door, openDoor, toyAuthenticate } from '../setup/door';
import { RawSocket } from '../setup/raw-socket';
import { ToyResolver } from '../setup/toy.resolver';
import { until } from '../setup/until';

const storefront = { 'x-api-key': 'storefront' };
const ADDRESS = '198.51.100.1';
const OTHER = '198.51.100.2';
/** More than the kernel takes of what a client does not read. */
const HUGE = 12_000_000;

function codes({ errors }: Answer): (string | undefined)[] {
  return (errors ?? []).map(({ extensions }) => extensions.code);
}

let door: Door;
afterEach(() => door.close());

const portOf = () => Number(new URL(door.url).port);
/** Opens a connection without sending anything. It may be refused. */
const dial = async (): Promise<Socket> => {
  const socket = connect(portOf(), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
};
const post = (query: string, headers: Record<string, string> = {}) => {
  const body = JSON.stringify({ query });
  const lines = Object.entries({ 'content-type': 'application/json', ...storefront, ...headers });
  return [
    'POST /graphql HTTP/1.1',
    'host: x',
    ...lines.map((line) => line.join(': ')),
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
};

/** A schema whose field `slow` answers when the test calls `finish`. */
function slowToys() {
  const toys = new ToyResolver();
  let finish = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  let running = 0;
  toys.slow = async (milliseconds) => {
    running++;
    await finished;
    return milliseconds;
  };
  return { toys, running: () => running, finish };
}

describe('connections', () => {
  it('of one address are limited, and those of a trusted proxy are not', async () => {
    door = await openDoor({ config: { trustedProxies: [] }, limits: { maxConnectionsPerAddress: 3 } });
    const open = await Promise.all([dial(), dial(), dial()]);
    const refused = (await dial()).setEncoding('utf8');
    let answer = '';
    for await (const chunk of refused) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\n/);
    open[0].destroy();
    await until(
      async () => (await fetch(door.url.replace('/graphql', '/healthz')).catch(() => null))?.status,
      (status) => status === 200,
    );
    for (const socket of open) socket.destroy();
    await door.close();

    door = await openDoor({ limits: { maxConnectionsPerAddress: 3 } });
    const proxied = await Promise.all(Array.from({ length: 6 }, dial));
    expect((await door.post({ query: '{ __typename }' })).status).toBe(200);
    for (const socket of proxied) socket.destroy();
  });

  it('end if too many requests are sent without waiting for answers', async () => {
    const { toys, running, finish } = slowToys();
    door = await openDoor({ schema: buildGraphqlSchema([toys]), limits: { maxRequestsPerConnection: 4 } });
    const patient = await dial();
    patient.write(post('{ slow(milliseconds: 1) }').repeat(4));
    await until(running, (count) => count === 4);
    const flooding = await dial();
    const closed = once(flooding, 'close');
    flooding.write(post('{ slow(milliseconds: 1) }').repeat(400));
    await closed;
    expect(running()).toBeLessThanOrEqual(8);
    finish();
    let answers = '';
    while (answers.split('HTTP/1.1 200').length < 5) answers += String((await once(patient, 'data'))[0]);
    patient.destroy();
  });

  it('end if an answer is not read', async () => {
    door = await openDoor({ limits: { writeTimeoutMs: 200 } });
    const deaf = await dial();
    deaf.pause();
    deaf.write(post(`{ story(length: ${HUGE}) }`));
    const connections = () =>
      new Promise<number>((resolve) => door.server.fastify.server.getConnections((_error, count) => resolve(count)));
    await until(connections, (count) => count === 0);
    deaf.destroy();
  });

  it('end if their address has too many answers that it does not read', async () => {
    door = await openDoor({ limits: { maxBufferedBytesPerAddress: 1_000_000 } });
    const deaf = await Promise.all([1, 2, 3].map(() => dial()));
    const closed = Promise.race(deaf.map((socket) => once(socket, 'close')));
    for (const socket of deaf) {
      socket.pause();
      socket.write(post(`{ story(length: ${HUGE}) }`, { 'x-forwarded-for': ADDRESS }));
    }
    await until(
      () =>
        new Promise<number>((resolve) => door.server.fastify.server.getConnections((_error, count) => resolve(count))),
      (count) => count === 0,
    );
    for (const socket of deaf) socket.resume();
    await closed;
  });

  it('stay open while the next request is answered', async () => {
    const { toys, running, finish } = slowToys();
    door = await openDoor({ schema: buildGraphqlSchema([toys]), limits: { writeTimeoutMs: 50 } });
    const socket = (await dial()).setEncoding('utf8');
    socket.write(post('{ toy { size } }') + post('{ slow(milliseconds: 1) }'));
    let answers = '';
    socket.on('data', (chunk: string) => (answers += chunk));
    await until(running, (count) => count === 1);
    await new Promise((resolve) => setTimeout(resolve, 150));
    finish();
    await until(
      () => answers,
      (text) => text.includes('"slow":1'),
    );
    socket.destroy();
  });
});

describe('requests in progress', () => {
  it('of one address are limited by the bytes of their bodies', async () => {
    door = await openDoor({ config: { maxBodyBytes: 1_000 }, limits: { maxRequestBytesPerAddress: 70_000 } });
    const from = (address: string) => ({ ...storefront, 'x-forwarded-for': address });
    const begun = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const socket = await dial();
        socket.write(post('{ toy { size } }', from(ADDRESS)).slice(0, -2));
        return socket;
      }),
    );
    const refused = await until(
      () => door.post({ query: '{ toy { size } }' }, from(ADDRESS)),
      ({ status }) => status !== 200,
    );
    expect([refused.status, codes(refused), refused.headers.get('retry-after')]).toEqual([429, ['RATE_LIMITED'], '1']);
    for (const headers of [from(OTHER), { ...from(ADDRESS), 'x-api-key': 'server' }])
      expect((await door.post({ query: '{ toy { size } }' }, headers)).status).toBe(200);
    begun[0].destroy();
    await until(
      () => door.post({ query: '{ toy { size } }' }, from(ADDRESS)),
      ({ status }) => status === 200,
    );
    for (const socket of begun) socket.destroy();
  });

  it('are not held by connections that end in the middle of pipelined requests', async () => {
    const { toys, finish } = slowToys();
    door = await openDoor({
      schema: buildGraphqlSchema([toys]),
      config: { maxBodyBytes: 1_000 },
      limits: { maxRequestBytesPerAddress: 70_000 },
    });
    const headers = { 'x-forwarded-for': ADDRESS };
    const becomes = (expected: number) =>
      until(
        () => door.post({ query: '{ toy { size } }' }, { ...storefront, ...headers }),
        ({ status }) => status === expected,
      );
    const socket = await dial();
    socket.write(post('{ slow(milliseconds: 50) }', headers).repeat(4));
    await becomes(429);
    socket.destroy();
    await becomes(200);
    finish();
  });
});

describe('without a key', () => {
  it('documents have at most 1,000 characters, which are counted before they are parsed', async () => {
    door = await openDoor();
    const padded = (length: number) => `{ __typename } #${'x'.repeat(length - '{ __typename } #'.length)}`;
    expect(await door.post({ query: padded(1_000) })).toMatchObject({ status: 200, data: { __typename: 'Query' } });
    for (const query of [padded(1_001), '{'.repeat(1_001), '{ a '.repeat(5_000).slice(0, 10_000)]) {
      const answer = await door.post({ query });
      expect([answer.status, codes(answer)]).toEqual([401, ['UNAUTHENTICATED']]);
      expect(answer.errors![0].message).toContain('1000 characters');
    }
    const get = await fetch(`${door.url}?query=${encodeURIComponent(padded(1_001))}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(get.status).toBe(401);
    expect((await door.post({ query: padded(5_000) }, storefront)).status).toBe(200);
  });

  it('bodies are short, and state their length', async () => {
    door = await openDoor();
    const query = '{ __typename }';
    for (const path of ['/graphql', '/events', '/nowhere']) {
      const url = door.url.replace('/graphql', path);
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ query, variables: { x: 'x'.repeat(20_000) } });
      const { status } = await fetch(url, { method: 'POST', headers, body });
      expect([path, status]).toEqual([path, 413]);
    }
    const chunked = request(door.url, { method: 'POST', headers: { 'content-type': 'application/json' } });
    chunked.write(JSON.stringify({ query }));
    chunked.end();
    const [{ statusCode }] = (await once(chunked, 'response')) as [{ statusCode: number }];
    expect(statusCode).toBe(411);
  });

  it('messages on a socket are short', async () => {
    door = await openDoor();
    const socket = await new RawSocket(door.wsUrl).opened();
    socket.say(`{"type":"connection_init","payload":{"apiKey":"storefront","x":"${'x'.repeat(20_000)}"}}`);
    expect([1006, 1009]).toContain((await socket.closed).code);
  });
});

describe('sockets', () => {
  const visit = (session: string, apiKey = 'storefront') => ({ apiKey, authorization: `Bearer ${session}` });
  const openShop = (limits: NonNullable<Parameters<typeof openDoor>[0]>['limits']) =>
    openDoor({
      limits,
      authenticate: async (credentials) => {
        const viewer = await toyAuthenticate(credentials);
        return viewer && { ...viewer, sessionId: credentials.authorization?.replace('Bearer ', '') };
      },
    });

  it('of one address are limited, except with keys of the shop', async () => {
    door = await openShop({ maxSocketsPerAddress: 3 });
    const init = (from: string, payload: object) => new RawSocket(door.wsUrl, { from }).init(payload);
    for (let n = 0; n < 5; n++) await init(ADDRESS, visit(`${n}`, 'server'));
    const open: RawSocket[] = [];
    for (let n = 0; n < 3; n++) open.push(await init(ADDRESS, visit(`${n}`)));
    await expect(new RawSocket(door.wsUrl, { from: ADDRESS }).closed).rejects.toThrow('429');
    await init(OTHER, visit('other'));
    open[0].close();
    await until(
      () => init(ADDRESS, visit('again')).catch(() => null),
      (socket) => socket !== null,
    );
  });

  it('that have sent no connection_init are limited more', async () => {
    door = await openShop({ maxOpeningSocketsPerAddress: 2 });
    const opening = [0, 1].map(() => new RawSocket(door.wsUrl, { from: ADDRESS }));
    for (const socket of opening) await socket.opened();
    await expect(new RawSocket(door.wsUrl, { from: ADDRESS }).closed).rejects.toThrow('429');
    await opening[0].init(visit('a'));
    await new RawSocket(door.wsUrl, { from: ADDRESS }).opened();
  });

  it('of one visit are limited: the next one is closed with 1013', async () => {
    door = await openShop({ maxSocketsPerVisit: 2 });
    const open = [];
    for (const from of [ADDRESS, OTHER]) open.push(await new RawSocket(door.wsUrl, { from }).init(visit('a')));
    const refused = await new RawSocket(door.wsUrl).opened();
    refused.say({ type: 'connection_init', payload: visit('a') });
    expect(await refused.closed).toEqual({ code: 1013, reason: 'Too many sockets' });
    await new RawSocket(door.wsUrl).init(visit('b'));
    for (let n = 0; n < 3; n++) await new RawSocket(door.wsUrl).init(visit('a', 'server'));
    open[0].close();
    await until(
      () => new RawSocket(door.wsUrl).init(visit('a')).catch(() => null),
      (socket) => socket !== null,
    );
  });

  it.each([
    ['a socket', { maxBufferedBytes: 1_000_000 }],
    ['its address', { maxBufferedBytes: 100_000_000, maxBufferedBytesPerAddress: 1_000_000 }],
  ])('are terminated if they don’t read, by the bytes that wait for %s', async (_name, limits) => {
    door = await openShop({ ...limits, sendTimeoutMs: 200 });
    const reading = await new RawSocket(door.wsUrl, { from: OTHER }).init(visit('b'));
    const deaf = await new RawSocket(door.wsUrl, { from: ADDRESS }).init(visit('a'));
    deaf.pause();
    for (let n = 0; n < 3; n++) {
      deaf.subscribe(`${n}`, `{ story(length: ${HUGE / 2}) }`);
      reading.subscribe(`${n}`, '{ story(length: 1000) }');
    }
    await until(
      () => door.server.sockets.count(),
      (count) => count === 1,
    );
    await reading.answer('2');
    reading.close();
  });

  it('may not hold many messages that have not arrived completely', async () => {
    const maxBodyBytes = 1_000_000;
    door = await openDoor({ config: { maxBodyBytes }, limits: { maxRequestBytesPerAddress: 4 * maxBodyBytes } });
    const half = async (from: string) => {
      const socket = new WebSocket(door.wsUrl, 'graphql-transport-ws', { headers: { 'x-forwarded-for': from } });
      const closed = new Promise<number>((resolve) => socket.once('close', resolve));
      await once(socket, 'open');
      socket.send('{"type":"connection_init","payload":{"apiKey":"storefront"}}');
      await once(socket, 'message');
      socket.send('x'.repeat(200_000), { fin: false });
      return closed;
    };
    const closed = await Promise.race(Array.from({ length: 6 }, () => half(ADDRESS)));
    expect(closed).toBe(1013);
  });
});
