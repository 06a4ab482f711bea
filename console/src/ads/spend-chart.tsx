import { useState } from 'preact/hooks';
import { ticksTo } from '../business/revenue-columns';
import { formatCompactAmount, formatNumber } from '../ui/format';
import { type CampaignDay, formatCalendarDay, formatCalendarDayOfMonth, formatPrice } from './ad-text';

interface Props {
  readonly days: readonly CampaignDay[];
  readonly currency: string;
}

/** Number of days with a label. */
const LABELS = 6;

/** Shows what a campaign spent on each day. */
export function SpendChart({ days, currency }: Props) {
  const [chosen, choose] = useState<number>();
  if (days.every(({ spend }) => spend === 0))
    return <p class="muted">Nothing was charged in the last {days.length} days.</p>;
  const ticks = ticksTo(Math.max(0, ...days.map(({ spend }) => spend)));
  const top = ticks.at(-1)!;
  const last = days.length - 1;
  const every = Math.ceil(days.length / LABELS);
  const isSmall = top < 10;
  const tickText = (tick: number) =>
    isSmall ? formatPrice({ amount: String(Number(tick.toFixed(4))), currency }) : formatCompactAmount(tick, currency);
  return (
    <figure class="revenue-chart">
      <div
        class="revenue-plot"
        role="img"
        aria-label={`Spend of ${days.length} days. The table below has the same figures.`}
        onPointerLeave={() => choose(undefined)}
      >
        {ticks.map((tick) => (
          <span key={tick} class="revenue-tick" style={{ bottom: `${(100 * tick) / top}%` }}>
            {tickText(tick)}
          </span>
        ))}
        <div class="revenue-days">
          {days.map(({ key, spend, isRunning }, place) => (
            <div key={key} class="revenue-day" onPointerEnter={() => choose(place)}>
              <div class={`revenue-bar ${isRunning ? 'running' : ''}`} style={{ height: `${(100 * spend) / top}%` }}>
                <i class="by-recommendations" style={{ flexGrow: 1 }} />
              </div>
              {(last - place) % every === 0 && (
                <span class="revenue-label">{isRunning ? 'Today' : formatCalendarDayOfMonth(key)}</span>
              )}
            </div>
          ))}
        </div>
      </div>
      <figcaption>{dayText(days[chosen ?? last], currency)}</figcaption>
      <details class="small">
        <summary>As a table</summary>
        <DayTable days={days} currency={currency} />
      </details>
    </figure>
  );
}

/** Describes a day in one line. */
function dayText(day: CampaignDay | undefined, currency: string): string {
  if (day === undefined) return '';
  const { key, spend, impressions, clicks, isRunning } = day;
  return [
    formatCalendarDay(key) + (isRunning ? ', so far' : ''),
    formatPrice({ amount: String(spend), currency }),
    `${formatNumber(impressions)} ${impressions === 1 ? 'impression' : 'impressions'}`,
    `${formatNumber(clicks)} ${clicks === 1 ? 'click' : 'clicks'}`,
  ].join(' · ');
}

function DayTable({ days, currency }: Props) {
  return (
    <div class="table-scroll" role="region" aria-label="Spend by day, table" tabIndex={0}>
      <table class="narrow">
        <thead>
          <tr>
            <th scope="col">Day</th>
            {['Impressions', 'Clicks', 'Spend'].map((title) => (
              <th key={title} scope="col" class="figure">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map(({ key, spend, impressions, clicks, isRunning }) => (
            <tr key={key}>
              <th scope="row" class="nowrap">
                {formatCalendarDay(key)}
                {isRunning && ', so far'}
              </th>
              <td class="figure">{formatNumber(impressions)}</td>
              <td class="figure">{formatNumber(clicks)}</td>
              <td class="figure nowrap">{formatPrice({ amount: String(spend), currency })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
