import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticate, Credentials } from '../graphql/credentials';
import { credentialsOfHeaders } from '../graphql/credentials';
import { ApiError } from '../graphql/errors';
import { sendGraphqlError } from '../graphql/http/http-errors';
import type { Queues } from '../platform/queues';

const BASE = '/admin/queues';

/** Allows inline styles, because Bull Board needs them, but no inline scripts. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Matches links in Bull Board's page to fonts on other hosts. They are removed from the page, because the policy blocks
 * them, and browsers would log errors.
 */
const FOREIGN_FONT = /<link href="https:[^>]*>/g;

/**
 * Serves Bull Board with the shop's queues at `/admin/queues`. It requires an admin key in `x-api-key`, or as the
 * password of HTTP Basic authentication (with any user name). It is read-only, so requests that other sites forge
 * change nothing. Queues never need repairs by hand, because jobs only point to work that is recorded in PostgreSQL.
 */
export async function serveQueueBoard(app: FastifyInstance, authenticate: Authenticate, queues: Queues): Promise<void> {
  const adapter = new FastifyAdapter().setBasePath(BASE);
  createBullBoard({
    queues: queues.all().map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'Freshet queues', hideRedisDetails: true } },
  });
  adapter.setErrorHandler(() => ({
    status: 500,
    body: 'The queues could not be read; see the log of the API process.',
  }));
  await app.register(
    async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, access: 'OWN' };
      });
      scope.addHook('onRequest', async (request, reply) => {
        const fault = await faultOf(request, authenticate);
        if (fault === null) return undefined;
        // This header makes a browser prompt for the key.
        if (fault instanceof ApiError)
          void reply.header('www-authenticate', 'Basic realm="Freshet: any name, an admin key as password"');
        return sendGraphqlError(fault, request, reply);
      });
      scope.addHook('onSend', async (_request, reply, payload) => {
        void reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
        return typeof payload === 'string' ? payload.replace(FOREIGN_FONT, '') : payload;
      });
      await scope.register(adapter.registerPlugin());
    },
    { prefix: BASE },
  );
}

async function faultOf(request: FastifyRequest, authenticate: Authenticate): Promise<unknown> {
  try {
    const viewer = await authenticate(credentialsOf(request));
    return viewer?.scope === 'ADMIN'
      ? null
      : new ApiError('UNAUTHENTICATED', 'The queue board requires a key with scope ADMIN.');
  } catch (error) {
    // The error is not thrown, because Bull Board's error handler would show its message to the client.
    return error;
  }
}

/** Returns the credentials of a request. Browsers can send the key only as the password of Basic authentication. */
function credentialsOf({ headers }: FastifyRequest): Credentials {
  const basic = /^basic +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (basic === undefined) return credentialsOfHeaders(headers);
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(basic, 'base64').toString()) ?? [];
  return { apiKey: password };
}
