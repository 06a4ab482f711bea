/** What the endpoint answered instead of data; `code` is one of the documented list, or `NETWORK` where it did not answer. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  constructor(
    message: string,
    readonly code: string,
    /** When to try again, for `RATE_LIMITED` and `OVERLOADED`. */
    readonly retryAfterMs?: number,
    /** What of the request is wrong, where the shop names it: `filter`, `aggregates[0].expression`. */
    readonly argument?: string,
  ) {
    super(message);
  }
}

export interface GraphqlFault {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly retryAfterMs?: number; readonly argument?: string };
}

/** The first of an answer's errors: the others follow from it more often than not. */
export function requestErrorOf([first]: readonly GraphqlFault[]): RequestError {
  return new RequestError(
    first?.message ?? 'The request failed.',
    first?.extensions?.code ?? 'INTERNAL',
    first?.extensions?.retryAfterMs,
    first?.extensions?.argument,
  );
}
