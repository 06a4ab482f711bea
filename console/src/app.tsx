import { type ConnectionState, type RequestError } from '@freshet/client';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { MOVED_PAGES, pageGroupsFor } from './pages';
import { ConnectionBanner } from './session/connection-banner';
import { clearStoredKey, storeKey, storedKey } from './session/stored-key';
import { openClient, type OpenedClient } from './session/open-session';
import { type Session, SessionContext, useSession } from './session/session';
import { SignIn } from './session/sign-in';
import { Shell } from './ui/shell';
import { hrefOf, replaceAddress, usePath } from './ui/router';

/** The console: asks for a key, then shows the page of the address. */
export function App() {
  const [opened, setOpened] = useState<OpenedClient | null>(null);
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
    const openedClient = await openClient(key, onConnection);
    if (keep) storeKey(key);
    setOpened(openedClient);
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
      opened && {
        ...opened,
        epoch,
        signOut: () => {
          clearStoredKey();
          opened.client.close();
          setFault(undefined);
          setOpened(null);
          setConnection('idle');
        },
      },
    [opened, epoch],
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
  const { scope } = useSession();
  const path = usePath();
  const groups = pageGroupsFor(scope);
  const pages = groups.flatMap((group) => group.pages);
  const [name = pages[0]?.path, ...rest] = path;
  const moved = MOVED_PAGES[path.join('/')];
  const page = pages.find((one) => one.path === name);
  useEffect(() => {
    if (moved !== undefined) replaceAddress(hrefOf(moved));
  }, [moved]);
  if (moved !== undefined) return null;
  return (
    <Shell current={page?.path} groups={groups}>
      <ConnectionBanner state={connection} />
      {page === undefined ? <h1>Page “{name}” not found</h1> : <page.Page rest={rest} />}
    </Shell>
  );
}
