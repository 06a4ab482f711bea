import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Authenticate } from '../auth/authenticate';
import { faultOfId, viewerOf } from '../auth/identify';
import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { recogniseViewer } from '../graphql/http';
import { isAllowedOrigin } from '../graphql/origin';
import { RateLimit } from '../graphql/rate-limit';
import type { GraphqlServer } from '../graphql/server';
import type { DemoBackEnd } from './back-end.service';

export const MAX_CART_LINES = 50;
export const MAX_LINE_QUANTITY = 99;
/** Signing in, ordering, paying: so many a second of one visit, after the first twenty; of one address ten times that. */
const CALLS_PER_SECOND = 2;
const MAX_BODY_BYTES = 65_536;

const id = (name: string) =>
  z.string().superRefine((text, context) => {
    const fault = faultOfId(name, text);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });

const SIGN_IN = z.strictObject({ customerId: id('customerId') });
const PAYMENT = z.strictObject({ orderId: id('orderId') });
const ORDER = z.strictObject({
  /** Made by the page for each checkout: asked again, it is the same order. */
  checkoutId: id('checkoutId'),
  lines: z
    .array(
      z.strictObject({
        productId: id('productId'),
        quantity: z.number().int().min(1).max(MAX_LINE_QUANTITY),
        requestId: id('requestId').optional(),
        placement: id('placement').optional(),
      }),
    )
    .min(1)
    .max(MAX_CART_LINES),
});

/**
 * `/shop/back-end/…`, in the demo shop alone: what a shop's own back end would do for its page, in JSON, for a page of the
 * same origin with a session's token. Nothing is known by cookie, so no other page can act in a visitor's name.
 */
export function serveDemoBackEnd(
  { fastify }: Pick<GraphqlServer, 'fastify'>,
  authenticate: Authenticate,
  backEnd: DemoBackEnd,
  rates = new RateLimit(CALLS_PER_SECOND),
): void {
  const recognise = recogniseViewer(authenticate);
  const onRequest = async (request: FastifyRequest) => {
    if (!isAllowedOrigin(request.headers, [])) throw new ApiError('FORBIDDEN', 'Only for pages of this host');
    await recognise(request);
  };
  const post = <Body>(path: string, shape: z.ZodType<Body>, answer: (viewer: Viewer, body: Body) => Promise<unknown>) =>
    fastify.post(`/shop/back-end/${path}`, { onRequest, bodyLimit: MAX_BODY_BYTES }, async (request) => {
      const viewer = viewerOf(request);
      if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
        throw new ApiError('BAD_USER_INPUT', 'The content type has to be application/json');
      // A key that may do more is no visitor's.
      if (viewer.scope !== 'STOREFRONT') throw new ApiError('FORBIDDEN', 'Only for storefront keys');
      rates.charge(viewer, request.client, 1);
      return answer(viewer, read(shape, request.body));
    });

  fastify.get('/shop/back-end/customers', { onRequest }, async (request) => {
    rates.charge(viewerOf(request), request.client, 1);
    return { customers: await backEnd.offered() };
  });
  post('sign-in', SIGN_IN, (viewer, { customerId }) => backEnd.signIn(viewer, customerId));
  post('orders', ORDER, async (viewer, { checkoutId, lines }) => ({
    id: (await backEnd.order(viewer, checkoutId, lines)).id,
  }));
  post('payments', PAYMENT, async (viewer, { orderId }) => ({ status: (await backEnd.pay(viewer, orderId)).status }));
}

/** @throws ApiError BAD_USER_INPUT naming the place */
function read<Body>(shape: z.ZodType<Body>, body: unknown): Body {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new ApiError('BAD_USER_INPUT', `${path.join('.') || 'the body'}: ${message}`);
}
