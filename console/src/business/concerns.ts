import type { ResultOf } from '@freshet/client';
import type { Alert } from '../alerts/merge-alerts';
import { formatAmount, formatEnum, formatNumber } from '../ui/format';
import type { NoResult, Troubles, UnusualDays } from './business-documents';

/** Something that a shopkeeper should look at: a sentence, and where to go. */
export interface Concern {
  readonly text: string;
  readonly link: string;
  /** The parts of the address below `/console/`. */
  readonly path: readonly string[];
}

/** The stream by which the revenue of a day is usual or not. */
export const SALES_STREAM = 'sales-by-day';
/** Number of rejected events that are read. */
const MAX_REJECTED = 100;
const MAX_QUERIES = 3;
const DAY_MS = 86_400_000;

export interface Findings {
  readonly now: number;
  readonly isBehind: boolean;
  readonly currency: string | undefined;
  readonly alerts: readonly Pick<Alert, 'state' | 'ruleId' | 'key'>[];
  readonly troubles: ResultOf<typeof Troubles>;
  readonly unusualDays: ResultOf<typeof UnusualDays>['anomalies'];
  /** Searches of a week that found nothing, and have no synonym. */
  readonly searches: ResultOf<typeof NoResult>['searchReport']['noResult'];
}

/** Returns what needs attention, in sentences, the most urgent first. */
export function concernsOf({ now, isBehind, currency = '', ...found }: Findings): Concern[] {
  const to =
    (link: string, ...path: string[]) =>
    (text: string) => ({ text, link, path });
  const { models, rejectedEvents } = found.troubles;
  const rejected = rejectedEvents.nodes.filter(({ rejectedAt }) => now - Date.parse(rejectedAt) < DAY_MS).length;
  return [
    ...found.alerts
      .filter(({ state }) => state === 'FIRING')
      .map(({ ruleId, key }) => `The alert ${ruleId}${key === '' ? '' : ` (${key})`} is firing.`)
      .map(to('See the alerts', 'alerts')),
    ...(isBehind ? ['The figures are behind: some events or imports are not counted yet.'] : []).map(
      to('See the system', 'system'),
    ),
    // A shop that has just begun has no usual revenue.
    ...found.unusualDays
      .filter(({ expected }) => expected > 0)
      .map(
        ({ value, expected }) =>
          `Yesterday’s revenue was unusually ${value < expected ? 'low' : 'high'}: ${formatAmount(expected, currency)} is usual on this day of the week.`,
      )
      .map(to('See the days', 'streams', SALES_STREAM)),
    ...(rejected > 0 ? [`${rejectedText(rejected)} rejected in the last day.`] : []).map(to('See why', 'rejected')),
    ...models
      .flatMap(({ kind, active, versions }) =>
        versions.nodes
          .filter(({ verdict }) => verdict === 'REFUSED')
          .map(
            ({ number }) =>
              `Version ${number} of the model ${formatEnum(kind)} was not good enough and is not used${active === null ? '' : `; version ${active.number} still is`}.`,
          ),
      )
      .map(to('See the model', 'models')),
    ...found.searches
      .slice(0, MAX_QUERIES)
      .map(
        ({ query, withoutResults }) =>
          `“${query}” was searched for ${formatNumber(withoutResults)} times in 7 days, and nothing was found.`,
      )
      .map(to('Make a synonym', 'search-reports')),
  ];
}

function rejectedText(count: number): string {
  if (count === 1) return 'One event was';
  return `${count === MAX_REJECTED ? `${MAX_REJECTED} or more` : count} events were`;
}
