import { MS_PER_HOUR } from '../../learn/durations';

/** Parcel-hours and departures of a hub, both with exponential decay. */
export interface PresentDwell {
  /** Hours that parcels have spent inside, summed over the parcels. */
  readonly parcelHours: number;
  /** Number of parcels that have left. */
  readonly departures: number;
}

interface HubState extends PresentDwell {
  readonly inside: number;
  readonly updatedAt: number;
}

const EMPTY_HUB = { inside: 0, parcelHours: 0, departures: 0 };

/**
 * The time that parcels spend in each hub now. By Little's law (Little, Operations Research 9(3), 1961), its mean is the
 * parcel-hours spent inside divided by the number of departures. Parcels that are still inside count, so a hub that
 * slows down shows it before the delayed parcels leave.
 *
 * Cost of every call: O(1). Memory: one entry per hub.
 */
export class HubDwell {
  private readonly hubs = new Map<string, HubState>();

  constructor(private readonly halfLifeHours = 24) {}

  /** Calls must be in order of time; an earlier time counts as the time of the previous call for this hub. */
  enter(hub: string, at: number): void {
    const state = this.at(hub, at);
    this.hubs.set(hub, { ...state, inside: state.inside + 1 });
  }

  leave(hub: string, at: number): void {
    const state = this.at(hub, at);
    this.hubs.set(hub, { ...state, inside: Math.max(0, state.inside - 1), departures: state.departures + 1 });
  }

  /** Stops counting a parcel as inside. That is no departure: when the parcel left is not known. */
  forget(hub: string, at: number): void {
    const state = this.at(hub, at);
    this.hubs.set(hub, { ...state, inside: Math.max(0, state.inside - 1) });
  }

  /** Returns the sums for a hub now; undefined if no parcel has been there. */
  now(hub: string, at: number): PresentDwell | undefined {
    if (!this.hubs.has(hub)) return undefined;
    const { parcelHours, departures } = this.at(hub, at);
    return { parcelHours, departures };
  }

  /** Returns the state of a hub at a time. */
  private at(hub: string, at: number): HubState {
    const { inside, updatedAt, parcelHours, departures } = this.hubs.get(hub) ?? { ...EMPTY_HUB, updatedAt: at };
    const hours = Math.max(0, at - updatedAt) / MS_PER_HOUR;
    const rate = Math.LN2 / this.halfLifeHours;
    const kept = Math.exp(-rate * hours);
    return {
      inside,
      updatedAt: Math.max(at, updatedAt),
      parcelHours: parcelHours * kept + (inside * (1 - kept)) / rate,
      departures: departures * kept,
    };
  }
}
