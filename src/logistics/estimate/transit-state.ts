import { MS_PER_DAY, MS_PER_HOUR } from '../../learn/durations';
import {
  isTransitStage,
  type Parcel,
  type Scan,
  type ScanType,
  type TrackedParcel,
  type TransitStage,
} from '../parcel';
import { HubDwell } from './hub-dwell';
import type { HubProfile } from './hub-profile';
import { progressAfter, type ParcelProgress } from './parcel-progress';
import type { SlownessOf } from './transit-outlook';
import { MAX_STEP_HOURS } from './usual-steps';

/** After this time in a hub, a parcel is no longer counted as inside: its next scan is missing. */
const MAX_STAY_MS = MAX_STEP_HOURS * MS_PER_HOUR;
/** A parcel without a scan for this time is forgotten. */
const MAX_SILENCE_MS = 60 * MS_PER_DAY;
/** After these, scans of the way to the customer are late or belong to the way back. */
const FINAL_TYPES: readonly ScanType[] = ['DELIVERED', 'RETURNING', 'RETURNED'];

/** One scan in the order of time. */
export interface ReplayedScan {
  readonly parcel: TrackedParcel;
  readonly scan: Scan;
}

/** Merges the scans of all parcels in the order of time. Scans of one parcel keep their order. */
export function scansInOrder(parcels: readonly TrackedParcel[]): ReplayedScan[] {
  return parcels
    .flatMap((parcel) => parcel.scans.map((scan) => ({ parcel, scan })))
    .sort((a, b) => a.scan.at - b.scan.at);
}

interface TrackedState {
  readonly at: number;
  readonly isFinal: boolean;
  readonly progress: ParcelProgress | undefined;
}

interface Stay {
  readonly hub: string;
  readonly since: number;
}

/**
 * The state of all parcels and hubs after the scans so far. Memory: an entry per parcel with a scan in the last 60 days.
 */
export class TransitState {
  readonly dwell = new HubDwell();
  /** The longest silence first. */
  private readonly parcels = new Map<string, TrackedState>();
  /** The parcels inside a hub; the longest stay first. */
  private readonly stays = new Map<string, Stay>();

  /**
   * Applies a scan. Scans must come in order of time.
   * @returns the progress of the parcel; undefined if it is no longer on its way to the customer
   */
  apply(parcel: Parcel, scan: Scan): ParcelProgress | undefined {
    this.forgetSilent(scan.at);
    this.move(parcel.id, scan);
    const before = this.parcels.get(parcel.id);
    const isFinal = before?.isFinal === true || FINAL_TYPES.includes(scan.type);
    const isOnItsWay = !isFinal && isTransitStage(scan.type);
    const progress = isOnItsWay
      ? progressAfter(before?.progress, scan as Scan & { type: TransitStage })
      : before?.progress;
    this.parcels.delete(parcel.id);
    this.parcels.set(parcel.id, { at: scan.at, isFinal, progress: isFinal ? undefined : progress });
    return isOnItsWay ? progress : undefined;
  }

  /** Returns how much slower than usual each hub is at a time. */
  slowness(profile: HubProfile, at: number): SlownessOf {
    return (hub) => profile.slowness(hub, at, this.dwell.now(hub, at));
  }

  /** Lets a parcel leave its hub, and enter the next one. */
  private move(id: string, scan: Scan): void {
    const inside = this.stays.get(id)?.hub;
    const isStaying = scan.type === 'EXCEPTION' || (scan.type === 'HUB_IN' && scan.hub === inside);
    if (inside !== undefined && !isStaying) {
      this.dwell.leave(inside, scan.at);
      this.stays.delete(id);
    }
    if (scan.type === 'HUB_IN' && scan.hub !== null && scan.hub !== inside) {
      this.dwell.enter(scan.hub, scan.at);
      this.stays.set(id, { hub: scan.hub, since: scan.at });
    }
  }

  private forgetSilent(now: number): void {
    for (const [id, { hub, since }] of this.stays) {
      if (since >= now - MAX_STAY_MS) break;
      this.dwell.forget(hub, since + MAX_STAY_MS);
      this.stays.delete(id);
    }
    for (const [id, { at }] of this.parcels) {
      if (at >= now - MAX_SILENCE_MS) break;
      this.parcels.delete(id);
    }
  }
}
