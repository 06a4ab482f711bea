import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { clock, shownNumber } from '../ui/format';
import { THEME_CHANGED } from '../ui/theme';
import { chartData, chartOptions } from './bar-chart-options';
import type { Bar } from './bars';

interface Props {
  readonly label: string;
  readonly bars: readonly Bar[];
  readonly height?: number;
}

const SYSTEM_THEME = '(prefers-color-scheme: dark)';

/** Windows over time. What it shows is also in a table below it, wherever it is used. */
export function BarChart({ label, bars, height = 180 }: Props) {
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
        chartOptions(element.clientWidth, height, setHovered),
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
  }, [height]);
  useEffect(() => plot.current?.setData(chartData(bars)), [bars]);

  const bar = hovered === null ? bars.at(-1) : bars[hovered];
  return (
    <figure class="chart">
      <div ref={place} role="img" aria-label={`${label}: ${bars.length} windows. The table has the same figures.`} />
      <figcaption>
        {bar === undefined
          ? 'No windows yet.'
          : `${clock(new Date(bar.at * 1000))} · ${bar.value === null ? '–' : shownNumber(bar.value)} · ${bar.mark}`}
      </figcaption>
    </figure>
  );
}
