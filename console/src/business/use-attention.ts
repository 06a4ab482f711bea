import { useAlerts } from '../alerts/use-alerts';
import type { SynonymWords } from '../search/make-synonym';
import { useQuery } from '../ui/use-query';
import { NoResult, Troubles, UnusualDays } from './business-documents';
import { type Concern, concernsOf, SALES_STREAM } from './concerns';
import { rangeOf } from './spans';
import { useEach } from './use-each';

const HOUR_MS = 3_600_000;
const REFRESH_MS = 60_000;
/** Number of searches without results in a week from which a query is worth a sentence. */
const MIN_SEARCHES = 3;

interface Inputs {
  readonly isBehind: boolean;
  readonly currency: string | undefined;
  /** The streams that have figures. */
  readonly streams: ReadonlySet<string>;
  readonly synonyms: SynonymWords;
  readonly now: number;
}

/** Returns what needs attention, the most urgent first; undefined while it is loading. */
export function useAttention({ isBehind, currency, streams, synonyms, now }: Inputs): readonly Concern[] | undefined {
  const { alerts } = useAlerts();
  const troubles = useQuery(Troubles, {});
  const week = rangeOf({ days: 7, ago: 0 }, now);
  const searches = useQuery(NoResult, { input: { ...week, first: 20, minSearches: MIN_SEARCHES } });
  const yesterday = rangeOf({ days: 1, ago: 1 }, now).from;
  const unusual = useQuery(
    UnusualDays,
    currency === undefined || !streams.has(SALES_STREAM)
      ? null
      : {
          input: {
            figure: { stream: SALES_STREAM, value: 'revenue', key: currency },
            size: 'P1D',
            // Before the beginning of yesterday, also if it had 25 hours, and after that of the day before.
            from: new Date(Date.parse(yesterday) - 13 * HOUR_MS).toISOString(),
            to: rangeOf({ days: 1, ago: 0 }, now).from,
          },
        },
  );
  useEach(REFRESH_MS, () => {
    troubles.reload();
    searches.reload();
  });
  if (troubles.data === undefined || searches.data === undefined || alerts === undefined) return undefined;
  return concernsOf({
    ...{ now, isBehind, currency, alerts, troubles: troubles.data },
    unusualDays: unusual.data?.anomalies ?? [],
    searches: searches.data.searchReport.noResult.filter(({ query }) => !synonyms.has(query)),
  });
}
