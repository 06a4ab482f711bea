import { formatMoney, formatNumber, formatShare } from '../ui/format';
import type { Currency, Report, RevenueDay } from './business-report';
import { FigureCard, MoneyCard } from './figure-card';
import type { Span } from './spans';

interface Props {
  readonly report: Report;
  readonly currency: Currency;
  /** The last days, oldest first, for the lines. */
  readonly days: readonly Report['days'][number][];
  readonly revenueDays: readonly RevenueDay[];
  readonly span: Span;
}

/** The six figures that say how the shop does. */
export function FigureCards({ report, currency, days, revenueDays, span }: Props) {
  const { conversion, visits } = report;
  const state = { isRunning: span.ago === 0, isEarly: span.ago === 0 && span.days <= 7 };
  const { revenue, orders, averageOrder, recommendations, search, viewThrough, refunded } = currency;
  const line = (valueOf: (day: RevenueDay) => number) => ({
    values: revenueDays.map(valueOf),
    ...state,
  });
  const total = Number(revenue.value.amount);
  const part = (figure: Currency['revenue']) =>
    total > 0 && <p class="muted small">{formatShare(Number(figure.value.amount) / total, 1)} of revenue</p>;
  return (
    <div class="figure-cards">
      <MoneyCard title="Revenue" figure={revenue} {...line((day) => Number(day.revenue.amount))}>
        {Number(refunded.value.amount) > 0 && (
          <p
            class="muted small whole"
            title="Refunds that were made in this time. Revenue follows returns, not payments."
          >
            Refunded: {formatMoney(refunded.value)}
          </p>
        )}
      </MoneyCard>
      <FigureCard
        title="Orders"
        value={formatNumber(orders.value)}
        change={orders.change}
        before={orders.before === null ? null : formatNumber(orders.before)}
        {...line((day) => day.orders)}
      />
      <FigureCard
        title="Conversion"
        value={formatRate(conversion.value)}
        change={conversion.change}
        before={conversion.before === null ? null : formatRate(conversion.before)}
        values={days.map((day) => (day.visits === 0 ? 0 : day.conversions / day.visits))}
        {...state}
      >
        <p class="muted small">
          {conversion.low !== null && `${formatInterval(conversion)} · `}
          {formatNumber(visits.value)} visits
        </p>
      </FigureCard>
      <MoneyCard
        title="Average order"
        figure={averageOrder}
        {...line((day) => Number(day.averageOrder?.amount ?? 0))}
      />
      <MoneyCard
        title="From recommendations"
        figure={recommendations}
        {...line((day) => Number(day.recommendations.amount))}
      >
        {part(recommendations)}
        <p class="muted small whole" title="Products that were seen in a list, not clicked, and bought within a day">
          View-through, not counted: {formatMoney(viewThrough.value)}
        </p>
      </MoneyCard>
      <MoneyCard title="From search" figure={search} {...line((day) => Number(day.search.amount))}>
        {part(search)}
      </MoneyCard>
    </div>
  );
}

export const formatRate = (rate: number | null): string => (rate === null ? '–' : formatShare(rate, 1));

/** Formats the 95 % interval of a rate: `2.1–3.4 %`. */
export function formatInterval({ low, high }: { readonly low: number | null; readonly high: number | null }): string {
  if (low === null || high === null) return '';
  return `${formatShare(low, 1).replace(' %', '')}–${formatShare(high, 1)}`;
}
