import type { Viewer } from '../graphql/context';
import { networksOf } from '../graphql/http/client-address';
import { visitOf } from '../graphql/limits/rate-limit';

/** Bytes that a row takes besides its values. */
const ROW_BYTES = 100;

/** Who makes the shop store something with a storefront key. */
export interface StorageSender {
  /** The customer, the session, or the order of a guest; null without a token. */
  readonly visit: string | null;
  /** The network of the client; null if it is unknown. */
  readonly address: string | null;
}

/** Returns null for the shop's own keys, which may store without limit. */
export function storageSenderOf(viewer: Viewer, address: string | null | undefined): StorageSender | null {
  if (viewer.scope !== 'STOREFRONT') return null;
  return { visit: visitOf(viewer), address: address == null ? null : networksOf(address)[0].key };
}

/** Returns the bytes that rows count as: those of their JSON, and of the rows themselves. */
export function storedBytes(rows: readonly object[]): number {
  return Buffer.byteLength(JSON.stringify(rows)) + rows.length * ROW_BYTES;
}
