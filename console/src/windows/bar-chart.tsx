import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { formatTimeRange } from '../ui/format';
import { THEME_CHANGED } from '../ui/theme';
import { chartData, chartOptions } from './bar-chart-options';
import { type Bar, fillGaps } from './time-scale';
import { formatFigure } from './unit';

interface Props {
  readonly label: string;
  readonly bars: readonly Bar[];
  readonly height?: number;
  /** Minimum number of bar positions. The last one is at `upTo`, in seconds since 1970, unless a window is later. */
  readonly places?: number;
  readonly upTo?: number;
  /** Currency of the figures; null or absent: plain numbers. */
  readonly currency?: string | null;
}

const SYSTEM_THEME = '(prefers-color-scheme: dark)';

/** Shows windows over time. The stream's table has the same figures. */
export function BarChart({ label, bars, height = 180, places, upTo, currency = null }: Props) {
  const scaled = useMemo(() => fillGaps(bars, places, upTo), [bars, places, upTo]);
  if (bars.length > 0) return <Plot label={label} bars={scaled} height={height} currency={currency} />;
  return (
    <p class="chart-empty" style={{ minHeight: `${height}px` }}>
      No window yet. A window appears with the first event.
    </p>
  );
}

interface PlotProps {
  readonly label: string;
  /** At least one. */
  readonly bars: readonly Bar[];
  readonly height: number;
  readonly currency: string | null;
}

function Plot({ label, bars, height, currency }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const [hovered, setHovered] = useState<number | null>(null);
  const shown = useRef(bars);
  shown.current = bars;

  useEffect(() => {
    const element = place.current!;
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(
        chartOptions(element.clientWidth, height, currency, setHovered),
        chartData(shown.current),
        element,
      );
    };
    draw();
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    const system = matchMedia(SYSTEM_THEME);
    system.addEventListener('change', draw);
    addEventListener(THEME_CHANGED, draw);
    return () => {
      resized.disconnect();
      system.removeEventListener('change', draw);
      removeEventListener(THEME_CHANGED, draw);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [height, currency]);
  useEffect(() => plot.current?.setData(chartData(bars)), [bars]);

  const bar =
    (hovered === null ? undefined : bars[hovered]) ?? bars.findLast(({ value }) => value !== null) ?? bars[0]!;
  return (
    <figure class="chart">
      <div ref={place} role="img" aria-label={`${label}: ${bars.length} windows. The table has the same figures.`} />
      <figcaption>
        {`${formatTimeRange(new Date(bar.at * 1000), new Date(bar.until * 1000))} · ${bar.value === null ? '–' : formatFigure(bar.value, currency)} · ${bar.mark}`}
      </figcaption>
    </figure>
  );
}
