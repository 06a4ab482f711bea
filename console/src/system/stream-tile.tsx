import { useMemo, useState } from 'preact/hooks';
import type { Stream } from '../streams/stream';
import { ErrorNote } from '../ui/error-note';
import { formatMinute } from '../ui/format';
import { Link } from '../ui/link';
import { hrefOf } from '../ui/router';
import { useClock } from '../ui/use-clock';
import { BarChart } from '../windows/bar-chart';
import { barsAcross, barsOf, keysOf } from '../windows/bars';
import { currencyOf, formatFigure } from '../windows/unit';
import { useSpanWindows } from '../windows/use-span-windows';
import type { TileSource } from './predefined-streams';

const MINUTE_MS = 60_000;
/** Number of minutes shown, including the current one. */
const MINUTES = 60;

interface Props {
  readonly source: TileSource;
  readonly stream: Stream;
}

/** Shows a figure's total of the last hour and a bar for each minute. */
export function StreamTile({ source: { title, text, aggregate, isAcrossKeys }, stream }: Props) {
  const minute = useClock(MINUTE_MS);
  const from = minute - (MINUTES - 1) * MINUTE_MS;
  const { windows, since, error } = useSpanWindows(stream.id, from);
  const keys = useMemo(() => (isAcrossKeys ? [] : keysOf(windows)), [windows, isAcrossKeys]);
  const [chosen, choose] = useState<string>();
  const key = chosen ?? keys[0] ?? '';
  const bars = useMemo(() => {
    const all = isAcrossKeys ? barsAcross(windows, aggregate, Infinity) : barsOf(windows, key, aggregate, Infinity);
    // Senders whose clock is ahead may create windows in the future.
    return all.filter(({ at }) => at * 1_000 >= from && at * 1_000 <= minute);
  }, [windows, isAcrossKeys, key, aggregate, from, minute]);
  const total = bars.reduce((sum, { value }) => sum + (value ?? 0), 0);
  const parts = [...windows.values()].find(({ window }) => window.key === key)?.window.keys ?? [];
  const currency = isAcrossKeys ? null : currencyOf(stream, aggregate, parts);
  const isWhole = since !== undefined && since <= from;
  const span = isWhole ? 'in the last hour' : since === undefined ? 'so far' : `since ${formatMinute(new Date(since))}`;
  return (
    <section class="card tile" aria-label={title}>
      <header class="tile-head">
        <div>
          <h2>{title}</h2>
          <p class="muted small">{text}</p>
        </div>
        {keys.length > 1 && (
          <select aria-label={`${title}: key`} value={key} onChange={(event) => choose(event.currentTarget.value)}>
            {keys.slice(0, 50).map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        )}
      </header>
      <p class="tile-figure">
        <output aria-label={`${title} ${span}`}>{formatFigure(total, currency)}</output> {currency === null && key}
        <span class="muted small"> {span}</span>
      </p>
      <ErrorNote error={error} />
      <BarChart
        label={`${title} per minute`}
        bars={bars}
        height={160}
        places={MINUTES}
        upTo={minute / 1_000}
        currency={currency}
      />
      <Link class="small" href={hrefOf('streams', stream.id)}>
        Stream {stream.id}
      </Link>
    </section>
  );
}
