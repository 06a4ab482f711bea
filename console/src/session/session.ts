import type { Client } from '@freshet/client';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** Who is signed in. The key itself stays inside the client. */
export interface Session {
  readonly client: Client;
  /** Grows with each connection that was lost and found again: what was shown before has to be asked for anew. */
  readonly epoch: number;
  readonly signOut: () => void;
}

export const SessionContext = createContext<Session | null>(null);

/** @throws Error outside of a signed-in page: a mistake of ours */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('There is no session here.');
  return session;
}
