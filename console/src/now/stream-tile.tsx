import { useMemo, useState } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note';
import { shownNumber } from '../ui/format';
import { Link } from '../ui/link';
import { hrefOf } from '../ui/router';
import { BarChart } from '../windows/bar-chart';
import { barsAcross, barsOf, keysOf } from '../windows/bars';
import { useWindows } from '../windows/use-windows';
import type { TileSource } from './ready-made-streams';

const HOUR_SECONDS = 3_600;

/** One figure by the minute: the last hour together, and each minute as a bar. */
export function StreamTile({ title, text, aggregate, stream, isAcrossKeys }: TileSource) {
  const { windows, error } = useWindows(stream);
  const keys = useMemo(() => (isAcrossKeys ? [] : keysOf(windows)), [windows, isAcrossKeys]);
  const [chosen, choose] = useState<string>();
  const key = chosen ?? keys[0] ?? '';
  const bars = useMemo(
    () => (isAcrossKeys ? barsAcross(windows, aggregate, 60) : barsOf(windows, key, aggregate, 60)),
    [windows, isAcrossKeys, key, aggregate],
  );
  const now = Math.floor(Date.now() / 60_000) * 60;
  const since = now - HOUR_SECONDS;
  const total = bars.filter(({ at }) => at >= since).reduce((sum, { value }) => sum + (value ?? 0), 0);
  return (
    <section class="card tile" aria-label={title}>
      <header class="tile-head">
        <div>
          <h2>{title}</h2>
          <p class="muted small">{text}</p>
        </div>
        {keys.length > 1 && (
          <select aria-label={`${title}: of what`} value={key} onChange={(event) => choose(event.currentTarget.value)}>
            {keys.slice(0, 50).map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        )}
      </header>
      <p class="tile-figure">
        <output aria-label={`${title} in the last hour`}>{shownNumber(total)}</output> {key}
        <span class="muted small"> in the last hour</span>
      </p>
      <ErrorNote error={error} />
      <BarChart label={`${title} by the minute`} bars={bars} height={150} places={60} upTo={now} />
      <Link class="small" href={hrefOf('streams', stream)}>
        All windows of {stream}
      </Link>
    </section>
  );
}
