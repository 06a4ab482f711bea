import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServerLimits } from '../limits/limits';
import { isShopKey } from '../scope';

/** What JSON may be sent in. ASCII is a part of UTF-8. */
const CHARSETS = new Set(['utf-8', 'utf8', 'us-ascii']);
/** Where a body holds a mutation. */
const MUTATION = /"query"\s*:\s*"\s*mutation\b/;
/** Longer bodies are heavy work in any case. */
const MUTATION_WITHIN = 4_096;

/**
 * Reads bodies of type `application/json` as UTF-8. Bytes that are not UTF-8 are refused, because decoding them would
 * change them: different texts would become equal. Headers that say that the body is to be read in another way are
 * refused with status 415.
 */
export function parseJsonBodies(
  app: FastifyInstance,
  { maxVisitorBytes }: Pick<ServerLimits, 'maxVisitorBytes'>,
): void {
  app.removeAllContentTypeParsers();
  // Keys such as `__proto__` are refused in the item that has them: see `findJsonFault`.
  const parse = app.getDefaultJsonParser('ignore', 'ignore');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    const refusal = refusalOf(request.headers);
    if (refusal !== undefined) return done(clientError(415, refusal));
    if (body.length > maxVisitorBytes && !isShopKey(request.viewer?.scope))
      return done(
        clientError(413, `A body may have at most ${maxVisitorBytes} bytes with this key; got ${body.length}.`),
      );
    const writes =
      request.routeOptions.url !== '/graphql' || MUTATION.test(body.toString('latin1', 0, MUTATION_WITHIN));
    request.turns!.payForRequest(body.length, writes ? 'writing' : 'reading');
    request.turns!.next().then(() => {
      if (!isUtf8(body)) return done(clientError(400, 'The body is not UTF-8: encode it as UTF-8, and send it again.'));
      return void parse(request, body.toString('utf8'), done);
    }, done);
  });
}

function refusalOf(headers: FastifyRequest['headers']): string | undefined {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity')
    return `Bodies are taken uncompressed; got content-encoding ${JSON.stringify(encoding)}.`;
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  return CHARSETS.has(charset.toLowerCase())
    ? undefined
    : `Bodies are read as UTF-8; got charset ${JSON.stringify(charset)}.`;
}

function clientError(statusCode: number, message: string): Error {
  return Object.assign(new Error(message), { statusCode });
}
