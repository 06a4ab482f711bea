import { ApiError } from './errors';

/** Told to those who are refused; spread, so that they do not all come back at once. */
const MIN_RETRY_MS = 1_000;
const MORE_RETRY_MS = 1_000;

export function overloaded(message: string): ApiError {
  const retryAfterMs = Math.round(MIN_RETRY_MS + Math.random() * MORE_RETRY_MS);
  return new ApiError('OVERLOADED', message, { retryAfterMs });
}
