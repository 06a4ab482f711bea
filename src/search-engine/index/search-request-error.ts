/**
 * A rejected search request. `TOO_MUCH`: it exceeds one of the {@link LIMITS}; `NOTHING_ASKED`: a part of it is empty
 * or not a valid number; `UNKNOWN_COLUMN`: the index has no such facet or numeric column.
 */
export class SearchRequestError extends Error {
  constructor(
    readonly code: 'TOO_MUCH' | 'NOTHING_ASKED' | 'UNKNOWN_COLUMN',
    message: string,
  ) {
    super(message);
    this.name = 'SearchRequestError';
  }
}
