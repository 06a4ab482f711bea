import type { Viewer } from '../graphql/context';
import { networksOf, type ClientNetwork } from '../graphql/http/client-address';
import { visitOf } from '../graphql/limits/rate-limit';

/** Bytes that a row takes besides its values. */
const ROW_BYTES = 100;

/** Who makes the shop store something with a storefront key. */
export interface StorageSender {
  /** The customer, the session, or the order of a guest; null without a token. */
  readonly visit: string | null;
  /** The networks of the client's address; empty if it is unknown. */
  readonly networks: readonly ClientNetwork[];
}

/** Returns null for the shop's own keys, which may store without limit. */
export function storageSenderOf(viewer: Viewer, address: string | null | undefined): StorageSender | null {
  if (viewer.scope !== 'STOREFRONT') return null;
  return { visit: visitOf(viewer), networks: address == null ? [] : networksOf(address) };
}

/** Returns the bytes that rows count as: those of their JSON, and of the rows themselves. */
export function storedBytes(rows: readonly object[]): number {
  return Buffer.byteLength(JSON.stringify(rows)) + rows.length * ROW_BYTES;
}
