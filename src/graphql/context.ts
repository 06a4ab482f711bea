import type { Logger } from 'pino';
import type { SeparatedVariables } from './bulk-items';
import type { CacheValidity } from './cache-validity';
import type { ApiError } from './errors';
import type { Turns } from './limits/turns';
import type { Scope } from './scope';

/**
 * The caller of a request. The scope comes from its API key; the customer and the visit (session) come from its token.
 */
export interface Viewer {
  readonly scope: Scope;
  readonly keyId: string;
  /** The advertiser whose campaigns the key shows; only with the scope ADVERTISER. */
  readonly advertiserId?: string;
  /** The signed-in customer, from the token. */
  readonly customerId?: string;
  /** The visit, from the token. A visit is the session of a visitor, signed in or not. */
  readonly sessionId?: string;
  /** The only order that the token of a guest shows. Such a token changes nothing but conversations, see FOR_GUESTS. */
  readonly orderId?: string;
  /** The token of a guest. Another link to the same order is another guest. */
  readonly guestId?: string;
  /** When the token expires, in milliseconds since 1970; absent without a token. */
  readonly tokenExpiresAt?: number;
}

/** The context of every resolver. */
export interface Context {
  /** `null` for a request without an API key, which may use none of the schema's root fields. */
  readonly viewer: Viewer | null;
  /** Its lines carry the id of the HTTP request or of the WebSocket. */
  readonly log: Pick<Logger, 'trace' | 'debug' | 'info' | 'warn' | 'error'>;
  /** The client's address; null if it is unknown, see `TrustedProxies`. */
  readonly address: string | null;
  /**
   * Aborted when the client no longer waits for the response: it has unsubscribed or disconnected, its token has
   * expired, or the operation has timed out. A generator that waits for a queue must listen to this signal, because
   * `return()` can't end a pending `await`.
   */
  readonly signal: AbortSignal;
  /** The turns of the operation on the main thread. */
  readonly turns: Turns;
  /** Collects the conditions under which the response may be cached; absent if it must not be cached. */
  readonly cacheValidity?: CacheValidity;
  /** Items of bulk lists whose values do not have their type. Set before the execution. */
  separatedItems?: SeparatedVariables;
  /** Why the document is refused before its validation. */
  refusal?: ApiError;
}
