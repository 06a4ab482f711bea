import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';

/** Characters a customer's or session's id may have. */
export const MAX_ID_LENGTH = 200;

export interface Identity {
  readonly customerId?: string;
  readonly sessionId?: string;
}

/** What is wrong with an id that came from outside, in words, or `undefined`. */
export function faultOfId(name: string, id: string): string | undefined {
  if (id.length === 0) return `${name} is empty`;
  if (id.length > MAX_ID_LENGTH) return `${name} is longer than ${MAX_ID_LENGTH} characters`;
  // PostgreSQL keeps neither NUL nor half a surrogate pair.
  if (/[\p{Cc}\p{Cs}]/u.test(id)) return `${name} has control characters`;
  return undefined;
}

/**
 * For whom this is asked. A storefront key speaks for the customer and session of its token, whatever the arguments
 * repeat of it; server and admin keys say whom in the arguments.
 *
 * @throws ApiError UNAUTHENTICATED without a key, FORBIDDEN where a storefront key names somebody else,
 *   BAD_USER_INPUT for an id of a wrong form
 */
export function askedFor(
  viewer: Viewer | null,
  asked: { readonly customerId?: string | null; readonly sessionId?: string | null },
): Identity {
  if (viewer === null) throw new ApiError('UNAUTHENTICATED', 'A key is needed');
  const named = { ...present('customerId', asked.customerId), ...present('sessionId', asked.sessionId) };
  if (viewer.scope !== 'STOREFRONT') return named;
  for (const name of ['customerId', 'sessionId'] as const) {
    if (named[name] !== undefined && named[name] !== viewer[name]) {
      throw new ApiError('FORBIDDEN', `${name} is not the one of this token`);
    }
  }
  return { ...present('customerId', viewer.customerId), ...present('sessionId', viewer.sessionId) };
}

function present(name: keyof Identity, id: string | null | undefined): Identity {
  if (id === undefined || id === null) return {};
  const fault = faultOfId(name, id);
  if (fault !== undefined) throw new ApiError('BAD_USER_INPUT', fault);
  return { [name]: id };
}

/** The caller. @throws ApiError UNAUTHENTICATED without a key */
export function viewerOf(context: { readonly viewer: Viewer | null }): Viewer {
  if (context.viewer === null) throw new ApiError('UNAUTHENTICATED', 'A key is needed');
  return context.viewer;
}
