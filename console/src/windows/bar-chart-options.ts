import uPlot from 'uplot';
import { formatClock, formatDayOfMonth, formatMinute, formatYear, timeZone } from '../ui/format';
import { colourOf } from '../ui/theme';
import type { Bar } from './time-scale';
import { formatCompactFigure } from './unit';
import type { Mark } from './window-mark';

/** Marks in the order of their series in the chart's data, after the times. */
export const SERIES: readonly Mark[] = ['early', 'final', 'corrected'];

const DAY_SECONDS = 86_400;

export function chartData(bars: readonly Bar[]): uPlot.AlignedData {
  return [bars.map(({ at }) => at), ...SERIES.map((mark) => bars.map((bar) => (bar.mark === mark ? bar.value : null)))];
}

/** Returns the chart's options. Early bars are hollow and dashed, corrected ones have another colour and a diamond. */
export function chartOptions(
  width: number,
  height: number,
  currency: string | null,
  onHover: (index: number | null) => void,
): uPlot.Options {
  const muted = colourOf('muted');
  const line = colourOf('line');
  const accent = colourOf('accent');
  const corrected = colourOf('corrected');
  const paths = uPlot.paths.bars!({ size: [0.75, 28], align: 0, radius: 0.12 });
  const axis: uPlot.Axis = {
    stroke: muted,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  };
  return {
    width,
    height,
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), timeZone()),
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    padding: [14, 20, 0, 0],
    // Bars at the edges are drawn at full width.
    scales: {
      x: {
        range: (plot, from, to) => [from - 0.7 * minBarSpacing(plot), to + 0.7 * minBarSpacing(plot)],
      },
      y: { range: (_plot, from, to) => [Math.min(0, from * 1.12), to > 0 ? to * 1.12 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 44,
        values: (_plot, ticks, _axis, _space, step) => tickTexts(ticks, step),
      },
      { ...axis, size: 54, values: (_plot, ticks) => ticks.map((tick) => formatCompactFigure(tick, currency)) },
    ],
    series: [
      { value: (_plot, at) => formatClock(new Date(at * 1000)) },
      {
        label: 'early',
        paths,
        stroke: accent,
        dash: [3, 2],
        width: 1,
        fill: colourOf('accent-faint'),
        points: { show: false },
      },
      { label: 'final', paths, stroke: accent, width: 1, fill: accent, points: { show: false } },
      { label: 'corrected', paths, stroke: corrected, width: 1, fill: corrected, points: { show: false } },
    ],
    hooks: {
      draw: [(plot) => drawDiamonds(plot, corrected)],
      setCursor: [(plot) => onHover(plot.cursor.idx ?? null)],
    },
  };
}

/**
 * Returns tick labels: times or days. The first label, and each that starts a new day or year, names it in a second
 * line.
 */
function tickTexts(ticks: readonly number[], step: number): string[] {
  const [text, below] = step < DAY_SECONDS ? [formatMinute, formatDayOfMonth] : [formatDayOfMonth, formatYear];
  const dates = ticks.map((at) => new Date(at * 1000));
  return dates.map((date, index) => {
    const isNew = index === 0 || below(date) !== below(dates[index - 1]!);
    return isNew ? `${text(date)}\n${below(date)}` : text(date);
  });
}

function minBarSpacing({ data: [times] }: uPlot): number {
  return Math.min(...times.slice(1).map((at, index) => at - times[index]!));
}

function drawDiamonds(plot: uPlot, colour: string): void {
  const { ctx, data } = plot;
  const size = 4 * devicePixelRatio;
  ctx.save();
  ctx.fillStyle = colour;
  data[SERIES.indexOf('corrected') + 1]!.forEach((value, index) => {
    if (value == null) return;
    const x = plot.valToPos(data[0][index]!, 'x', true);
    const y = plot.valToPos(value, 'y', true) - 2 * size;
    ctx.beginPath();
    ctx.moveTo(x, y - size);
    ctx.lineTo(x + size, y);
    ctx.lineTo(x, y + size);
    ctx.lineTo(x - size, y);
    ctx.fill();
  });
  ctx.restore();
}
