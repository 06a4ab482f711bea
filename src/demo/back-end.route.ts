import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { requireViewer } from '../auth/identity';
import { findIdFault } from '../graphql/id';
import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { isAllowedOrigin } from '../graphql/http/origin';
import { RateLimit } from '../graphql/limits/rate-limit';
import type { GraphqlServer } from '../graphql/server';
import type { DemoBackEnd } from './back-end.service';

export const MAX_CART_LINES = 50;
const MAX_LINE_QUANTITY = 99;
/** Calls per second that one visit may make after a burst of 20 calls. One IP address may make ten times as many. */
export const CALLS_PER_SECOND = 2;
const MAX_BODY_BYTES = 65_536;

const idSchema = (name: string) =>
  z.string().superRefine((text, context) => {
    const fault = findIdFault(name, text);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });

const SIGN_IN = z.strictObject({ customerId: idSchema('customerId') });
const PAYMENT = z.strictObject({ orderId: idSchema('orderId') });
const ORDER = z.strictObject({
  /** An id that the page creates for each checkout. A repeated request with the same id returns the same order. */
  checkoutId: idSchema('checkoutId'),
  lines: z
    .array(
      z.strictObject({
        productId: idSchema('productId'),
        quantity: z.number().int().min(1).max(MAX_LINE_QUANTITY),
        requestId: idSchema('requestId').optional(),
        placement: idSchema('placement').optional(),
      }),
    )
    .min(1)
    .max(MAX_CART_LINES),
});

/**
 * Serves `/shop/back-end/…` in the demo shop only: the JSON endpoints that a shop's own back end would offer to its
 * page. A request must come from a page of the same origin and have the token of a session. The endpoints use no
 * cookies, so a page of another site can't act for a visitor.
 */
export function serveDemoBackEnd(
  { fastify }: Pick<GraphqlServer, 'fastify'>,
  backEnd: DemoBackEnd,
  rates = new RateLimit(CALLS_PER_SECOND),
): void {
  const onRequest = async (request: FastifyRequest) => {
    if (!isAllowedOrigin(request.headers, []))
      throw new ApiError('FORBIDDEN', 'Only pages of this host may call this endpoint.');
  };
  const options = { config: { access: 'STOREFRONT' }, onRequest } as const;
  const post = <Body>(path: string, shape: z.ZodType<Body>, answer: (viewer: Viewer, body: Body) => Promise<unknown>) =>
    fastify.post(`/shop/back-end/${path}`, { ...options, bodyLimit: MAX_BODY_BYTES }, async (request) => {
      const viewer = requireViewer(request);
      if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
        throw new ApiError('BAD_USER_INPUT', 'The content type must be application/json.');
      // A key with a stronger scope does not belong to a visitor.
      if (viewer.scope !== 'STOREFRONT')
        throw new ApiError('FORBIDDEN', 'This endpoint requires a key with scope STOREFRONT.');
      rates.charge(viewer, request.client, 1);
      return answer(viewer, parseBody(shape, request.body));
    });

  fastify.get('/shop/back-end/customers', options, async (request) => {
    rates.charge(requireViewer(request), request.client, 1);
    return { customers: await backEnd.listCustomers() };
  });
  post('sign-in', SIGN_IN, (viewer, { customerId }) => backEnd.signIn(viewer, customerId));
  post('orders', ORDER, async (viewer, { checkoutId, lines }) => ({
    id: (await backEnd.order(viewer, checkoutId, lines)).id,
  }));
  post('payments', PAYMENT, async (viewer, { orderId }) => ({ status: (await backEnd.pay(viewer, orderId)).status }));
}

/** Validates the body of a request. @throws ApiError BAD_USER_INPUT that names the invalid property */
function parseBody<Body>(shape: z.ZodType<Body>, body: unknown): Body {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new ApiError('BAD_USER_INPUT', `${path.join('.') || 'the body'}: ${message}`);
}
