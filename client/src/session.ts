import type { Client } from './client.ts';
import { graphql } from './graphql.ts';
import { RequestError } from './request-error.ts';

export interface Token {
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export interface CustomerToken extends Token {
  readonly customerId: string;
}

/** What a tab keeps of a visit. */
interface Kept extends Token {
  readonly customerId?: string;
  /** How far the shop's clock is ahead of this one, in milliseconds. */
  readonly ahead: number;
  /** It came for one that was refused. Refused itself before then (ms since 1970), it is not renewed another time. */
  readonly trialUntil?: number;
}

export interface SessionOptions {
  readonly start: () => Promise<Token>;
  /**
   * Asks the shop's back end for the signed-in customer's next token, given the one that is ending, has ended or was
   * refused; {@link Session.token} waits for it, so it can't be asked here. `null`, a {@link RequestError} with code
   * `UNAUTHENTICATED`, or a token that is refused in turn: they are signed in no more.
   */
  readonly renew?: (customerId: string, token: string) => Promise<CustomerToken | null>;
  /** Whoever asks now is somebody else: open sockets are to say so. */
  readonly onChange?: () => void;
  /** The customer is signed in no more, through nothing that was asked for here: not renewed, or refused in turn. */
  readonly onSignedOut?: () => void;
  /** Where a reload finds it again; by default the tab's `sessionStorage`. */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly now?: () => number;
}

const KEY = 'freshet.session';
/** A token is followed by the next one so long before its end, or half its life where that is shorter. */
const EARLY_MS = 5 * 60_000;
/** Less is the way of the message, and the token's whole seconds. */
const CLOCK_TOLERANCE_MS = 30_000;
/** A token that came for a refused one has to last so long, or half its life where that is shorter. */
const TRIAL_MS = 60_000;

const START = graphql('mutation { startSession { token expiresAt } }');

/** `startSession`, with the key alone. */
export async function startSession(client: Pick<Client, 'request'>): Promise<Token> {
  return (await client.request(START, {})).startSession;
}

/**
 * Who is asking, for as long as the tab is open: a visit that is started when somebody first asks for its token, or the
 * customer who has signed in. However many ask at the same time, one token is fetched.
 */
export class Session {
  private kept: Kept | undefined;
  /** A customer's that the shop has refused: whatever it says of its end. */
  private ended: Kept | undefined;
  private fetching: Promise<Kept> | undefined;
  private readonly storage: SessionOptions['storage'];
  private readonly now: () => number;

  constructor(private readonly options: SessionOptions) {
    this.storage = options.storage ?? tabStorage();
    this.now = options.now ?? Date.now;
    this.kept = this.restore();
  }

  /** The signed-in customer. */
  get customerId(): string | undefined {
    return this.kept?.customerId;
  }

  /** A token that is there already: what a page that is being left can still use. */
  get current(): string | undefined {
    const { kept } = this;
    return kept && kept !== this.ended && this.msLeft(kept) > 0 ? kept.token : undefined;
  }

  /** The shop's time, as far as its tokens tell. */
  shopTime(): Date {
    return new Date(this.now() + (this.kept?.ahead ?? 0));
  }

  /** A token that is good for a while yet. @throws RequestError where none can be had */
  async token(): Promise<string> {
    const { kept } = this;
    if (kept && kept !== this.ended && this.msLeft(kept) > Math.min(EARLY_MS, lifeOf(kept) / 2)) return kept.token;
    // In a microtask: whatever is called from it finds `fetching` set.
    this.fetching ??= Promise.resolve()
      .then(() => this.next(kept))
      .finally(() => (this.fetching = undefined));
    try {
      return (await this.fetching).token;
    } catch (error) {
      // The next one can't be had now; this one still does.
      if (this.current !== undefined) return this.current;
      throw error;
    }
  }

  /** From here on it is the customer who asks, with the token that the shop's back end has given. */
  signIn({ customerId, token, expiresAt }: CustomerToken): void {
    this.keep({ customerId, token, expiresAt, ahead: this.aheadOf(token) });
    this.options.onChange?.();
  }

  /** A new visit, of nobody: what the customer did stays theirs. */
  signOut(): void {
    this.forget();
    this.options.onChange?.();
  }

  /**
   * The shop refuses this token, or it has ended: another one is asked for, where there is none already. A customer is
   * renewed at once, because who only listens asks for no token; where that fails now, when somebody next asks.
   */
  refused(token: string | undefined): void {
    const { kept } = this;
    if (kept === undefined || token !== kept.token) return;
    if (kept.customerId === undefined) return this.forget();
    this.ended = kept;
    void this.token().catch(() => {});
  }

  private async next(kept: Kept | undefined): Promise<Kept> {
    const token: Token & Partial<CustomerToken> = (kept && (await this.renewed(kept))) ?? (await this.options.start());
    // Somebody signed in, or out, meanwhile: that holds.
    if (this.kept !== kept) {
      if (this.kept !== undefined) return this.kept;
      if (token.customerId !== undefined) return this.next(undefined);
    }
    const isSignedOut = this.kept?.customerId !== undefined && token.customerId === undefined;
    const trialUntil =
      kept !== undefined && kept === this.ended ? this.now() + Math.min(TRIAL_MS, lifeOf(token) / 2) : undefined;
    const next: Kept = { ...token, ahead: this.aheadOf(token.token), trialUntil };
    this.keep(next);
    if (isSignedOut) {
      this.options.onSignedOut?.();
      // Open sockets are still the customer's.
      this.options.onChange?.();
    }
    return next;
  }

  private async renewed(kept: Kept): Promise<CustomerToken | null | undefined> {
    const { customerId, token, trialUntil = 0 } = kept;
    if (customerId === undefined || (kept === this.ended && this.now() < trialUntil)) return null;
    try {
      return await this.options.renew?.(customerId, token);
    } catch (error) {
      if (error instanceof RequestError && error.code === 'UNAUTHENTICATED') return null;
      throw error;
    }
  }

  private forget(): void {
    this.kept = undefined;
    this.storage?.removeItem(KEY);
  }

  private keep(kept: Kept): void {
    this.kept = kept;
    this.storage?.setItem(KEY, JSON.stringify(kept));
  }

  private restore(): Kept | undefined {
    try {
      const kept = JSON.parse(this.storage?.getItem(KEY) ?? 'null') as Kept | null;
      return typeof kept?.token === 'string' && typeof kept.expiresAt === 'string' ? kept : undefined;
    } catch {
      return undefined;
    }
  }

  private msLeft({ expiresAt, ahead }: Kept): number {
    return Date.parse(expiresAt) - this.now() - ahead;
  }

  private aheadOf(token: string): number {
    const issuedAt = issuedAtOf(token);
    const ahead = issuedAt === undefined ? 0 : issuedAt - this.now();
    return Math.abs(ahead) > CLOCK_TOLERANCE_MS ? ahead : 0;
  }
}

const lifeOf = ({ token, expiresAt }: Token) => Date.parse(expiresAt) - (issuedAtOf(token) ?? 0);

/** `iat` of a JWT, in milliseconds since 1970. */
function issuedAtOf(token: string): number | undefined {
  try {
    const payload = token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
    const { iat } = JSON.parse(atob(payload)) as { iat?: unknown };
    return typeof iat === 'number' ? iat * 1000 : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The tab's storage, in a page only. Node has a global `sessionStorage` too (from release 25 on): on a server that renders
 * pages it would hand one visitor's token to all others. A browser may refuse access; then a visit lasts until the page
 * is left.
 */
function tabStorage(): SessionOptions['storage'] {
  try {
    return typeof document === 'undefined' ? undefined : globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}
