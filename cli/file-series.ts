import { dailySeries, type DatedValue } from '../src/forecasting/day-series';
import { createLineReader, type ShopFormat } from '../src/imports/formats';
import { readLines } from '../src/imports/lines';
import type { Day } from '../src/learn/calendar-terms';
import type { DailySeries } from '../src/learn/demand-forecast';

/**
 * Values are first added up by quarter of an hour, because finding the calendar day of every line would take most of
 * the running time. The daily sums stay exact, because days begin on a quarter of an hour in every time zone.
 */
const QUARTER_MS = 900_000;

class QuarterHourSums {
  private readonly sums = new Map<number, { start: Date; value: number }>();

  add(occurredAt: number, value: number): void {
    const quarter = Math.floor(occurredAt / QUARTER_MS);
    const known = this.sums.get(quarter);
    if (known) known.value += value;
    else this.sums.set(quarter, { start: new Date(quarter * QUARTER_MS), value });
  }

  get all(): readonly DatedValue[] {
    return [...this.sums.values()];
  }
}

/**
 * Returns daily series of a file of events by their names. Only lines with a price count. `revenue` is purchases minus
 * returns. `orders` is the number of orders; the id of an order is the part of a purchase's id before the first colon.
 * The other series are the units sold (minus returns) of the `productCount` best-selling products, by product id. A
 * series begins on its first day with a line. All series end on the same day.
 * @throws Error if the file has no purchase with a price
 */
export async function readDailySeries(
  file: string,
  format: ShopFormat,
  dayOf: (at: Date) => Day,
  productCount: number,
): Promise<Map<string, DailySeries>> {
  const reader = createLineReader('events', format);
  const [revenue, orders] = [new QuarterHourSums(), new QuarterHourSums()];
  const units = new Map<string, { readonly quarters: QuarterHourSums; total: number }>();
  const knownOrders = new Set<string>();
  for await (const texts of readLines(file)) {
    for (const text of texts) {
      const line = reader.read(text);
      if (line === undefined || !('event' in line) || line.event.unitPrice === undefined) continue;
      const { id, type, unitPrice, quantity, occurredAt, productId } = line.event;
      if (type !== 'PURCHASE' && type !== 'RETURN') continue;
      const signedQuantity = type === 'PURCHASE' ? quantity : -quantity;
      revenue.add(occurredAt, Number(unitPrice) * signedQuantity);
      const [order = ''] = id.split(':');
      if (type === 'PURCHASE' && !knownOrders.has(order)) {
        knownOrders.add(order);
        orders.add(occurredAt, 1);
      }
      if (productId === undefined) continue;
      const known = units.get(productId) ?? { quarters: new QuarterHourSums(), total: 0 };
      units.set(productId, known);
      known.quarters.add(occurredAt, signedQuantity);
      known.total += signedQuantity;
    }
  }
  const bestSellers = [...units].sort(([, a], [, b]) => b.total - a.total).slice(0, productCount);
  const seriesByName = new Map<string, DailySeries>();
  const revenueSeries = dailySeries(revenue.all, dayOf);
  if (revenueSeries === undefined) throw new Error(`${file} has no ${format} line with a purchase and its price`);
  const end = revenueSeries.first + revenueSeries.values.length;
  seriesByName.set('revenue', revenueSeries);
  const others = [['orders', orders] as const, ...bestSellers.map(([id, { quarters }]) => [id, quarters] as const)];
  for (const [name, { all }] of others) {
    const series = dailySeries(all, dayOf);
    if (series) seriesByName.set(name, extendTo(series, end));
  }
  return seriesByName;
}

function extendTo({ first, values }: DailySeries, end: Day): DailySeries {
  return { first, values: Array.from({ length: end - first }, (_, n) => values[n] ?? 0) };
}
