import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { storefront, type StorefrontOptions } from '../../../client/src/storefront';

interface Asked {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: { events?: { type: string }[]; query?: string };
}

let server: Server;
let url: string;
const asked: Asked[] = [];
let answerEvents: (asked: Asked) => { status: number; body: unknown };
let visits = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { url: request.url!, headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) };
      asked.push(one);
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      const { status, body } =
        one.url === '/events'
          ? answerEvents(one)
          : { status: 200, body: { data: { startSession: { token: `visit-${++visits}`, expiresAt } } } };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  asked.length = 0;
  visits = 0;
  answerEvents = ({ body }) => ({ status: 200, body: { accepted: body.events!.length, receipt: '1', errors: [] } });
});

const open = (more: Partial<StorefrontOptions> = {}) => storefront({ url, apiKey: 'fk_s_public', ...more });
const batches = () => asked.filter((one) => one.url === '/events');

it('starts a visit with the key alone, and sends events with key and token', async () => {
  const shop = open();
  shop.record({ type: 'VIEW', productId: 'a' });
  await shop.flush();
  expect(asked.map((one) => [one.url, one.headers['x-api-key'], one.headers.authorization])).toEqual([
    ['/graphql', 'fk_s_public', undefined],
    ['/events', 'fk_s_public', 'Bearer visit-1'],
  ]);
  shop.close();
});

it('shares nothing between visitors outside a page: on a server that renders for all', async () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'sessionStorage');
  const stored = new Map<string, string>();
  // Node has it from release 25 on: one for the whole process.
  Object.defineProperty(globalThis, 'sessionStorage', {
    configurable: true,
    value: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: stored.set.bind(stored),
      removeItem: () => {},
    },
  });
  try {
    for (const shop of [open(), open()]) {
      shop.record({ type: 'VIEW', productId: 'a' });
      await shop.flush();
      shop.close();
    }
  } finally {
    if (before) Object.defineProperty(globalThis, 'sessionStorage', before);
    else Reflect.deleteProperty(globalThis, 'sessionStorage');
  }
  expect(batches().map((one) => one.headers.authorization)).toEqual(['Bearer visit-1', 'Bearer visit-2']);
  expect(stored.size).toBe(0);
});

it('reports single events that were refused', async () => {
  answerEvents = () => ({
    status: 200,
    body: { accepted: 1, receipt: '1', errors: [{ index: 1, code: 'NOT_FOUND', message: 'no such product' }] },
  });
  const onLost = jest.fn();
  const shop = open({ onLost });
  shop.record({ type: 'VIEW', productId: 'a' });
  shop.record({ type: 'VIEW', productId: 'gone' });
  await shop.flush();
  expect(onLost).toHaveBeenCalledWith([expect.objectContaining({ productId: 'gone' })], 'NOT_FOUND: no such product');
  expect(batches()).toHaveLength(1);
  shop.close();
});

it('gets another token when the current one is refused, and loses no event', async () => {
  answerEvents = ({ headers, body }) =>
    headers.authorization === 'Bearer visit-1'
      ? { status: 401, body: { errors: [{ message: 'ended', extensions: { code: 'UNAUTHENTICATED' } }] } }
      : { status: 200, body: { accepted: body.events!.length, errors: [] } };
  const onLost = jest.fn();
  const shop = open({ onLost });
  shop.record({ type: 'VIEW', productId: 'a' });
  await shop.flush();
  await shop.flush();
  expect(batches().map((one) => one.headers.authorization)).toEqual(['Bearer visit-1', 'Bearer visit-2']);
  expect(onLost).not.toHaveBeenCalled();
  shop.close();
});

it('retains a token that only a proxy refuses', async () => {
  let answers = 0;
  answerEvents = ({ body }) =>
    ++answers === 1
      ? { status: 401, body: { message: 'the proxy wants a password' } }
      : { status: 200, body: { accepted: body.events!.length, errors: [] } };
  const shop = open();
  shop.record({ type: 'VIEW', productId: 'a' });
  await shop.flush();
  await shop.flush();
  expect(batches().map((one) => one.headers.authorization)).toEqual(['Bearer visit-1', 'Bearer visit-1']);
  shop.close();
});

it('events before signing in belong to the visit, later ones to the customer', async () => {
  const shop = open();
  shop.record({ type: 'VIEW', productId: 'a' });
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  await shop.signIn({ customerId: 'mia', token: 'mia-1', expiresAt });
  shop.record({ type: 'VIEW', productId: 'b' });
  await shop.flush();
  await shop.signOut();
  shop.record({ type: 'VIEW', productId: 'c' });
  await shop.flush();
  expect(batches().map((one) => one.headers.authorization)).toEqual([
    'Bearer visit-1',
    'Bearer mia-1',
    'Bearer visit-2',
  ]);
  shop.close();
});

it('unsent events are dropped when another customer signs in or out, rather than sent as theirs', async () => {
  const away = { status: 503, body: { errors: [{ message: 'away', extensions: { code: 'UNAVAILABLE' } }] } };
  const taken: [string | undefined, string[]][] = [];
  let isAway = true;
  answerEvents = ({ headers, body }) => {
    if (isAway) return away;
    taken.push([headers.authorization, body.events!.map(({ type }) => type)]);
    return { status: 200, body: { accepted: body.events!.length, errors: [] } };
  };
  const onLost = jest.fn();
  const shop = open({ onLost });
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  shop.record({ type: 'VIEW', productId: 'a' });
  await shop.signIn({ customerId: 'mia', token: 'mia-1', expiresAt });
  shop.record({ type: 'LIKE', productId: 'b' });
  await shop.signOut();
  isAway = false;
  shop.record({ type: 'CLICK', productId: 'c' });
  await shop.flush();
  expect(taken).toEqual([['Bearer visit-2', ['CLICK']]]);
  expect(onLost.mock.calls.map(([events, reason]) => [events[0].productId, reason])).toEqual([
    ['a', 'the visitor signed in or out before the event could be sent'],
    ['b', 'the visitor signed in or out before the event could be sent'],
  ]);
  shop.close();
});
