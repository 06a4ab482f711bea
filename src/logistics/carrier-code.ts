import type { ScanType } from './parcel';

/** Identifies a code of a carrier. Both parts are without white space at their ends and in lower case. */
export interface CarrierCodeKey {
  /** Empty for any carrier. */
  readonly carrier: string;
  readonly code: string;
}

/** What a code of a carrier means, as the shop has defined it. */
export interface CarrierCodeRecord extends CarrierCodeKey {
  readonly type: ScanType;
}

/** Returns the key of a code as a client has written it. */
export function carrierCodeKey({ carrier, code }: { carrier?: string | null; code: string }): CarrierCodeKey {
  return { carrier: comparable(carrier ?? ''), code: comparable(code) };
}

/** Returns a name or code in the form in which it is stored and compared. */
export function comparable(text: string): string {
  return text.trim().toLowerCase();
}
