import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticate, Credentials } from '../auth/authenticate';
import { credentialsOfHeaders } from '../auth/authenticate';
import { ApiError } from '../graphql/errors';
import { sendGraphqlError } from '../graphql/http-errors';
import type { Queues } from '../platform/queues';

const BASE = '/admin/queues';

/** The page of Bull Board contains a style element, but loads scripts only from files. */
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

/** A font from another host. The policy would block it, and the browser would log an error. */
const FOREIGN_FONT = /<link href="https:[^>]*>/g;

/**
 * Serves Bull Board with the shop's queues at `/admin/queues`. It requires an admin key in `x-api-key`, or as the
 * password of HTTP Basic authentication (with any user name). It is read-only: jobs are pointers to work recorded in
 * PostgreSQL, so a queue never needs a repair by hand, and requests forged by other sites change nothing.
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
    // The plugin's own error handler would show the message of the error.
    return error;
  }
}

/**
 * Returns the credentials of a request. The password of Basic authentication is the key, because a page can't set
 * headers.
 */
function credentialsOf({ headers }: FastifyRequest): Credentials {
  const basic = /^basic +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (basic === undefined) return credentialsOfHeaders(headers);
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(basic, 'base64').toString()) ?? [];
  return { apiKey: password };
}
