import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { ApiError, type ErrorCode } from '../errors';
import { formatError } from '../error-format';
import { HTTP_STATUS } from './http-status';

/**
 * Sends errors that occur before GraphQL (malformed JSON, a body that is too large, an invalid key) in GraphQL's
 * format.
 */
export function sendErrorsAsGraphql(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError | ApiError>((error, request, reply) => {
    const apiError = error instanceof ApiError ? error : toClientError(error);
    if (apiError === undefined) {
      const formatted = formatError(error, request.log);
      return sendError(reply, HTTP_STATUS[formatted.extensions?.code as ErrorCode], formatted);
    }
    const status = error instanceof ApiError ? HTTP_STATUS[error.code] : (error.statusCode ?? 400);
    return sendError(reply, status, formatError(apiError, request.log));
  });
  app.setNotFoundHandler((request, reply) => sendError(reply, ...notFound(request, reply)));
}

/** Sends an error in GraphQL's format, for routes whose plugin has its own error handler. */
export function sendGraphqlError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const formatted = formatError(error, request.log);
  return sendError(reply, HTTP_STATUS[formatted.extensions?.code as ErrorCode], formatted);
}

/** Converts Fastify's errors with a 4xx status: client errors, whose messages are meant for the client. */
function toClientError(error: FastifyError): ApiError | undefined {
  const { statusCode, message } = error;
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return undefined;
  return new ApiError('BAD_USER_INPUT', message);
}

function notFound(request: FastifyRequest, reply: FastifyReply): [status: number, error: GraphQLFormattedError] {
  if (request.url.split('?')[0] !== '/graphql')
    return [404, formattedError('NOT_FOUND', 'This path does not exist; GraphQL is at /graphql.')];
  void reply.header('allow', 'GET, POST');
  return [405, formattedError('BAD_USER_INPUT', 'Use GET or POST for GraphQL requests.')];
}

function formattedError(code: ErrorCode, message: string): GraphQLFormattedError {
  return { message, extensions: { code } };
}

function sendError(reply: FastifyReply, status: number, error: GraphQLFormattedError): FastifyReply {
  if (status === 401 && !reply.hasHeader('www-authenticate')) void reply.header('www-authenticate', 'Bearer');
  const wait = error.extensions?.retryAfterMs;
  if (typeof wait === 'number') void reply.header('retry-after', Math.ceil(wait / 1_000));
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send({ errors: [error] });
}
