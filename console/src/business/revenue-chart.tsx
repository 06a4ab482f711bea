import { useState } from 'preact/hooks';
import { formatAmount, formatCompactAmount, formatDayOfMonth, formatWeekday } from '../ui/format';
import type { ForecastDay, RevenueDay } from './business-report';
import { type Column, columnsOf, ticksTo } from './revenue-columns';

interface Props {
  readonly days: readonly RevenueDay[];
  readonly forecast: readonly ForecastDay[];
  readonly currency: string;
  readonly isLastRunning: boolean;
}

/** Number of days with a label. */
const LABELS = 6;

/** Shows the revenue of each day with its parts, and the forecast of the coming days as a band. */
export function RevenueChart({ days, forecast, currency, isLastRunning }: Props) {
  const [chosen, choose] = useState<number>();
  const columns = columnsOf(days, forecast, isLastRunning);
  const ticks = ticksTo(
    Math.max(0, ...columns.map(({ earned, forecast: band }) => Math.max(earned?.revenue ?? 0, band?.high ?? 0))),
  );
  const top = ticks.at(-1)!;
  const percent = (value: number) => `${(100 * Math.max(0, value)) / top}%`;
  const last = days.length - 1;
  const every = Math.ceil(columns.length / LABELS);
  return (
    <figure class="revenue-chart">
      <div
        class="revenue-plot"
        role="img"
        aria-label={`Revenue of ${days.length} days${forecast.length > 0 ? ', and the forecast of the next days' : ''}. The table below has the same figures.`}
        onPointerLeave={() => choose(undefined)}
      >
        {ticks.map((tick) => (
          <span key={tick} class="revenue-tick" style={{ bottom: percent(tick) }}>
            {formatCompactAmount(tick, currency)}
          </span>
        ))}
        <div class="revenue-days">
          {columns.map((column, place) => (
            <div key={column.at} class="revenue-day" onPointerEnter={() => choose(place)}>
              {column.earned !== undefined && <Bar column={column} top={top} />}
              {column.forecast !== undefined && (
                <>
                  <i
                    class="forecast-band"
                    style={{
                      bottom: percent(column.forecast.low),
                      height: percent(column.forecast.high - column.forecast.low),
                    }}
                  />
                  <i class="forecast-value" style={{ bottom: percent(column.forecast.value) }} />
                </>
              )}
              {(last - place) % every === 0 && (
                <span class="revenue-label">{column.isRunning ? 'Today' : formatDayOfMonth(new Date(column.at))}</span>
              )}
            </div>
          ))}
        </div>
      </div>
      <figcaption>{columnText(columns[chosen ?? last], currency)}</figcaption>
      <ul class="mark-legend" aria-label="How revenue is drawn">
        <Key kind="by-recommendations">From recommendations</Key>
        <Key kind="by-search">From search</Key>
        <Key kind="by-rest">The rest</Key>
        {isLastRunning && <Key kind="by-rest running">Today, still running</Key>}
        {forecast.length > 0 && <Key kind="forecast-band">Forecast: 8 of 10 days fall into the band</Key>}
      </ul>
      <details class="small">
        <summary>As a table</summary>
        <RevenueTable columns={columns} currency={currency} />
      </details>
    </figure>
  );
}

function Bar({ column: { earned, isRunning }, top }: { readonly column: Column; readonly top: number }) {
  const { revenue, recommendations, search } = earned!;
  const parts = { recommendations, search, rest: revenue - recommendations - search };
  return (
    <div
      class={`revenue-bar ${isRunning ? 'running' : ''}`}
      style={{ height: `${(100 * Math.max(0, revenue)) / top}%` }}
    >
      {(['rest', 'search', 'recommendations'] as const).map((part) => (
        <i key={part} class={`by-${part}`} style={{ flexGrow: Math.max(0, parts[part]) }} />
      ))}
    </div>
  );
}

function Key({ kind, children }: { readonly kind: string; readonly children: string }) {
  return (
    <li>
      <i class={`revenue-key ${kind}`} aria-hidden="true" />
      {children}
    </li>
  );
}

/** Describes a day in one line. */
function columnText(column: Column | undefined, currency: string): string {
  if (column === undefined) return '';
  const { at, earned, forecast, isRunning } = column;
  const money = (amount: number) => formatAmount(amount, currency);
  return [
    formatWeekday(new Date(at)) + (isRunning ? ', so far' : ''),
    ...(earned === undefined
      ? []
      : [money(earned.revenue), `recommendations ${money(earned.recommendations)}`, `search ${money(earned.search)}`]),
    ...(forecast === undefined
      ? []
      : [`forecast ${money(forecast.value)} (${money(forecast.low)} to ${money(forecast.high)})`]),
  ].join(' · ');
}

function RevenueTable({ columns, currency }: { readonly columns: readonly Column[]; readonly currency: string }) {
  const money = (amount: number | undefined) => (amount === undefined ? '–' : formatAmount(amount, currency));
  return (
    <div class="table-scroll" role="region" aria-label="Revenue by day" tabIndex={0}>
      <table class="narrow">
        <thead>
          <tr>
            <th scope="col">Day</th>
            {['Revenue', 'Recommendations', 'Search', 'Forecast'].map((title) => (
              <th key={title} scope="col" class="figure">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {columns.toReversed().map(({ at, earned, forecast, isRunning }) => (
            <tr key={at}>
              <th scope="row" class="nowrap">
                {formatWeekday(new Date(at))}
                {isRunning && ', so far'}
              </th>
              <td class="figure nowrap">{money(earned?.revenue)}</td>
              <td class="figure nowrap">{money(earned?.recommendations)}</td>
              <td class="figure nowrap">{money(earned?.search)}</td>
              <td class="figure nowrap">
                {forecast === undefined ? '–' : `${money(forecast.low)} to ${money(forecast.high)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
