import { useMemo, useState } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note';
import { shownNumber } from '../ui/format';
import { Link } from '../ui/link';
import { hrefOf } from '../ui/router';
import { BarChart } from '../windows/bar-chart';
import { barsOf, keysOf } from '../windows/bars';
import { useWindows } from '../windows/use-windows';
import type { ReadyMade } from './ready-made-streams';

const HOUR_SECONDS = 3_600;

/** One figure by the minute: the last hour together, and each minute as a bar. */
export function StreamTile({ title, text, aggregate, definition }: ReadyMade) {
  const { windows, error } = useWindows(definition.id);
  const keys = useMemo(() => keysOf(windows), [windows]);
  const [chosen, choose] = useState<string>();
  const key = chosen ?? keys[0] ?? '';
  const bars = useMemo(() => barsOf(windows, key, aggregate, 60), [windows, key, aggregate]);
  const now = Math.floor(Date.now() / 60_000) * 60;
  const since = now - HOUR_SECONDS;
  const total = bars.filter(({ at }) => at >= since).reduce((sum, { value }) => sum + (value ?? 0), 0);
  const unit = definition.keys ? key : '';
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
        <output aria-label={`${title} in the last hour`}>{shownNumber(total)}</output> {unit}
        <span class="muted small"> in the last hour</span>
      </p>
      <ErrorNote error={error} />
      <BarChart label={`${title} by the minute`} bars={bars} height={150} places={60} upTo={now} />
      <Link class="small" href={hrefOf('streams', definition.id)}>
        All windows of {definition.id}
      </Link>
    </section>
  );
}
