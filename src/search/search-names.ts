/** An API process asks for a base segment that covers so much of the log… */
export const BASE_WANTED_TOPIC = 'search-base-wanted';
/** …and a worker tells that there is one. */
export const BASE_KEPT_TOPIC = 'search-base-kept';

export interface BaseNews {
  readonly position: number;
}

/** Of the worker that counts searches. */
export const SEARCHES_LEASE = 'searches';
/** The pub/sub topic on which it says that counts have changed. */
export const SEARCHES_TOPIC = 'searches-counted';
