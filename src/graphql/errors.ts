import { GraphQLError } from 'graphql';

/** Every `extensions.code` that a request can fail with, and its meaning. Clients may rely on this list. */
export const ERROR_CODES = {
  BAD_USER_INPUT: 'The operation or its values are invalid; do not retry it unchanged.',
  UNAUTHENTICATED: 'The key is missing, or the key or token is unknown, expired or revoked.',
  FORBIDDEN: 'The key is valid but does not permit the operation.',
  NOT_FOUND: 'The named object does not exist.',
  CONFLICT: 'The request contradicts stored data.',
  CURSOR_EXPIRED: 'The list of this cursor no longer exists; start again from the first page.',
  RATE_LIMITED: 'Too many requests from this visit, address or socket; retry after `retryAfterMs`.',
  OVERLOADED: 'The server is overloaded; retry after `retryAfterMs`.',
  NOT_READY: 'The stream is still being filled from the log (see `progress`); retry after `retryAfterMs`.',
  TOO_COMPLEX: 'The operation exceeds the maximum depth, size or cost.',
  UNAVAILABLE: 'PostgreSQL or Redis is temporarily unavailable or takes no writes; retry after `retryAfterMs`.',
  TIMEOUT: 'The operation took too long.',
  INTERNAL: 'An unexpected error of the server, logged under `errorId`.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** An error for the client, with one of the {@link ERROR_CODES}. */
export class ApiError extends GraphQLError {
  constructor(
    readonly code: ErrorCode,
    message: string,
    extensions: Readonly<Record<string, unknown>> = {},
  ) {
    super(message, { extensions: { ...extensions, code } });
    this.name = 'ApiError';
  }
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}
