/**
 * Pub/sub topic on which an API process requests a base segment (an index of the whole catalog) that covers the log up
 * to a position.
 */
export const BASE_REQUESTED_TOPIC = 'search-base-wanted';
/** Pub/sub topic on which a worker announces a stored base segment and the log position that it covers. */
export const BASE_STORED_TOPIC = 'search-base-kept';

export interface BasePositionMessage {
  readonly position: number;
}

/** The lease of the worker that counts searches. */
export const SEARCH_COUNT_LEASE = 'searches';
/** Pub/sub topic on which the worker that counts searches announces that counts have changed. */
export const SEARCHES_COUNTED_TOPIC = 'searches-counted';
