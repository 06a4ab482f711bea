import type { ComponentChildren } from 'preact';
import { formatMoney, formatShare } from '../ui/format';
import { Sparkline } from '../ui/sparkline';
import type { Currency } from './business-report';

interface ChangeProps {
  /** The relative change; null: there is nothing to compare with, or it was 0. */
  readonly change: number | null | undefined;
  /** The figure before, as text; null: none. */
  readonly before: string | null;
  /** Whether much of the span is to come: less than before is neither good nor bad yet. */
  readonly isEarly: boolean;
}

/** Shows a change by an arrow and a percentage, and says it to screen readers. */
function Change({ change, before, isEarly }: ChangeProps) {
  if (before === null) return null;
  const direction = change == null || Math.abs(change) < 0.0005 ? 'flat' : change > 0 ? 'up' : 'down';
  const percent = change == null ? '' : formatShare(Math.abs(change), Math.abs(change) < 0.1 ? 1 : 0);
  const { arrow, words } = {
    up: { arrow: '▲', words: 'up by' },
    down: { arrow: '▼', words: 'down by' },
    flat: { arrow: '', words: '' },
  }[direction];
  return (
    <p class="small">
      {direction !== 'flat' && (
        <b class={`change ${isEarly ? '' : direction}`}>
          <span aria-hidden="true">{arrow} </span>
          <span class="visually-hidden">{words} </span>
          {percent}
        </b>
      )}
      <span class="muted">{direction === 'flat' ? `before: ${before}` : ` from ${before}`}</span>
    </p>
  );
}

interface Props extends ChangeProps {
  readonly title: string;
  readonly value: string;
  readonly values: readonly number[];
  /** Whether the last value is not final. */
  readonly isRunning: boolean;
  readonly children?: ComponentChildren;
}

/** A card with a figure, its change, and its last days as a line. */
export function FigureCard({ title, value, values, isRunning, children, ...change }: Props) {
  return (
    <section class="card figure-card" aria-label={title}>
      <h2>{title}</h2>
      <p class="figure-value">{value}</p>
      <Change {...change} />
      {children}
      <Sparkline values={values} label={`${title} of the last ${values.length} days`} isRunning={isRunning} />
    </section>
  );
}

type MoneyFigure = Currency['revenue'];

interface MoneyProps {
  readonly title: string;
  readonly figure: MoneyFigure | null | undefined;
  readonly values: readonly number[];
  readonly isRunning: boolean;
  readonly isEarly: boolean;
  readonly children?: ComponentChildren;
}

export function MoneyCard({ figure, ...rest }: MoneyProps) {
  return (
    <FigureCard
      {...rest}
      value={formatMoney(figure?.value ?? null)}
      change={figure?.change}
      before={figure?.before ? formatMoney(figure.before) : null}
    />
  );
}
