interface Props {
  /** Oldest first. */
  readonly values: readonly number[];
  readonly label: string;
  /** Whether the last value is not final: the line to it is dashed. */
  readonly isRunning?: boolean;
}

const [WIDTH, HEIGHT] = [120, 28];

/** Shows how a number has changed, as a small line from its minimum to its maximum. */
export function Sparkline({ values, label, isRunning = false }: Props) {
  if (values.length < 2) return null;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const points = values.map((value, place) => {
    const x = (place / (values.length - 1)) * WIDTH;
    const y = high === low ? HEIGHT / 2 : HEIGHT - 2 - ((value - low) / (high - low)) * (HEIGHT - 4);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <polyline points={points.slice(0, isRunning ? -1 : undefined).join(' ')} />
      {isRunning && <polyline class="running" points={points.slice(-2).join(' ')} />}
    </svg>
  );
}
