import { requireViewer } from '../auth/identity';
import { ApiError } from '../graphql/errors';
import { checkItemCount } from '../graphql/item-count';
import type { GraphqlServer } from '../graphql/server';
import { parseEvents } from './event-json';
import { MAX_EVENTS, type EventService, workOfEvents } from './event.service';

/**
 * Serves `POST /events`, which takes the same events as the mutation `recordEvents`, as plain JSON. It is meant for
 * pages that are being unloaded: `fetch('/events', { method: 'POST', keepalive: true, headers, body: JSON.stringify({ events }) })`.
 */
export function serveEvents({ fastify }: Pick<GraphqlServer, 'fastify'>, events: EventService): void {
  fastify.post('/events', { config: { access: 'STOREFRONT' } }, async (request) => {
    const viewer = requireViewer(request);
    const items = itemsOf(request.body);
    const units = workOfEvents(items.length);
    request.turns!.pay(units, units, 'writing');
    const { values: inputs, indexes, errors: malformed } = parseEvents(items);
    const { accepted, receipt, errors } = await events.record(viewer, inputs, {
      address: request.client,
      turns: request.turns!,
    });
    const all = [...malformed, ...errors.map((error) => ({ ...error, index: indexes[error.index]! }))];
    return { accepted, receipt, errors: all.sort((a, b) => a.index - b.index) };
  });
}

/** @throws ApiError BAD_USER_INPUT if the body is not `{ events: […] }` */
function itemsOf(body: unknown): readonly unknown[] {
  const fields = typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.entries(body) : [];
  const [[name, events] = []] = fields;
  if (fields.length !== 1 || name !== 'events' || !Array.isArray(events))
    throw new ApiError('BAD_USER_INPUT', 'The body must be an object with one field, events, which is a list.');
  checkItemCount(events.length, MAX_EVENTS, 'events');
  return events as unknown[];
}
