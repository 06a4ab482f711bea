/**
 * The statuses that carriers report, after normalisation. From RETURNING on, the parcel is no longer on its way to the
 * customer, except that EXPIRED only says that the carrier has sent no scan for a long time.
 */
export const SCAN_TYPES = [
  'LABEL_CREATED',
  'PICKED_UP',
  'HUB_IN',
  'HUB_OUT',
  'CUSTOMS',
  'OUT_FOR_DELIVERY',
  'DELIVERY_ATTEMPTED',
  'AVAILABLE_FOR_PICKUP',
  'DELIVERED',
  'EXCEPTION',
  'RETURNING',
  'RETURNED',
  'LOST',
  'EXPIRED',
] as const;
export type ScanType = (typeof SCAN_TYPES)[number];

/** The statuses after which a parcel is still on its way to the customer. */
export const TRANSIT_STAGES = [
  'LABEL_CREATED',
  'PICKED_UP',
  'HUB_IN',
  'HUB_OUT',
  'CUSTOMS',
  'OUT_FOR_DELIVERY',
  'DELIVERY_ATTEMPTED',
  'AVAILABLE_FOR_PICKUP',
  'EXCEPTION',
] as const satisfies readonly ScanType[];
/** The last status of a parcel that is on its way. */
export type TransitStage = (typeof TRANSIT_STAGES)[number];

export interface Scan {
  readonly type: ScanType;
  /** When the carrier scanned the parcel, in ms since 1970 (UTC). */
  readonly at: number;
  /** Where: the carrier's name of the hub; null if the carrier reports none. */
  readonly hub: string | null;
}

/** The data of a parcel before its first scan. */
export interface Parcel {
  readonly id: string;
  readonly carrier: string;
  readonly service: string;
  /** The warehouse or the area that it is sent from. */
  readonly origin: string;
  /** Country of the origin: the calendar of pickups. */
  readonly originCountry: string;
  /** Country of the destination: the calendar of working days. */
  readonly country: string;
  /** The destination: country and the first characters of the postcode. */
  readonly destination: string;
  /** When the shop has promised the delivery, in ms since 1970; null if it has not. */
  readonly promisedAt: number | null;
}

/** A parcel with its scans, the oldest first. */
export interface TrackedParcel extends Parcel {
  readonly scans: readonly Scan[];
}

/** Returns the key of the connection from an origin to a destination. */
export function laneOf({ origin, destination }: Pick<Parcel, 'origin' | 'destination'>): string {
  return `${origin} → ${destination}`;
}

export function isTransitStage(type: ScanType): type is TransitStage {
  return (TRANSIT_STAGES as readonly ScanType[]).includes(type);
}

/** Returns when the parcel was delivered, or undefined. */
export function deliveredAt({ scans }: { readonly scans: readonly Pick<Scan, 'type' | 'at'>[] }): number | undefined {
  return scans.find(({ type }) => type === 'DELIVERED')?.at;
}

/**
 * Orders scans by time; at the same time, by the usual order of their types. A carrier that reports only dates reports an
 * exception on the day of the delivery with the same time: it came before.
 */
export function byTime(a: Scan, b: Scan): number {
  return a.at - b.at || rankOf(a.type) - rankOf(b.type);
}

function rankOf(type: ScanType): number {
  return type === 'EXCEPTION' ? SCAN_TYPES.indexOf('OUT_FOR_DELIVERY') - 0.5 : SCAN_TYPES.indexOf(type);
}

/** Returns the time of the first scan. */
export function startedAt({ scans }: Pick<TrackedParcel, 'scans'>): number {
  return scans[0]?.at ?? Infinity;
}
