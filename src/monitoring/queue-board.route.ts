import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticate, Credentials } from '../auth/authenticate';
import { credentialsOfHeaders } from '../auth/authenticate';
import { ApiError } from '../graphql/errors';
import { answerError } from '../graphql/http-errors';
import type { Queues } from '../platform/queues';

const BASE = '/admin/queues';

/** Its page has a style element of its own, and no script but files. */
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

/** A font from another host, which the policy would refuse and the browser complain about. */
const FOREIGN_FONT = /<link href="https:[^>]*>/g;

/**
 * `/admin/queues`: Bull Board over the shop's queues, for an admin key in `x-api-key`, or as the password that a browser
 * asks for (any user name). It only shows: a job is a pointer to what PostgreSQL knows, so nothing in a queue has to be
 * mended by hand, and what a page of another site makes the browser send changes nothing.
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
    body: 'The queues could not be read: see the log of the API process.',
  }));
  await app.register(
    async (scope) => {
      scope.addHook('onRequest', async (request, reply) => {
        const fault = await faultOf(request, authenticate);
        if (fault === null) return undefined;
        // With this a browser asks for the key.
        if (fault instanceof ApiError)
          void reply.header('www-authenticate', 'Basic realm="Freshet: any name, an admin key as password"');
        return answerError(fault, request, reply);
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
    return viewer?.scope === 'ADMIN' ? null : new ApiError('UNAUTHENTICATED', 'Queues are shown for admin keys');
  } catch (error) {
    // The plugin's own way with errors would show what they say.
    return error;
  }
}

/** A page can't set headers of its own: what the browser was told as a password is the key. */
function credentialsOf({ headers }: FastifyRequest): Credentials {
  const basic = /^basic +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (basic === undefined) return credentialsOfHeaders(headers);
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(basic, 'base64').toString()) ?? [];
  return { apiKey: password };
}
