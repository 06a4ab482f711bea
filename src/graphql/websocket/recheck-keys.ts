import type { Authenticate, Credentials } from '../credentials';
import { ApiError } from '../errors';
import type { SocketSession } from './socket-session';

/**
 * Closes the sockets whose key has expired or been revoked since they were opened, or whose token of an order was revoked.
 * Each key is looked up once.
 */
export async function recheckKeys(sessions: Iterable<SocketSession>, authenticate: Authenticate): Promise<void> {
  const sessionsByKey = new Map<string, [SocketSession, ...SocketSession[]]>();
  for (const session of sessions) {
    if (session.viewer === null) continue;
    const key = JSON.stringify(revocable(session));
    const keySessions = sessionsByKey.get(key);
    if (keySessions === undefined) sessionsByKey.set(key, [session]);
    else keySessions.push(session);
  }
  for (const keySessions of sessionsByKey.values()) {
    try {
      await authenticate(revocable(keySessions[0]));
    } catch (error) {
      // Other errors, such as a database outage, do not mean that the key is invalid.
      if (!(error instanceof ApiError)) throw error;
      for (const session of keySessions) session.closeWithError(error);
    }
  }
}

/**
 * Returns the credentials that may have been revoked. Only the tokens of orders may: `SocketSession` has a timer for the
 * expiry of each token.
 */
function revocable({ viewer, credentials: { apiKey, authorization } }: SocketSession): Credentials {
  if (viewer?.orderId !== undefined) return { apiKey, authorization };
  return apiKey ? { apiKey } : { authorization };
}
