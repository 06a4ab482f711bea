import { GraphQLError } from 'graphql';

/** Every `extensions.code` a request can fail with, and what each means. Clients may rely on this list. */
export const ERROR_CODES = {
  BAD_USER_INPUT: 'The operation or its values are wrong; sending it again changes nothing.',
  UNAUTHENTICATED: 'No key, or a key or token that is unknown, expired or revoked.',
  FORBIDDEN: 'The key is good but may not do this.',
  NOT_FOUND: 'What is named does not exist.',
  CONFLICT: 'It contradicts what is already stored.',
  CURSOR_EXPIRED: 'The list that this cursor points into is gone: start again from the first page.',
  RATE_LIMITED: 'Too much from this visit, address or socket: wait `retryAfterMs`.',
  OVERLOADED: 'The server has more to do than it can: wait `retryAfterMs`.',
  NOT_READY: 'The windows of a stream are still filled from the log: `progress` says how far. Wait `retryAfterMs`.',
  TOO_COMPLEX: 'The operation is deeper, wider, longer or costlier than is allowed.',
  UNAVAILABLE: 'The database cannot do it now: wait `retryAfterMs`.',
  TIMEOUT: 'It took longer than is allowed.',
  INTERNAL: 'A fault of the server, logged under `errorId`.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** An error that the client is meant to see, with a code of the documented list. */
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
