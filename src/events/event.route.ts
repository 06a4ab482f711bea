import { z } from 'zod';
import { requireViewer } from '../auth/identity';
import type { Authenticate } from '../graphql/credentials';
import { ApiError } from '../graphql/errors';
import { authenticateViewer } from '../graphql/http/serve-graphql';
import type { GraphqlServer } from '../graphql/server';
import { parseEvents } from './event-json';
import { faultOfJson } from './json-fault';
import { EVENT_WORK, MAX_EVENTS, type EventService } from './event.service';

const body = z.strictObject({ events: z.array(z.unknown()).max(MAX_EVENTS) });

/**
 * Serves `POST /events`, which takes the same events as the mutation `recordEvents`, as plain JSON. It is meant for
 * pages that are being unloaded: `fetch('/events', { method: 'POST', keepalive: true, headers, body: JSON.stringify({ events }) })`.
 */
export function serveEvents(
  { fastify, rates }: Pick<GraphqlServer, 'fastify' | 'rates'>,
  events: EventService,
  authenticate: Authenticate,
): void {
  fastify.post('/events', { onRequest: authenticateViewer(authenticate) }, async (request) => {
    const viewer = requireViewer(request);
    const parsed = body.safeParse(request.body);
    if (!parsed.success) {
      throw new ApiError('BAD_USER_INPUT', faultOfJson(parsed.error, request.body, 'the body').message);
    }
    rates.charge(viewer, request.client, 1 + EVENT_WORK * parsed.data.events.length);
    const { inputs, indexes, errors: malformed } = parseEvents(parsed.data.events);
    const { accepted, receipt, errors } = await events.record(viewer, inputs);
    const all = [...malformed, ...errors.map((error) => ({ ...error, index: indexes[error.index]! }))];
    return { accepted, receipt, errors: all.sort((a, b) => a.index - b.index) };
  });
}
