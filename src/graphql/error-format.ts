import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { isOutage, isReadOnly, isRedisRefusal, isWaitTimeout } from '../platform/outage';
import { isUnstorableText } from '../platform/unstorable-text';
import type { Context } from './context';
import { type ErrorCode, isErrorCode } from './errors';
import { UNSTORABLE } from './storable';
import { overloadedError } from './limits/overloaded-error';

/** Codes of Apollo Server and graphql-http for client errors. */
const CLIENT_FAULTS: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'BAD_REQUEST',
]);

/** Value of `retryAfterMs` during a database outage. A restart of the database takes a second or two. */
const RETRY_AFTER_MS = 1_000;

/**
 * Formats an error for clients of HTTP and WebSocket. Its code is one of {@link ErrorCode}. An unexpected error gets
 * the code INTERNAL and an id; the log contains the details with the same id.
 *
 * @param beforeExecution whether the error occurred before execution. An error that graphql-js throws then is a client
 *   error.
 */
export function formatError(
  error: unknown,
  log: Pick<Context['log'], 'error'>,
  beforeExecution = false,
): GraphQLFormattedError {
  const code = error instanceof GraphQLError ? codeOf(error, beforeExecution) : undefined;
  if (error instanceof GraphQLError && code !== undefined) {
    // Apollo uses `http` for the status. A stack trace must not reach clients.
    const { http: _http, stacktrace: _stacktrace, ...extensions } = error.extensions;
    return { ...error.toJSON(), extensions: { ...extensions, code } };
  }
  const located = error instanceof GraphQLError ? error.toJSON() : {};
  const cause = causeOf(error);
  if (isWaitTimeout(cause)) {
    log.error({ error: (cause as Error).message }, 'overloaded');
    const { message, extensions } = overloadedError('The server is overloaded; try again.');
    return { ...located, message, extensions };
  }
  if (isOutage(cause)) {
    log.error({ error: (cause as Error).message }, 'database outage');
    const message = isReadOnly(cause)
      ? 'The database takes no writes at present; try again.'
      : 'The database is temporarily unavailable; try again.';
    return { ...located, message, extensions: unavailable() };
  }
  if (isRedisRefusal(cause)) {
    log.error({ error: (cause as Error).message }, 'Redis outage');
    return { ...located, message: 'Redis is temporarily unavailable; try again.', extensions: unavailable() };
  }
  if (isUnstorableText(cause)) {
    const extensions = { code: 'BAD_USER_INPUT' satisfies ErrorCode };
    return { ...located, message: `A text of the request ${UNSTORABLE}.`, extensions };
  }
  const errorId = randomUUID();
  log.error({ errorId, err: cause, path: error instanceof GraphQLError ? error.path : undefined }, 'unexpected error');
  return {
    ...located,
    message: 'An unexpected error occurred on the server.',
    extensions: { code: 'INTERNAL', errorId },
  };
}

const unavailable = () => ({ code: 'UNAVAILABLE' satisfies ErrorCode, retryAfterMs: RETRY_AFTER_MS });

function codeOf(error: GraphQLError, beforeExecution: boolean): ErrorCode | undefined {
  const { code } = error.extensions;
  if (/^Syntax Error: Document contains more tha[nt] \d+ tokens/.test(error.message)) return 'TOO_COMPLEX';
  if (isErrorCode(code)) return code;
  if (CLIENT_FAULTS.has(code)) return 'BAD_USER_INPUT';
  if (code !== undefined) return undefined;
  // graphql-js detects a null variable for a non-null argument only during execution. It is a client error, too.
  const coercion = error.originalError instanceof GraphQLError && /^Argument "\w+" /.test(error.message);
  return coercion || (beforeExecution && error.path === undefined) ? 'BAD_USER_INPUT' : undefined;
}

function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
  return cause;
}
