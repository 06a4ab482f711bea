import { type Client, type ConnectionState, type RequestError } from '@freshet/client';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ENTRY_PAGE, MOVED_PAGES, PAGE_GROUPS, PAGES } from './pages';
import { ConnectionBanner } from './session/connection-banner';
import { clearStoredKey, storeKey, storedKey } from './session/stored-key';
import { openClient } from './session/open-session';
import { type Session, SessionContext } from './session/session';
import { SignIn } from './session/sign-in';
import { Shell } from './ui/shell';
import { hrefOf, replaceAddress, usePath } from './ui/router';

/** The console: asks for a key, then shows the page of the address. */
export function App() {
  const [client, setClient] = useState<Client | null>(null);
  const [connection, setConnection] = useState<ConnectionState>('idle');
  const [epoch, setEpoch] = useState(0);
  const [fault, setFault] = useState<RequestError>();
  const [isOpening, setOpening] = useState(() => storedKey() !== null);
  const wasLost = useRef(false);

  const onConnection = (state: ConnectionState) => {
    setConnection(state);
    if (state === 'reconnecting') wasLost.current = true;
    if (state !== 'connected' || !wasLost.current) return;
    wasLost.current = false;
    setEpoch((before) => before + 1);
  };
  const signIn = async (key: string, keep: boolean) => {
    const opened = await openClient(key, onConnection);
    if (keep) storeKey(key);
    setClient(opened);
  };
  useEffect(() => {
    const stored = storedKey();
    if (stored === null) return;
    signIn(stored, false)
      .catch((error: RequestError) => {
        // If the shop is unreachable, the key may still be valid.
        if (error.code !== 'NETWORK') clearStoredKey();
        setFault(error);
      })
      .finally(() => setOpening(false));
  }, []);
  const session = useMemo<Session | null>(
    () =>
      client && {
        client,
        epoch,
        signOut: () => {
          clearStoredKey();
          client.close();
          setFault(undefined);
          setClient(null);
          setConnection('idle');
        },
      },
    [client, epoch],
  );

  if (isOpening) return <p class="muted opening">Signing in …</p>;
  if (session === null) return <SignIn onKey={signIn} fault={fault} />;
  return (
    <SessionContext.Provider value={session}>
      <Pages connection={connection} />
    </SessionContext.Provider>
  );
}

function Pages({ connection }: { readonly connection: ConnectionState }) {
  const path = usePath();
  const [name = ENTRY_PAGE, ...rest] = path;
  const moved = MOVED_PAGES[path.join('/')];
  const page = PAGES.find((one) => one.path === name);
  useEffect(() => {
    if (moved !== undefined) replaceAddress(hrefOf(moved));
  }, [moved]);
  if (moved !== undefined) return null;
  return (
    <Shell current={page?.path} groups={PAGE_GROUPS}>
      <ConnectionBanner state={connection} />
      {page === undefined ? <h1>Page “{name}” not found</h1> : <page.Page rest={rest} />}
    </Shell>
  );
}
