/** Error of a request. `code` is one of the documented error codes, or `NETWORK` if the endpoint did not respond. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  constructor(
    message: string,
    readonly code: string,
    /** Milliseconds until the next attempt, for `RATE_LIMITED` and `OVERLOADED`. */
    readonly retryAfterMs?: number,
    /** Path of the invalid argument, if the shop names one: `filter`, `aggregates[0].expression`. */
    readonly argument?: string,
    /** Path of the field that failed, from the root of the response: `['search', 'sponsored']`. */
    readonly path?: readonly (string | number)[],
  ) {
    super(message);
  }
}

export interface GraphqlFault {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly retryAfterMs?: number; readonly argument?: string };
}

/** Returns the first error of a response; further errors are usually consequences of the first. */
export function requestErrorOf([first]: readonly GraphqlFault[]): RequestError {
  return new RequestError(
    first?.message ?? 'The request failed.',
    first?.extensions?.code ?? 'INTERNAL',
    first?.extensions?.retryAfterMs,
    first?.extensions?.argument,
    first?.path,
  );
}
