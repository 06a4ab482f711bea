import { RequestError } from '@freshet/client';

/** Converts a thrown value to an error that can be shown. */
export function toRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  return new RequestError(error instanceof Error ? error.message : String(error), 'INTERNAL');
}
