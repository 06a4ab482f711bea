import { type Client, type ClientOptions, createClient } from './client.ts';
import { EventBatch, type IdentifiedEvent, type StorefrontEvent } from './event-batch.ts';
import { RequestError, requestErrorOf, type GraphqlFault } from './request-error.ts';
import { type CustomerToken, Session, type SessionOptions, startSession } from './session.ts';

export interface StorefrontOptions
  extends
    Pick<SessionOptions, 'renew' | 'storage' | 'onSignedOut'>,
    Pick<ClientOptions, 'onConnection' | 'onPartialError' | 'webSocketImpl'> {
  /** Freshet's base URL, without `/graphql`; by default the page's own host. */
  readonly url?: string;
  /** A storefront key; it is public by design. */
  readonly apiKey: string;
  /** Called with events that were rejected or dropped, and the reason. By default, a warning on the console. */
  readonly onLost?: (events: readonly IdentifiedEvent[], reason: string) => void;
}

/** A {@link Client} for the pages of a shop, which also manages the visitor's session and delivers events reliably. */
export interface Storefront extends Client {
  readonly session: Pick<Session, 'customerId' | 'token'>;
  /**
   * Queues an event. Never throws and never waits. Events are sent in batches, again if the shop was unreachable, and
   * at the latest when the page is unloaded.
   */
  record(event: StorefrontEvent): void;
  /** Sends the pending events now. */
  flush(): Promise<void>;
  /**
   * Signs in the customer to whom the shop's back end has issued this token. Requests and sockets use it from then on.
   */
  signIn(token: CustomerToken): Promise<void>;
  /** Signs the customer out and starts a new anonymous session. */
  signOut(): Promise<void>;
}

export function storefront(options: StorefrontOptions): Storefront {
  const base = new URL(options.url ?? '/', globalThis.location?.href);
  const { apiKey } = options;
  const url = new URL('/graphql', base).href;
  // Starts sessions, so it has no token itself.
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
    onRefused: (token) => session.handleRefusal(token),
    onConnection: (state) => {
      // The shop is reachable again, so pending events need not wait for their scheduled retry.
      if (state === 'connected') void batch.flush();
      options.onConnection?.(state);
    },
    onPartialError: options.onPartialError,
    webSocketImpl: options.webSocketImpl,
  });
  const batch = new EventBatch({
    send: (events, leaving) => sendEvents(new URL('/events', base), apiKey, session, events, leaving, lost),
    shopTime: () => session.shopTime(),
    onLost: lost,
  });
  // A persisted page is in the back/forward cache and may be restored.
  const leave = (event: PageTransitionEvent) => batch.sendOnUnload(!event.persisted);
  const hide = () => document.visibilityState === 'hidden' && batch.sendOnUnload();
  globalThis.addEventListener?.('pagehide', leave);
  globalThis.document?.addEventListener('visibilitychange', hide);

  function lost(events: readonly IdentifiedEvent[], reason: string): void {
    if (options.onLost) options.onLost(events, reason);
    else console.warn(`${events.length} events were not recorded: ${reason}`);
  }

  return {
    ...client,
    session,
    record: (event) => batch.record(event),
    flush: () => batch.flush(),
    signIn: async (token) => {
      // Events recorded so far belong to the previous identity.
      await batch.sendOrDrop();
      session.signIn(token);
    },
    signOut: async () => {
      await batch.sendOrDrop();
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

interface EventsResponse {
  readonly accepted?: number;
  readonly errors?: readonly (GraphqlFault & { readonly index?: number; readonly code?: string })[];
}

/** Sends `POST /events`. @throws RequestError if no event was accepted */
async function sendEvents(
  url: URL,
  apiKey: string,
  session: Session,
  events: readonly IdentifiedEvent[],
  leaving: boolean,
  lost: (events: readonly IdentifiedEvent[], reason: string) => void,
): Promise<void> {
  // An unloading page can't wait for a token.
  const token = leaving ? session.current : await session.token();
  if (token === undefined) throw new RequestError('There is no valid token.', 'UNAUTHENTICATED');
  const response = await fetch(url, {
    method: 'POST',
    keepalive: leaving,
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey, authorization: `Bearer ${token}` },
    body: JSON.stringify({ events }),
  }).catch(() => {
    throw new RequestError('The shop could not be reached.', 'NETWORK');
  });
  const answer = (await response.json().catch(() => ({}))) as EventsResponse;
  if (answer.accepted === undefined) {
    const error = answer.errors
      ? requestErrorOf(answer.errors)
      : new RequestError(`The shop answered ${response.status}.`, 'NETWORK');
    // Only the shop's own error code counts: a 401 from a proxy says nothing about the token.
    if (error.code === 'UNAUTHENTICATED') session.handleRefusal(token);
    throw error;
  }
  for (const { index = 0, code, message } of answer.errors ?? [])
    lost(events.slice(index, index + 1), `${code}: ${message}`);
}
