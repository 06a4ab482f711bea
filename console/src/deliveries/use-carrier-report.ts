import type { RequestError } from '@freshet/client';
import { rangeOf } from '../business/spans';
import { useEach } from '../business/use-each';
import { useClock } from '../ui/use-clock';
import { useQuery } from '../ui/use-query';
import { type CarrierRow, carrierRows } from './carrier-report';
import { ParcelWindows } from './delivery-documents';

const HOUR_MS = 3_600_000;
const REFRESH_MS = 30_000;
const DAYS = 28;

interface CarrierReport {
  /** Undefined: not loaded, or there is no stream. */
  readonly rows: readonly CarrierRow[] | undefined;
  readonly error: RequestError | undefined;
}

/**
 * Returns what a stream of parcels by day counted in the last 28 days, with today. The server merges the days, because
 * quantiles of days can't be merged here.
 * @param stream null: no query
 */
export function useCarrierReport(stream: string | null): CarrierReport {
  const now = useClock(HOUR_MS);
  // Only the window that begins at the midnight between these noons is read.
  const range = rangeOf({ days: 2, ago: DAYS - 1 }, now);
  const input = stream === null ? null : { stream, ...range, size: `P${DAYS}D`, slide: 'P1D' };
  const { data, error, reload } = useQuery(ParcelWindows, input && { input });
  useEach(REFRESH_MS, reload);
  return { rows: data && carrierRows(data.windows), error };
}
