import { ApiError } from '../errors';

/** Minimum and jitter of `retryAfterMs`. The jitter prevents all rejected clients from retrying at the same time. */
const MIN_RETRY_MS = 1_000;
const RETRY_JITTER_MS = 1_000;

export function overloadedError(message: string): ApiError {
  const retryAfterMs = Math.round(MIN_RETRY_MS + Math.random() * RETRY_JITTER_MS);
  return new ApiError('OVERLOADED', message, { retryAfterMs });
}
