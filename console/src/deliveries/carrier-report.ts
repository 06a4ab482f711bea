import type { ResultOf } from '@freshet/client';
import type { ParcelWindows } from './delivery-documents';

type ParcelWindow = ResultOf<typeof ParcelWindows>['windows'][number];

/** Which parcels the lists show. */
export interface ParcelFilter {
  readonly carrier?: string;
  readonly origin?: string;
  readonly country?: string;
}

/** What the parcels of a carrier or a lane did. */
export interface CarrierRow {
  readonly key: string;
  /** The parts of the key; none for the keys beyond the limit of the stream. */
  readonly keys: readonly string[];
  readonly delivered: number;
  readonly promised: number;
  readonly onTime: number;
  readonly late: number;
  readonly stuck: number;
  readonly exceptions: number;
  /** Hours from the pickup to the delivery; null without a delivery. */
  readonly medianHours: number | null;
  readonly slowHours: number | null;
}

/** Part of a key of the streams of parcels that says that there is none. */
const NONE = '-';

/** Converts windows, one for each key, to rows: those with the most deliveries first. */
export function carrierRows(windows: readonly ParcelWindow[]): CarrierRow[] {
  return windows
    .map(({ key, keys, values }) => {
      const numberOf = (name: string) => values.find((value) => value.name === name)?.number ?? 0;
      const hours = values.find(({ name }) => name === 'hours')?.quantiles;
      return {
        ...{ key, keys },
        delivered: numberOf('delivered'),
        promised: numberOf('promised'),
        onTime: numberOf('onTime'),
        late: numberOf('late'),
        stuck: numberOf('stuck'),
        exceptions: numberOf('exceptions'),
        medianHours: hours?.find(({ quantile }) => quantile === 0.5)?.value ?? null,
        slowHours: hours?.find(({ quantile }) => quantile === 0.9)?.value ?? null,
      };
    })
    .sort((a, b) => b.delivered - a.delivered || b.late - a.late || (a.key < b.key ? -1 : 1));
}

/** Returns the filter of the parcels of a row; undefined if no filter describes them. */
export function filterOf({ keys }: Pick<CarrierRow, 'keys'>): ParcelFilter | undefined {
  if (keys.length === 0 || keys.includes(NONE)) return undefined;
  const [carrier, origin, country] = keys;
  return { carrier, ...(origin !== undefined && { origin }), ...(country !== undefined && { country }) };
}

/** Names the carrier or the lane of a row: `Hill Post · Leipzig → AT`. */
export function rowName({ keys }: Pick<CarrierRow, 'keys'>): string {
  if (keys.length === 0) return 'All others';
  const [carrier, origin, country] = keys.map((part) => (part === NONE ? '–' : part));
  const name = carrier === '–' ? 'Unknown carrier' : carrier!;
  return origin === undefined ? name : `${name} · ${origin} → ${country}`;
}

/** Formats a duration in the unit that suits it: `2.5 days`, `7 h`, `3 min`. */
export function durationText(hours: number | null): string {
  if (hours === null) return '–';
  if (hours < 1) return `${Math.round(hours * 60)} min`;
  if (hours < 24) return `${Math.round(hours)} h`;
  return `${(hours / 24).toFixed(1)} days`;
}
