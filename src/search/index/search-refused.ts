/**
 * A search that is not made. `TOO_MUCH`: it is beyond what one may cost; `NOTHING_ASKED`: a part of it is empty;
 * `UNKNOWN_COLUMN`: the index has no such facet or number.
 */
export class SearchRefused extends Error {
  constructor(
    readonly code: 'TOO_MUCH' | 'NOTHING_ASKED' | 'UNKNOWN_COLUMN',
    message: string,
  ) {
    super(message);
    this.name = 'SearchRefused';
  }
}
