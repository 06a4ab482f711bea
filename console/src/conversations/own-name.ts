import type { Client } from '@freshet/client';

/** The name of each client's key, as far as the payloads of its mutations have shown it. Null: the key has no name. */
const ownNames = new WeakMap<Client, string | null>();

export const rememberOwnName = (client: Client, name: string | null): void => void ownNames.set(client, name);

/**
 * Returns whether a name is that of the client's key.
 * @returns undefined if the name of the key is not known yet
 */
export const isOwnName = (client: Client, name: string | null): boolean | undefined =>
  ownNames.has(client) ? ownNames.get(client) === name : undefined;
