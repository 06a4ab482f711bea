import type { Logger } from 'pino';
import type { AnswerTerms } from './answer-terms';
import type { Scope } from './scope';

/** Who is asking: the key's scope, and whom the token beside it names. */
export interface Viewer {
  readonly scope: Scope;
  readonly keyId: string;
  /** The signed-in customer, from the token. */
  readonly customerId?: string;
  /** The visit, from the token. */
  readonly sessionId?: string;
  /** When the token ends, in milliseconds since 1970; absent without a token. */
  readonly tokenExpiresAt?: number;
}

/** What every resolver is given. */
export interface Context {
  /** `null` without a key: nothing but `__typename` is answered then. */
  readonly viewer: Viewer | null;
  readonly log: Pick<Logger, 'trace' | 'debug' | 'info' | 'warn' | 'error'>;
  readonly transport: 'http' | 'ws';
  /** One request on HTTP; one socket on WebSocket. In the log beside every line of it. */
  readonly requestId: string;
  /** The client's address; null where it is not known, see `TrustedProxies`. */
  readonly address: string | null;
  /**
   * Aborted when nobody waits for the answer any more: the client has unsubscribed or gone, the token has expired, the
   * time is over. A generator that waits for a queue needs it: `return()` alone can't end a pending `await`.
   */
  readonly signal: AbortSignal;
  /** For how long the answer will be true; absent where nobody could be answered with it again. */
  readonly terms?: AnswerTerms;
}
