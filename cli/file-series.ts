import { dailySeries, type Piece } from '../src/forecasting/day-series';
import { lineReader, type ShopFormat } from '../src/imports/formats';
import { readLines } from '../src/imports/lines';
import type { Day } from '../src/learn/calendar-terms';
import type { DailySeries } from '../src/learn/demand-forecast';

/** No time zone's day begins within a quarter of an hour. Finding the day of each line would be most of the work. */
const QUARTER_MS = 900_000;

/** Values by quarter of an hour. */
class Quarters {
  private readonly pieces = new Map<number, { start: Date; value: number }>();

  add(occurredAt: number, value: number): void {
    const quarter = Math.floor(occurredAt / QUARTER_MS);
    const known = this.pieces.get(quarter);
    if (known) known.value += value;
    else this.pieces.set(quarter, { start: new Date(quarter * QUARTER_MS), value });
  }

  get all(): readonly Piece[] {
    return [...this.pieces.values()];
  }
}

/**
 * Daily series of a file of events: `revenue` (purchases less returns, those with a price), `orders` (the part of the
 * purchases' ids before the first colon) and the units of the `products` that sold the most, by their ids. All end on the
 * same day; each begins on the first day on which it is not 0.
 * @throws Error for a file without purchases with prices
 */
export async function seriesOfFile(
  file: string,
  format: ShopFormat,
  dayOf: (at: Date) => Day,
  products: number,
): Promise<Map<string, DailySeries>> {
  const reader = lineReader('events', format);
  const [revenue, orders] = [new Quarters(), new Quarters()];
  const units = new Map<string, { readonly quarters: Quarters; total: number }>();
  const knownOrders = new Set<string>();
  for await (const texts of readLines(file)) {
    for (const text of texts) {
      const read = reader.read(text);
      if (read === undefined || !('event' in read) || read.event.unitPrice === undefined) continue;
      const { id, type, unitPrice, quantity, occurredAt, productId } = read.event;
      if (type !== 'PURCHASE' && type !== 'RETURN') continue;
      const signed = type === 'PURCHASE' ? quantity : -quantity;
      revenue.add(occurredAt, Number(unitPrice) * signed);
      const [order] = id.split(':');
      if (type === 'PURCHASE' && !knownOrders.has(order)) {
        knownOrders.add(order);
        orders.add(occurredAt, 1);
      }
      if (productId === undefined) continue;
      const known = units.get(productId) ?? { quarters: new Quarters(), total: 0 };
      units.set(productId, known);
      known.quarters.add(occurredAt, signed);
      known.total += signed;
    }
  }
  const best = [...units].sort(([, a], [, b]) => b.total - a.total).slice(0, products);
  const found = new Map<string, DailySeries>();
  const whole = dailySeries(revenue.all, dayOf);
  if (whole === undefined) throw new Error(`${file} holds no ${format} line with a purchase and its price`);
  const end = whole.first + whole.values.length;
  found.set('revenue', whole);
  const others = [['orders', orders] as const, ...best.map(([id, { quarters }]) => [id, quarters] as const)];
  for (const [name, { all }] of others) {
    const series = dailySeries(all, dayOf);
    if (series) found.set(name, upTo(series, end));
  }
  return found;
}

function upTo({ first, values }: DailySeries, end: Day): DailySeries {
  return { first, values: Array.from({ length: end - first }, (_, n) => values[n] ?? 0) };
}
