import type { Client } from './client.ts';
import { graphql } from './graphql.ts';
import { RequestError } from './request-error.ts';

export interface Token {
  readonly token: string;
  /** Time of expiry, ISO 8601. */
  readonly expiresAt: string;
}

export interface CustomerToken extends Token {
  readonly customerId: string;
}

/** The session as it is stored for the tab. */
interface StoredSession extends Token {
  readonly customerId?: string;
  /** How far the shop's clock is ahead of the local clock, in milliseconds. */
  readonly ahead: number;
  /**
   * Set on a token that replaced a refused one. If this token is refused before this time (ms since 1970), it is not
   * renewed again.
   */
  readonly trialUntil?: number;
}

export interface SessionOptions {
  readonly start: () => Promise<Token>;
  /**
   * Requests the signed-in customer's next token from the shop's back end, given the token that is about to expire, has
   * expired or was refused. It must not call {@link Session.token}, which waits for it. The customer is signed out if
   * it returns `null`, throws a {@link RequestError} with code `UNAUTHENTICATED`, or returns a token that is refused
   * too.
   */
  readonly renew?: (customerId: string, token: string) => Promise<CustomerToken | null>;
  /** Called when the visitor's identity changes: open sockets have to reconnect with the new token. */
  readonly onChange?: () => void;
  /**
   * Called when the customer is signed out without `signOut`: the token was not renewed, or the new token was refused.
   */
  readonly onSignedOut?: () => void;
  /** Stores the session across reloads; by default the tab's `sessionStorage`. */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly now?: () => number;
}

const SESSION_STORAGE_KEY = 'freshet.session';
/** A token is renewed this long before it expires, or half its lifetime before if that is shorter. */
const RENEWAL_LEAD_MS = 5 * 60_000;
/** Smaller clock differences are ignored: network delay and the token's resolution of one second can cause them. */
const CLOCK_TOLERANCE_MS = 30_000;
/** Trial period of a token that replaced a refused one; half its lifetime if that is shorter. */
const TRIAL_PERIOD_MS = 60_000;

const START_SESSION_MUTATION = graphql('mutation { startSession { token expiresAt } }');

/** Starts a session with the key alone. */
export async function startSession(client: Pick<Client, 'request'>): Promise<Token> {
  return (await client.request(START_SESSION_MUTATION, {})).startSession;
}

/**
 * The visitor's identity for as long as the tab is open: an anonymous session, started when its token is first
 * requested, or the signed-in customer. Simultaneous requests for a token share one fetch.
 */
export class Session {
  private stored: StoredSession | undefined;
  /** A customer's token that the shop has refused, although it may not have expired. */
  private refusedSession: StoredSession | undefined;
  private fetching: Promise<StoredSession> | undefined;
  private readonly storage: SessionOptions['storage'];
  private readonly now: () => number;

  constructor(private readonly options: SessionOptions) {
    this.storage = options.storage ?? tabStorage();
    this.now = options.now ?? Date.now;
    this.stored = this.restore();
  }

  /** Id of the signed-in customer. */
  get customerId(): string | undefined {
    return this.stored?.customerId;
  }

  /** The present token if it is valid; an unloading page can't wait for another one. */
  get current(): string | undefined {
    const { stored } = this;
    return stored && stored !== this.refusedSession && this.remainingMs(stored) > 0 ? stored.token : undefined;
  }

  /** Returns the shop's time, estimated from the issue times of its tokens. */
  shopTime(): Date {
    return new Date(this.now() + (this.stored?.ahead ?? 0));
  }

  /** Returns a token that is still valid for a while. @throws RequestError if no token can be obtained */
  async token(): Promise<string> {
    const { stored } = this;
    if (
      stored &&
      stored !== this.refusedSession &&
      this.remainingMs(stored) > Math.min(RENEWAL_LEAD_MS, lifetimeOf(stored) / 2)
    )
      return stored.token;
    // Runs in a microtask, so that `fetching` is set before any callback is called.
    this.fetching ??= Promise.resolve()
      .then(() => this.fetchNext(stored))
      .finally(() => (this.fetching = undefined));
    try {
      return (await this.fetching).token;
    } catch (error) {
      // Renewal failed for now, but the present token is still valid.
      if (this.current !== undefined) return this.current;
      throw error;
    }
  }

