import { RequestError } from '@freshet/client';

/** What was thrown, as something that can be shown. */
export function shownError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  return new RequestError(error instanceof Error ? error.message : String(error), 'INTERNAL');
}
