import { formatDateTime, formatNumber } from '../ui/format';

/** Shows the values that a condition was evaluated on: `p99 1.2 · count 40`. */
export function Observed({ observed }: { readonly observed: Readonly<Record<string, unknown>> }) {
  const figures = Object.entries(observed);
  if (figures.length === 0) return <>–</>;
  return (
    <span class="observed">
      {figures.map(([name, value]) => (
        <span key={name}>
          <code>{name}</code> {shown(name, value)}
        </span>
      ))}
    </span>
  );
}

function shown(name: string, value: unknown): string {
  if (typeof value === 'number') return formatNumber(Math.abs(value) < 1 ? Number(value.toPrecision(3)) : value);
  if ((name === 'start' || name === 'end') && typeof value === 'string') return formatDateTime(value);
  return String(value);
}
