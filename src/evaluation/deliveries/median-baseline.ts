import { MS_PER_HOUR } from '../../learn/durations';
import { appendTo } from '../../learn/group-by';
import {
  deliveredAt,
  isTransitStage,
  laneOf,
  type Parcel,
  type TrackedParcel,
  type TransitStage,
} from '../../logistics/parcel';

const MIN_EXAMPLES = 20;

/** The baseline: the median of the remaining hours of past parcels with the same lane, service and last status. */
export class MedianBaseline {
  private readonly medians = new Map<string, number>();

  constructor(parcels: readonly TrackedParcel[]) {
    const hours = new Map<string, number[]>();
    for (const parcel of parcels) {
      const arrival = deliveredAt(parcel);
      if (arrival === undefined) continue;
      for (const { type, at } of parcel.scans) {
        if (!isTransitStage(type)) continue;
        for (const key of keysOf(parcel, type)) appendTo(hours, key, (arrival - at) / MS_PER_HOUR);
      }
    }
    for (const [key, all] of hours)
      if (all.length >= MIN_EXAMPLES) this.medians.set(key, all.sort((a, b) => a - b)[all.length >> 1]);
  }

  /** Returns hours, of a more general group where there are too few examples. */
  predict(parcel: Parcel, stage: TransitStage): number {
    for (const key of keysOf(parcel, stage)) {
      const median = this.medians.get(key);
      if (median !== undefined) return median;
    }
    return 24;
  }
}

function keysOf(parcel: Parcel, stage: TransitStage): string[] {
  return [
    `${stage}\n${parcel.carrier}\n${parcel.service}\n${laneOf(parcel)}`,
    `${stage}\n${parcel.service}\n${laneOf(parcel)}`,
    `${stage}\n${parcel.service}`,
    stage,
  ];
}
