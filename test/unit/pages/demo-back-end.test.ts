import fastify, { type FastifyInstance } from 'fastify';
import { type CartLine, DemoBackEnd } from '../../../src/demo/back-end.service';
import { CALLS_PER_SECOND, MAX_CART_LINES, serveDemoBackEnd } from '../../../src/demo/back-end.route';
import { ApiError } from '../../../src/graphql/errors';
import type { Viewer } from '../../../src/graphql/context';
import { RateLimit } from '../../../src/graphql/limits/rate-limit';
import { sendErrorsAsGraphql } from '../../../src/graphql/http/http-errors';
import { enforceRouteAccess } from '../../../src/graphql/http/route-access';
import type { OrderInput } from '../../../src/orders/order-input.type';

const CATALOGUE: Record<string, { price: { amount: string; currency: string } | null; availability: string }> = {
  mug: { price: { amount: '9.50', currency: 'EUR' }, availability: 'IN_STOCK' },
  gone: { price: { amount: '1.00', currency: 'EUR' }, availability: 'OUT_OF_STOCK' },
};
const VIEWERS: Record<string, Viewer | null> = {
  visit: { scope: 'STOREFRONT', keyId: 'k', sessionId: 's1' },
  other: { scope: 'STOREFRONT', keyId: 'k', sessionId: 's2' },
  bare: { scope: 'STOREFRONT', keyId: 'k' },
  ida: { scope: 'STOREFRONT', keyId: 'k', sessionId: 's1', customerId: 'demo-customer-1' },
  ben: { scope: 'STOREFRONT', keyId: 'k', sessionId: 's1', customerId: 'demo-customer-9' },
  server: { scope: 'SERVER', keyId: 'v', sessionId: 's1' },
};

let app: FastifyInstance;
let orders: Map<string, OrderInput>;
let merged: unknown[];

beforeEach(() => {
  orders = new Map();
  merged = [];
  const backEnd = new DemoBackEnd({
    tokens: {
      issue: async ({ customerId, sessionId }) => ({ token: `${customerId}/${sessionId}`, expiresAt: new Date(0) }),
    },
    requestIds: { isIssuedTo: (id, { sessionId }) => id === `list of ${sessionId}` },
    customers: {
      find: async (id) => (id === 'demo-customer-1' || id === 'mia' ? ({ id, attributes: {} } as never) : null),
    },
    personas: async () => [
      { id: 'demo-customer-1', name: 'Ida', habit: 'bakes', orders: 14 },
      { id: 'demo-customer-7', name: null, habit: null, orders: 0 },
    ],
    merges: { merge: async (input) => (merged.push(input), { receipt: '1', errors: [] }) },
    products: { getPublished: (id) => CATALOGUE[id] && ({ id, title: id, ...CATALOGUE[id] } as never) },
    orders: {
      record: async ([order]) => {
        orders.set(order.id, order);
        return { errors: [] } as never;
      },
      pay: async () => ({ errors: [] }) as never,
    },
    reader: {
      find: async (id, viewer) => {
        const order = orders.get(id);
        if (!order || (order.sessionId ?? viewer.sessionId) !== viewer.sessionId)
          throw new ApiError('NOT_FOUND', 'There is no such order');
        return { id, status: 'PLACED', due: { amount: '9.50', currency: 'EUR' } } as never;
      },
    },
  });
  app = fastify();
  app.decorateRequest('client', null);
  sendErrorsAsGraphql(app);
  enforceRouteAccess(app, async ({ apiKey }) => VIEWERS[apiKey ?? ''] ?? null);
  serveDemoBackEnd({ fastify: app }, backEnd, new RateLimit(CALLS_PER_SECOND, () => 0));
});
afterEach(() => app.close());

