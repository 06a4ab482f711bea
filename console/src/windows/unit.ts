import { formatAmount, formatCompactAmount, formatCompactNumber, formatNumber } from '../ui/format';

/** The parts of a stream's definition that determine the units of its figures. */
export interface UnitSource {
  readonly keys: readonly { readonly name: string; readonly expression: string }[];
  readonly derive: readonly { readonly name: string; readonly expression: string; readonly unit?: string | null }[];
  readonly aggregates: readonly {
    readonly name: string;
    readonly kind: string;
    readonly expression?: string | null;
  }[];
}

/** Aggregates that count, so that their figures have no unit. */
const COUNTING_KINDS: ReadonlySet<string> = new Set(['COUNT', 'DISTINCT', 'TOP']);
const MONEY_FIELDS: ReadonlySet<string> = new Set(['amount', 'unitPrice']);
const CURRENCY = /^[A-Z]{3}$/;

/**
 * Returns the currency of an aggregate's figures, according to a key of the window; null: a plain number.
 * @param keys the window's keys, in the order of the stream's keys
 */
export function currencyOf(stream: UnitSource, aggregate: string, keys: readonly (string | null)[]): string | null {
  const found = stream.aggregates.find(({ name }) => name === aggregate);
  if (found?.expression == null || COUNTING_KINDS.has(found.kind) || !isMoney(stream, found.expression)) return null;
  const currency = keys[stream.keys.findIndex(({ expression }) => /\bevent\.currency\b/.test(expression))];
  return currency != null && CURRENCY.test(currency) ? currency : null;
}

/** Returns whether an expression refers to amounts of money, directly or through derived fields. */
function isMoney({ derive }: UnitSource, expression: string, seen: readonly string[] = []): boolean {
  const names = [...expression.matchAll(/\bevent\.(\w+)/g)].map(([, name = '']) => name);
  return names.some((name) => {
    if (MONEY_FIELDS.has(name)) return true;
    const derived = derive.find((one) => one.name === name);
    // A field converted by rates has the unit of the rates, which no key names.
    if (derived === undefined || derived.unit != null || seen.includes(name)) return false;
    return isMoney({ keys: [], aggregates: [], derive }, derived.expression, [...seen, name]);
  });
}

/** Formats a figure with its currency: `€1,234.50`. */
export const formatFigure = (value: number, currency: string | null): string =>
  currency === null ? formatNumber(value) : formatAmount(value, currency);

/** Formats a figure in few characters: `€1.2K`. */
export const formatCompactFigure = (value: number, currency: string | null): string =>
  currency === null ? formatCompactNumber(value) : formatCompactAmount(value, currency);
