/** What the endpoint answered instead of data; `code` is one of the documented list, or `NETWORK` where it did not answer. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  constructor(
    message: string,
    readonly code: string,
    /** When to try again, for `RATE_LIMITED` and `OVERLOADED`. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

export interface GraphqlFault {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly retryAfterMs?: number };
}

/** The first of an answer's errors: the others follow from it more often than not. */
export function requestErrorOf([first]: readonly GraphqlFault[]): RequestError {
  return new RequestError(
    first?.message ?? 'The request failed.',
    first?.extensions?.code ?? 'INTERNAL',
    first?.extensions?.retryAfterMs,
  );
}
