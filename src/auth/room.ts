import { extensionPoint } from '../rooms/extension-point';
import { defineRoom } from '../rooms/room';
import type { Authenticate } from '../graphql/credentials';

/** Returns whether an object of a later room exists. */
export interface KnownObjects {
  readonly kind: 'ORDER' | 'ADVERTISER';
  readonly has: (id: string) => Promise<boolean>;
}

export const knownObjects = extensionPoint<KnownObjects>('knownObjects');

/** Wraps the authentication, for example to explain why a key is not valid. */
export const authenticating = extensionPoint<(authenticate: Authenticate) => Authenticate>('authenticating');

export const auth = defineRoom({
  name: 'auth',
  tables: () => import('./tables.js'),
  api: () => import('./api.js'),
});
