import { type Client, type ClientOptions, createClient } from './client.ts';
import { EventBatch, type IdentifiedEvent, type StorefrontEvent } from './event-batch.ts';
import { RequestError, requestErrorOf, type GraphqlFault } from './request-error.ts';
import { type CustomerToken, Session, type SessionOptions, startSession } from './session.ts';

export interface StorefrontOptions
  extends
    Pick<SessionOptions, 'renew' | 'storage' | 'onSignedOut'>,
    Pick<ClientOptions, 'onConnection' | 'webSocketImpl'> {
  /** Where Freshet is, without `/graphql`; by default the page's own host. */
  readonly url?: string;
  /** A storefront key: public by design. */
  readonly apiKey: string;
  /** Events that were refused, and why. By default a warning on the console. */
  readonly onLost?: (events: readonly IdentifiedEvent[], reason: string) => void;
}

/** What a page of a shop needs: {@link Client}, with a visit that is kept, and events that arrive. */
export interface Storefront extends Client {
  readonly session: Pick<Session, 'customerId' | 'token'>;
  /** Never fails and never waits: it is sent with others, again where the shop was away, and when the page is left. */
  record(event: StorefrontEvent): void;
  /** Sends what waits now. */
  flush(): Promise<void>;
  /** The customer whom the shop's back end has given this token: lists and sockets are theirs from here on. */
  signIn(token: CustomerToken): Promise<void>;
  /** A new visit, of nobody. */
  signOut(): Promise<void>;
}

export function storefront(options: StorefrontOptions): Storefront {
  const base = new URL(options.url ?? '/', globalThis.location?.href);
  const { apiKey } = options;
  const url = new URL('/graphql', base).href;
  // It starts visits, so it has no token itself.
  const anonymous = createClient({ url, apiKey });
  const session: Session = new Session({
    start: () => startSession(anonymous),
    renew: options.renew,
    storage: options.storage,
    onSignedOut: options.onSignedOut,
    onChange: () => client.reconnect(),
  });
  const client = createClient({
    url,
    apiKey,
    token: () => session.token(),
    onRefused: (token) => session.refused(token),
    onConnection: (state) => {
      // What waits for a shop that was away need not wait for its next attempt.
      if (state === 'connected') void batch.flush();
      options.onConnection?.(state);
    },
    webSocketImpl: options.webSocketImpl,
  });
  const batch = new EventBatch({
    send: (events, leaving) => sendEvents(new URL('/events', base), apiKey, session, events, leaving, lost),
    shopTime: () => session.shopTime(),
    onLost: lost,
  });
  // A page that is kept (“persisted”) may come back.
  const leave = (event: PageTransitionEvent) => batch.leave(!event.persisted);
  const hide = () => document.visibilityState === 'hidden' && batch.leave();
  globalThis.addEventListener?.('pagehide', leave);
  globalThis.document?.addEventListener('visibilitychange', hide);

  function lost(events: readonly IdentifiedEvent[], reason: string): void {
    if (options.onLost) options.onLost(events, reason);
    else console.warn(`${events.length} events were not taken: ${reason}`);
  }

  return {
    ...client,
    session,
    record: (event) => batch.record(event),
    flush: () => batch.flush(),
    signIn: async (token) => {
      // What was done so far was done as whoever one was so far.
      await batch.settle();
      session.signIn(token);
    },
    signOut: async () => {
      await batch.settle();
      session.signOut();
    },
    close: () => {
      globalThis.removeEventListener?.('pagehide', leave);
      globalThis.document?.removeEventListener('visibilitychange', hide);
      batch.close();
      client.close();
    },
  };
}

interface EventsAnswer {
  readonly accepted?: number;
  readonly errors?: readonly (GraphqlFault & { readonly index?: number; readonly code?: string })[];
}

/** `POST /events`. @throws RequestError where none was taken */
async function sendEvents(
  url: URL,
  apiKey: string,
  session: Session,
  events: readonly IdentifiedEvent[],
  leaving: boolean,
  lost: (events: readonly IdentifiedEvent[], reason: string) => void,
): Promise<void> {
  // A page that is being left waits for nothing.
  const token = leaving ? session.current : await session.token();
  if (token === undefined) throw new RequestError('There is no token.', 'UNAUTHENTICATED');
  const response = await fetch(url, {
    method: 'POST',
    keepalive: leaving,
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey, authorization: `Bearer ${token}` },
    body: JSON.stringify({ events }),
  }).catch(() => {
    throw new RequestError('The shop could not be reached.', 'NETWORK');
  });
  const answer = (await response.json().catch(() => ({}))) as EventsAnswer;
  if (answer.accepted === undefined) {
    const error = answer.errors
      ? requestErrorOf(answer.errors)
      : new RequestError(`The shop answered ${response.status}.`, 'NETWORK');
    // Only the shop's own word: a proxy's 401 says nothing of a token.
    if (error.code === 'UNAUTHENTICATED') session.refused(token);
    throw error;
  }
  for (const { index = 0, code, message } of answer.errors ?? []) lost([events[index]], `${code}: ${message}`);
}
