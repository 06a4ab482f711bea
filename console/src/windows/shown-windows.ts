import type { ResultOf } from '@freshet/client';
import { markOf, type Mark } from './window-mark';
import type { WindowFields } from './window-documents';

export type StreamWindowData = ResultOf<typeof WindowFields>;

export interface ShownWindow {
  readonly window: StreamWindowData;
  readonly mark: Mark;
  readonly at: number;
}

/** The newest windows of a stream, by their place. */
export type ShownWindows = ReadonlyMap<string, ShownWindow>;

const MOST = 2_000;

export const placeOf = ({ start, key }: StreamWindowData): string => `${start} ${key}`;

/** With one that has come, or without one that exists no more. The oldest go where there are too many. */
export function withWindow(
  shown: ShownWindows,
  { isRemoved, ...window }: StreamWindowData & { readonly isRemoved: boolean },
  now: number,
  since: number,
): ShownWindows {
  if (isRemoved) {
    const left = new Map(shown);
    left.delete(placeOf(window));
    return left;
  }
  const before = shown.get(placeOf(window));
  const next = new Map(shown).set(placeOf(window), { window, mark: markOf(window, before, now, since), at: now });
  if (next.size > MOST) {
    const oldest = [...next.keys()].sort()[0];
    next.delete(oldest);
  }
  return next;
}

/** What one aggregate says, as a number: of quantiles the middle one, of top lists the first. */
export function figureOf({ values }: StreamWindowData, aggregate: string): number | null {
  const value = values.find(({ name }) => name === aggregate);
  if (value === undefined) return null;
  const { quantiles, top } = value;
  if (quantiles != null && quantiles.length > 0) return quantiles[Math.floor((quantiles.length - 1) / 2)].value;
  if (top != null && top.length > 0) return top[0].count;
  return value.number ?? (value.decimal === null ? null : Number(value.decimal));
}

/** The same as a text, whole. */
export function textOf({ values }: StreamWindowData, aggregate: string): string {
  const value = values.find(({ name }) => name === aggregate);
  if (value === undefined) return '–';
  if (value.overfull) return 'too many values';
  if (value.quantiles) return value.quantiles.map((q) => `p${q.quantile * 100}: ${q.value.toPrecision(4)}`).join(', ');
  if (value.top) return value.top.map((one) => `${one.value} (${one.count})`).join(', ');
  if (value.decimal !== null) return value.decimal;
  return value.number === null ? '–' : `≈ ${value.number.toPrecision(4)}`;
}
