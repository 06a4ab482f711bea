import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { ApiError, type ErrorCode } from './errors';
import { formatError } from './error-format';
import { HTTP_STATUS } from './http-status';

/** What fails before GraphQL sees it (malformed JSON, a body too large, a bad key) is answered in GraphQL's shape too. */
export function answerErrorsAsGraphql(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError | ApiError>((error, request, reply) => {
    const known = error instanceof ApiError ? error : clientFault(error);
    if (known === undefined) {
      const said = formatError(error, request.log);
      return fail(reply, HTTP_STATUS[said.extensions?.code as ErrorCode], said);
    }
    const status = error instanceof ApiError ? HTTP_STATUS[error.code] : (error.statusCode ?? 400);
    return fail(reply, status, formatError(known, request.log));
  });
  app.setNotFoundHandler((request, reply) => fail(reply, ...notFound(request, reply)));
}

/** For routes whose plugin answers errors in a way of its own. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const said = formatError(error, request.log);
  return fail(reply, HTTP_STATUS[said.extensions?.code as ErrorCode], said);
}

/** Fastify's own errors below 500 are the client's: their messages are meant to be read. */
function clientFault(error: FastifyError): ApiError | undefined {
  const { statusCode, message } = error;
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return undefined;
  return new ApiError('BAD_USER_INPUT', message);
}

function notFound(request: FastifyRequest, reply: FastifyReply): [status: number, error: GraphQLFormattedError] {
  if (request.url.split('?')[0] !== '/graphql') return [404, said('NOT_FOUND', 'There is nothing here: see /graphql')];
  void reply.header('allow', 'GET, POST');
  return [405, said('BAD_USER_INPUT', 'GraphQL is asked with GET or POST')];
}

function said(code: ErrorCode, message: string): GraphQLFormattedError {
  return { message, extensions: { code } };
}

function fail(reply: FastifyReply, status: number, error: GraphQLFormattedError): FastifyReply {
  if (status === 401 && !reply.hasHeader('www-authenticate')) void reply.header('www-authenticate', 'Bearer');
  const wait = error.extensions?.retryAfterMs;
  if (typeof wait === 'number') void reply.header('retry-after', Math.ceil(wait / 1_000));
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send({ errors: [error] });
}
