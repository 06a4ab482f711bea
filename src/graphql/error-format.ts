import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { isUnreachable } from '../platform/unreachable';
import type { Context } from './context';
import { type ErrorCode, isErrorCode } from './errors';

/** Codes of Apollo Server and graphql-http for what a client did wrong. */
const CLIENT_FAULTS: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'BAD_REQUEST',
]);

/** A restart takes a second or two. */
const RETRY_AFTER_MS = 1_000;

/**
 * Every error as clients see it, on each transport. Its code is one of the documented list; what nobody meant them to
 * see becomes INTERNAL with an id under which the log has the rest.
 *
 * @param beforeExecution the error is about the request itself: an error of graphql-js there is the client's
 */
export function formatError(
  error: unknown,
  log: Pick<Context['log'], 'error'>,
  beforeExecution = false,
): GraphQLFormattedError {
  const code = error instanceof GraphQLError ? codeOf(error, beforeExecution) : undefined;
  if (error instanceof GraphQLError && code !== undefined) {
    // `http` is Apollo's, for the status; a stack trace is nobody's business.
    const { http: _http, stacktrace: _stacktrace, ...extensions } = error.extensions;
    return { ...error.toJSON(), extensions: { ...extensions, code } };
  }
  const located = error instanceof GraphQLError ? error.toJSON() : {};
  const cause = causeOf(error);
  if (isUnreachable(cause)) {
    log.error({ error: (cause as Error).message }, 'database not available');
    const extensions = { code: 'UNAVAILABLE' satisfies ErrorCode, retryAfterMs: RETRY_AFTER_MS };
    return { ...located, message: 'The database can not be reached, or can take nothing now: try again', extensions };
  }
  const errorId = randomUUID();
  log.error({ errorId, err: cause, path: error instanceof GraphQLError ? error.path : undefined }, 'unexpected error');
  return { ...located, message: 'Something went wrong on the server', extensions: { code: 'INTERNAL', errorId } };
}

function codeOf(error: GraphQLError, beforeExecution: boolean): ErrorCode | undefined {
  const { code } = error.extensions;
  if (/^Syntax Error: Document contains more tha[nt] \d+ tokens/.test(error.message)) return 'TOO_COMPLEX';
  if (isErrorCode(code)) return code;
  if (CLIENT_FAULTS.has(code)) return 'BAD_USER_INPUT';
  if (code !== undefined) return undefined;
  // A variable that turned out null where an argument may not be is found by graphql-js only while it executes.
  const coercion = error.originalError instanceof GraphQLError && /^Argument "\w+" /.test(error.message);
  return coercion || (beforeExecution && error.path === undefined) ? 'BAD_USER_INPUT' : undefined;
}

function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
  return cause;
}
