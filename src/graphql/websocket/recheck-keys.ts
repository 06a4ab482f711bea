import type { Authenticate, Credentials } from '../credentials';
import { ApiError } from '../errors';
import type { SocketSession } from './socket-session';

/** Closes the sockets whose key has expired or been revoked since they were opened. Each key is looked up once. */
export async function recheckKeys(sessions: Iterable<SocketSession>, authenticate: Authenticate): Promise<void> {
  const sessionsByKey = new Map<string, [SocketSession, ...SocketSession[]]>();
  for (const session of sessions) {
    const { viewer, credentials } = session;
    if (viewer === null) continue;
    const key = JSON.stringify(withoutToken(credentials));
    const keySessions = sessionsByKey.get(key);
    if (keySessions === undefined) sessionsByKey.set(key, [session]);
    else keySessions.push(session);
  }
  for (const keySessions of sessionsByKey.values()) {
    try {
      await authenticate(withoutToken(keySessions[0].credentials));
    } catch (error) {
      // Other errors, such as a database outage, do not mean that the key is invalid.
      if (!(error instanceof ApiError)) throw error;
      for (const session of keySessions) session.closeWithError(error);
    }
  }
}

/** Returns the credentials without the token, which needs no recheck: `SocketSession` has a timer for its expiry. */
function withoutToken({ apiKey, authorization }: Credentials): Credentials {
  return apiKey ? { apiKey } : { authorization };
}
