import type { Client } from '@freshet/client';
import { useState } from 'preact/hooks';
import { useSession } from '../session/session';

/** The names of the keys that clients use. Null: the key has no name. */
const names = new WeakMap<Client, string | null>();

export interface OwnName {
  /** The name of the key, which customers see. Undefined: not known yet. Null: it has none. */
  readonly ownName: string | null | undefined;
  readonly rememberName: (name: string | null) => void;
}

/** Returns the name of the operator's own key, which the payloads of its first mutation show. */
export function useOwnName(): OwnName {
  const { client } = useSession();
  const [ownName, setOwnName] = useState(() => names.get(client));
  return {
    ownName,
    rememberName: (name) => {
      names.set(client, name);
      setOwnName(name);
    },
  };
}
