/** An API process asks for a base segment that covers so much of the log… */
export const BASE_WANTED_TOPIC = 'search-base-wanted';
/** …and a worker tells that there is one. */
export const BASE_KEPT_TOPIC = 'search-base-kept';

export interface BaseNews {
  readonly position: number;
}
