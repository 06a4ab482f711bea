import { useQuery } from '../ui/use-query';
import { RevenueForecast } from './business-documents';
import type { Currency } from './business-report';
import { RevenueChart } from './revenue-chart';
import { shownDays, type Span } from './spans';
import { useEach } from './use-each';

/** Today and the seven days after it. */
const FORECAST_DAYS = 8;
const REFRESH_MS = 3_600_000;

/** The revenue of the last days, with the forecast of the next ones if the span ends today. */
export function RevenuePanel({ span, month }: { readonly span: Span; readonly month: Currency }) {
  const { currency } = month;
  const today = month.days.at(-1)?.from;
  const { data, reload } = useQuery(RevenueForecast, span.ago === 0 ? { currency, days: FORECAST_DAYS } : null);
  useEach(REFRESH_MS, reload);
  // The forecast begins with the day on which it was asked for.
  const forecast = (data?.revenueForecast?.days ?? []).filter(({ from }) => today === undefined || from >= today);
  return (
    <section class="card" aria-labelledby="revenue-title">
      <h2 id="revenue-title">Revenue by day</h2>
      <RevenueChart
        days={shownDays(month.days, span)}
        forecast={forecast}
        currency={currency}
        isLastRunning={span.ago === 0}
      />
    </section>
  );
}
