/** Pub/sub topic on which an API process requests a base segment that covers the log up to a position. */
export const BASE_WANTED_TOPIC = 'search-base-wanted';
/** Pub/sub topic on which a worker announces that it stored a base segment up to a position. */
export const BASE_KEPT_TOPIC = 'search-base-kept';

export interface BaseNews {
  readonly position: number;
}

/** The lease of the worker that counts searches. */
export const SEARCHES_LEASE = 'searches';
/** Pub/sub topic on which that worker announces that counts have changed. */
export const SEARCHES_TOPIC = 'searches-counted';
