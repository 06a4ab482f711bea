import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';

/**
 * Sets helmet's headers. Each of them is switched on or off here, so that an update of helmet adds none. The function
 * is created once: the plugin `@fastify/helmet` creates it again for each request.
 */
const setHelmetHeaders = helmet({
  xContentTypeOptions: true,
  referrerPolicy: { policy: 'no-referrer' },
  xFrameOptions: { action: 'deny' },
  crossOriginOpenerPolicy: { policy: 'same-origin' },
  contentSecurityPolicy: false, // OWN_HEADERS has it.
  crossOriginEmbedderPolicy: false,
  crossOriginResourcePolicy: false,
  originAgentCluster: false,
  strictTransportSecurity: false, // A proxy terminates TLS.
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xPoweredBy: false,
  xXssProtection: false,
});

/** Headers that helmet lacks (`cache-control`) or would write without the space after the semicolon. */
const OWN_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
} as const;

/** Sends security headers with all responses. A route may override them: a page has its own content-security-policy. */
export function sendSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(OWN_HEADERS);
    setHelmetHeaders(request.raw, reply.raw, () => done());
  });
}
