import { compactNumber, shownNumber } from '../ui/format';

/** What a stream's definition tells of the unit of its figures. */
export interface UnitSource {
  readonly keys: readonly { readonly name: string; readonly expression: string }[];
  readonly derive: readonly { readonly name: string; readonly expression: string; readonly unit?: string | null }[];
  readonly aggregates: readonly {
    readonly name: string;
    readonly kind: string;
    readonly expression?: string | null;
  }[];
}

/** Those that count, whatever their expression is about. */
const COUNTS: ReadonlySet<string> = new Set(['COUNT', 'DISTINCT', 'TOP']);
const MONEY: ReadonlySet<string> = new Set(['amount', 'unitPrice']);
const CURRENCY = /^[A-Z]{3}$/;

/**
 * The currency of an aggregate's figures, as a key of the stream names it; null: a bare number.
 * @param keys of the window, in the order of the stream's keys
 */
export function currencyOf(stream: UnitSource, aggregate: string, keys: readonly (string | null)[]): string | null {
  const found = stream.aggregates.find(({ name }) => name === aggregate);
  if (found?.expression == null || COUNTS.has(found.kind) || !isMoney(stream, found.expression)) return null;
  const currency = keys[stream.keys.findIndex(({ expression }) => /\bevent\.currency\b/.test(expression))];
  return currency != null && CURRENCY.test(currency) ? currency : null;
}

/** Whether an expression is about money, derived fields by what they are derived from. */
function isMoney({ derive }: UnitSource, expression: string, seen: readonly string[] = []): boolean {
  const names = [...expression.matchAll(/\bevent\.(\w+)/g)].map(([, name]) => name);
  return names.some((name) => {
    if (MONEY.has(name)) return true;
    const derived = derive.find((one) => one.name === name);
    // What is converted by rates is in the unit of the rates, which no field names.
    if (derived === undefined || derived.unit != null || seen.includes(name)) return false;
    return isMoney({ keys: [], aggregates: [], derive }, derived.expression, [...seen, name]);
  });
}

const money = (currency: string, more: Intl.NumberFormatOptions = {}) =>
  new Intl.NumberFormat('en', { style: 'currency', currency, ...more });

/** A figure in its currency: `€1,234.50`. */
export const shownFigure = (value: number, currency: string | null): string =>
  currency === null ? shownNumber(value) : money(currency).format(value);

/** For a place of few characters: `€1.2K`. */
export const compactFigure = (value: number, currency: string | null): string =>
  currency === null
    ? compactNumber(value)
    : money(currency, { notation: 'compact', minimumFractionDigits: 0, maximumFractionDigits: 1 }).format(value);