async function post(path: string, body: unknown, key = 'visit', headers: Record<string, string> = {}) {
  const response = await app.inject({
    method: 'POST',
    url: `/shop/back-end/${path}`,
    headers: { 'content-type': 'application/json', host: 'shop.example', 'x-api-key': key, ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.statusCode, body: response.json() };
}

const cart = (lines: Partial<CartLine>[], checkoutId = 'c1') => ({ checkoutId, lines });

it('signs in as a made-up customer, and no other; the visit becomes theirs', async () => {
  const { body } = await post('sign-in', { customerId: 'demo-customer-1' });
  expect(body).toMatchObject({ customerId: 'demo-customer-1', token: 'demo-customer-1/s1' });
  expect(merged).toEqual([{ fromSessionId: 's1', intoCustomerId: 'demo-customer-1' }]);
  expect((await post('sign-in', { customerId: 'mia' })).status).toBe(404);
  expect((await post('sign-in', { customerId: 'demo-customer-2' })).status).toBe(404);
  const offered = await app.inject({ url: '/shop/back-end/customers', headers: { 'x-api-key': 'visit' } });
  expect(offered.json()).toEqual({
    customers: [
      { id: 'demo-customer-1', name: 'Ida', habit: 'bakes', orders: 14 },
      { id: 'demo-customer-7', name: 'Customer 7', habit: null, orders: 0 },
    ],
  });
});

it('gives another customer on the same device another session, and merges nothing into them', async () => {
  expect((await post('sign-in', { customerId: 'demo-customer-1' }, 'ida')).body.token).toBe('demo-customer-1/s1');
  const { token } = (await post('sign-in', { customerId: 'demo-customer-1' }, 'ben')).body as { token: string };
  expect(token).toMatch(/^demo-customer-1\/[0-9a-f-]{36}$/);
  expect(merged).toEqual([]);
});

it('reads prices from the catalogue, and treats the same checkout twice as one order', async () => {
  const lines = [{ productId: 'mug', quantity: 2, requestId: 'list of s1', placement: 'cart' }];
  const [first, again] = [await post('orders', cart(lines)), await post('orders', cart(lines))];
  expect(first.body.id).toMatch(/^web-[0-9a-f]{16}$/);
  expect(again.body).toEqual(first.body);
  expect([...orders.values()]).toMatchObject([
    {
      sessionId: 's1',
      lines: [
        {
          ...{ productId: 'mug', quantity: 2, unitPrice: { amount: '9.50', currency: 'EUR' } },
          ...{ requestId: 'list of s1', placement: 'cart' },
        },
      ],
    },
  ]);
  // Another visit's checkout of the same name is another order.
  expect((await post('orders', cart(lines), 'other')).body.id).not.toBe(first.body.id);
});

it('orders without a request id that was not issued to the visitor', async () => {
  const lines = [{ productId: 'mug', quantity: 1, requestId: 'list of s2', placement: 'cart' }];
  await post('orders', cart(lines));
  const [order] = orders.values();
  expect(order.lines).toMatchObject([{ productId: 'mug', requestId: undefined, placement: 'cart' }]);
});

it.each([
  ['another origin', { headers: { origin: 'https://evil.example' } }, 403],
  ['a form’s content type', { headers: { 'content-type': 'text/plain' } }, 400],
  ['no key', { key: '' }, 401],
  ['no token', { key: 'bare' }, 401],
  ['a key that may do more', { key: 'server' }, 403],
  ['no lines', { body: cart([]) }, 400],
  ['too many lines', { body: cart(Array(MAX_CART_LINES + 1).fill({ productId: 'mug', quantity: 1 })) }, 400],
  ['a price of one’s own', { body: cart([{ productId: 'mug', quantity: 1, unitPrice: 0 } as never]) }, 400],
  ['half a piece', { body: cart([{ productId: 'mug', quantity: 0.5 }]) }, 400],
  ['a product that there is not', { body: cart([{ productId: 'nothing', quantity: 1 }]) }, 404],
  ['what is sold out', { body: cart([{ productId: 'gone', quantity: 1 }]) }, 409],
  ['no JSON', { body: '{' }, 400],
] as [string, { body?: unknown; key?: string; headers?: Record<string, string> }, number][])(
  'refuses an order with %s',
  async (_name, { body = cart([{ productId: 'mug', quantity: 1 }]), key, headers }, status) => {
    const answer = await post('orders', body, key, headers);
    expect(answer.status).toBe(status);
    expect(answer.body.errors[0].extensions.code).toBeDefined();
    expect(orders.size).toBe(0);
  },
);

it('accepts payments of the visitor’s own orders only', async () => {
  const { body } = await post('orders', cart([{ productId: 'mug', quantity: 1 }]));
  expect((await post('payments', { orderId: body.id })).status).toBe(200);
  expect((await post('payments', { orderId: body.id }, 'other')).status).toBe(404);
});

it('limits one visit after twenty calls', async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 25; i++) statuses.push((await post('sign-in', { customerId: 'demo-customer-1' })).status);
  expect(statuses).toEqual([...Array<number>(20).fill(200), ...Array<number>(5).fill(429)]);
});
