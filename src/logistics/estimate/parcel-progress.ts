import type { Scan, TransitStage } from '../parcel';

/** State of a parcel after its scans so far. */
export interface ParcelProgress {
  readonly stage: TransitStage;
  /** Time of the newest scan, in ms. */
  readonly at: number;
  /** Time of the first scan, in ms. */
  readonly startedAt: number;
  /** The newest step on the usual route: neither an exception nor a failed attempt. */
  readonly lastUsual: Pick<Scan, 'type' | 'hub'>;
  /** Number of hubs that the parcel has been scanned in. */
  readonly hubs: number;
  readonly attempts: number;
  readonly exceptions: number;
}

/** Returns the progress after one more scan. */
export function progressAfter(before: ParcelProgress | undefined, scan: Scan & { type: TransitStage }): ParcelProgress {
  const isUsual =
    scan.type !== 'EXCEPTION' && scan.type !== 'DELIVERY_ATTEMPTED' && scan.type !== 'AVAILABLE_FOR_PICKUP';
  return {
    stage: scan.type,
    at: scan.at,
    startedAt: before?.startedAt ?? scan.at,
    lastUsual: isUsual || before === undefined ? { type: scan.type, hub: scan.hub } : before.lastUsual,
    hubs: (before?.hubs ?? 0) + (scan.type === 'HUB_IN' ? 1 : 0),
    attempts: (before?.attempts ?? 0) + (scan.type === 'DELIVERY_ATTEMPTED' ? 1 : 0),
    exceptions: (before?.exceptions ?? 0) + (scan.type === 'EXCEPTION' ? 1 : 0),
  };
}
