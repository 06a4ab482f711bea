import type { Client } from '@freshet/client';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** The scopes of keys that the console accepts. A key of an operator only opens the conversations. */
export type ConsoleScope = 'ADMIN' | 'OPERATOR';

/** The signed-in session. Only the client holds the key. */
export interface Session {
  readonly scope: ConsoleScope;
  readonly client: Client;
  /** Increases with each restored connection: data that was loaded before has to be reloaded. */
  readonly epoch: number;
  readonly signOut: () => void;
}

export const SessionContext = createContext<Session | null>(null);

/** Returns the session. @throws Error if it is called outside of a signed-in page, which is a programming error */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession must be called inside a signed-in page.');
  return session;
}
