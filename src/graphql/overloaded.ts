import { ApiError } from './errors';

/** Minimum and jitter of `retryAfterMs`. The jitter prevents all rejected clients from retrying at the same time. */
const MIN_RETRY_MS = 1_000;
const MORE_RETRY_MS = 1_000;

export function overloaded(message: string): ApiError {
  const retryAfterMs = Math.round(MIN_RETRY_MS + Math.random() * MORE_RETRY_MS);
  return new ApiError('OVERLOADED', message, { retryAfterMs });
}
