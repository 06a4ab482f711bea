import type { Viewer } from '../context';
import { networksOf } from '../http/client-address';
import { isShopKey } from '../scope';
import { KeyedLimit } from '../../platform/keyed-limit';
import type { ServerLimits } from './limits';
import { visitOf } from './rate-limit';
import { UnreadBytes } from './unread-bytes';

/** Bounds what each client may hold of this process's memory: connections, sockets, and bytes that arrive or wait. */
export class ClientLimits {
  readonly connections: KeyedLimit;
  readonly requestBytes: KeyedLimit;
  readonly sockets: KeyedLimit;
  readonly openingSockets: KeyedLimit;
  readonly visitSockets: KeyedLimit;
  readonly unread: UnreadBytes;

  constructor(limits: ServerLimits) {
    this.connections = new KeyedLimit(limits.maxConnectionsPerAddress);
    // A client may always send some of the largest bodies at a time.
    this.requestBytes = new KeyedLimit(Math.max(limits.maxRequestBytesPerAddress, 4 * limits.maxBodyBytes));
    this.sockets = new KeyedLimit(limits.maxSocketsPerAddress);
    this.openingSockets = new KeyedLimit(limits.maxOpeningSocketsPerAddress);
    this.visitSockets = new KeyedLimit(limits.maxSocketsPerVisit);
    this.unread = new UnreadBytes(limits.maxBufferedBytesPerAddress);
  }
}

/**
 * Returns the key by which the limits of an address count a client; null if they don't: the shop's own keys are not
 * limited, and a proxy that states no address hides which requests are of one client. An IPv6 address counts as its /64
 * only: these limits hold for what a client has open now, and the shares of a wider network would close the connections
 * of its other customers.
 */
export function clientKey(viewer: Viewer | null, address: string | null): string | null {
  return address === null || isShopKey(viewer?.scope) ? null : networksOf(address)[0].key;
}

/** Returns the key of the visit of a public key: its customer, guest or session; null without a token. */
export function visitKey(viewer: Viewer | null): string | null {
  return viewer?.scope === 'STOREFRONT' ? visitOf(viewer) : null;
}
