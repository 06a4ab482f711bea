import type { Authenticate, Credentials } from '../auth/authenticate';
import { ApiError } from './errors';
import type { SocketSession } from './socket-session';

/** Expels the sockets whose key has been revoked or has expired since they were opened. Each key is looked up once. */
export async function recheckKeys(sessions: Iterable<SocketSession>, authenticate: Authenticate): Promise<void> {
  const byKey = new Map<string, SocketSession[]>();
  for (const session of sessions) {
    const { viewer, credentials } = session;
    if (viewer === null) continue;
    const key = JSON.stringify(keyAlone(credentials));
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, [session]);
    else same.push(session);
  }
  for (const same of byKey.values()) {
    try {
      await authenticate(keyAlone(same[0].credentials));
    } catch (error) {
      // Anything else (the database is away) says nothing about the key.
      if (!(error instanceof ApiError)) throw error;
      for (const session of same) session.expel(error);
    }
  }
}

/** Without the token beside it, which has a timer of its own. */
function keyAlone({ apiKey, authorization }: Credentials): Credentials {
  return apiKey ? { apiKey } : { authorization };
}