  /** Signs the customer in with the token that the shop's back end has issued. */
  signIn({ customerId, token, expiresAt }: CustomerToken): void {
    this.store({ customerId, token, expiresAt, ahead: this.clockOffset(token) });
    this.options.onChange?.();
  }

  /** Starts a new anonymous session. Events recorded so far stay with the customer. */
  signOut(): void {
    this.clear();
    this.options.onChange?.();
  }

  /**
   * Handles a token that the shop has refused or that has expired, unless it has been replaced already. An anonymous
   * session is dropped. A customer's token is renewed immediately, because a page that only subscribes requests no
   * token; if the renewal fails, the next request for a token tries again.
   */
  handleRefusal(token: string | undefined): void {
    const { stored } = this;
    if (stored === undefined || token !== stored.token) return;
    if (stored.customerId === undefined) return this.clear();
    this.refusedSession = stored;
    void this.token().catch(() => {});
  }

  private async fetchNext(kept: StoredSession | undefined): Promise<StoredSession> {
    const token: Token & Partial<CustomerToken> = (kept && (await this.renew(kept))) ?? (await this.options.start());
    // A sign-in or sign-out in the meantime takes precedence.
    if (this.stored !== kept) {
      if (this.stored !== undefined) return this.stored;
      if (token.customerId !== undefined) return this.fetchNext(undefined);
    }
    const isSignedOut = this.stored?.customerId !== undefined && token.customerId === undefined;
    const trialUntil =
      kept !== undefined && kept === this.refusedSession
        ? this.now() + Math.min(TRIAL_PERIOD_MS, lifetimeOf(token) / 2)
        : undefined;
    const next: StoredSession = { ...token, ahead: this.clockOffset(token.token), trialUntil };
    this.store(next);
    if (isSignedOut) {
      this.options.onSignedOut?.();
      // Open sockets still carry the customer's identity.
      this.options.onChange?.();
    }
    return next;
  }

  private async renew(kept: StoredSession): Promise<CustomerToken | null | undefined> {
    const { customerId, token, trialUntil = 0 } = kept;
    if (customerId === undefined || (kept === this.refusedSession && this.now() < trialUntil)) return null;
    try {
      return await this.options.renew?.(customerId, token);
    } catch (error) {
      if (error instanceof RequestError && error.code === 'UNAUTHENTICATED') return null;
      throw error;
    }
  }

  private clear(): void {
    this.stored = undefined;
    this.storage?.removeItem(SESSION_STORAGE_KEY);
  }

  private store(kept: StoredSession): void {
    this.stored = kept;
    this.storage?.setItem(SESSION_STORAGE_KEY, JSON.stringify(kept));
  }

  private restore(): StoredSession | undefined {
    try {
      const kept = JSON.parse(this.storage?.getItem(SESSION_STORAGE_KEY) ?? 'null') as StoredSession | null;
      return typeof kept?.token === 'string' && typeof kept.expiresAt === 'string' ? kept : undefined;
    } catch {
      return undefined;
    }
  }

  private remainingMs({ expiresAt, ahead }: StoredSession): number {
    return Date.parse(expiresAt) - this.now() - ahead;
  }

  private clockOffset(token: string): number {
    const issuedAt = issuedAtOf(token);
    const ahead = issuedAt === undefined ? 0 : issuedAt - this.now();
    return Math.abs(ahead) > CLOCK_TOLERANCE_MS ? ahead : 0;
  }
}

const lifetimeOf = ({ token, expiresAt }: Token) => Date.parse(expiresAt) - (issuedAtOf(token) ?? 0);

/** Returns the claim `iat` of a JWT, in milliseconds since 1970. */
function issuedAtOf(token: string): number | undefined {
  try {
    const payload = token.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/');
    const { iat } = JSON.parse(atob(payload)) as { iat?: unknown };
    return typeof iat === 'number' ? iat * 1000 : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Returns the tab's storage, in a browser only. Node has a global `sessionStorage` too (from release 25 on), which
 * would share one visitor's token with all others on a server that renders pages. If the browser denies access, the
 * session lasts until the page is unloaded.
 */
function tabStorage(): SessionOptions['storage'] {
  try {
    return typeof document === 'undefined' ? undefined : globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}
