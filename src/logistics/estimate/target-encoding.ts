import { laneOf, type Parcel } from '../parcel';
import { GroupMeans } from './group-means';

/** Number of columns of a {@link TargetEncoding}. */
export const ENCODED_COLUMNS = 3;

/**
 * Categories of a parcel as numbers: the mean deviation of the log of the remaining hours from the centre of the
 * regression, by lane, by carrier and service, and by destination.
 */
export class TargetEncoding {
  private readonly lane = new GroupMeans();
  private readonly service = new GroupMeans();
  private readonly destination = new GroupMeans();

  /** Adds a result. */
  add(parcel: Parcel, deviation: number): void {
    this.lane.add(laneKey(parcel), deviation);
    this.service.add(serviceKey(parcel), deviation);
    this.destination.add(parcel.destination, deviation);
  }

  /** Returns the columns of a parcel, from the results so far. */
  encode(parcel: Parcel): readonly number[] {
    return [
      this.lane.meanOf(laneKey(parcel)),
      this.service.meanOf(serviceKey(parcel)),
      this.destination.meanOf(parcel.destination),
    ];
  }
}

function laneKey(parcel: Parcel): string {
  return `${parcel.carrier}\n${laneOf(parcel)}`;
}

function serviceKey({ carrier, service }: Parcel): string {
  return `${carrier}\n${service}`;
}
