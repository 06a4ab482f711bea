import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand } from '../../setup/command';

const DAY_MS = 86_400_000;
/** A Monday. */
const START = Date.parse('2026-01-05T12:00:00Z');

/** The units of a product that were sold on each day, at 1 EUR each. */
type Sales = readonly { readonly productId: string; readonly of: (day: number) => number; readonly days: number }[];

describe('freshet forecast', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'freshet-forecast-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  const forecast = async (sales: Sales, ...args: string[]) => {
    const file = path.join(folder, 'events.jsonl');
    const events = sales.flatMap(({ productId, of, days }) =>
      Array.from({ length: days }, (_, day) => day)
        .filter((day) => of(day) > 0)
        .map((day) => ({
          ...{ source: 'ORDERS', id: `${productId}-${day}:1`, type: 'PURCHASE', customerId: 'alice', productId },
          ...{ quantity: of(day), unitPrice: { amount: '1.00', currency: 'EUR' } },
          occurredAt: new Date(START + day * DAY_MS).toISOString(),
        })),
    );
    await writeFile(file, events.map((event) => JSON.stringify(event)).join('\n'));
    // The command reads only the file: there is no shop.
    const shop = { databaseUrl: '', redisUrl: '', namespace: 'none' } as Parameters<typeof runCommand>[0];
    const { code, output, errors } = await runCommand(shop, ['forecast', file, ...args]);
    expect([code, errors]).toEqual([0, '']);
    expect(output).not.toMatch(/NaN|Infinity|null/);
    return output;
  };
  const weekly = (day: number) => [3, 50, 7, 90, 20, 60, 11][day % 7];
  const exceptSundays = (day: number) => (day % 7 === 6 ? 0 : weekly(day));

  it('reports which model was chosen, also if it is seasonal naive', async () => {
    const sales = [{ productId: 'mug', of: weekly, days: 140 }];
    const { rows } = JSON.parse(await forecast(sales, '--days', '14', '--json')) as { rows: object[] };
    const right = { model: 'seasonal-naive', mae: 0, rmse: 0, wape: 0 };
    expect(rows).toEqual([right, { ...right, chosen: true, inside: 1 }]);
  });

  it('leaves out the share inside the interval if no held-out day is an open weekday', async () => {
    // The last day is the first Sunday with a sale.
    const sales = [{ productId: 'mug', of: (day: number) => (day === 139 ? 40 : exceptSundays(day)), days: 140 }];
    const { rows } = JSON.parse(await forecast(sales, '--days', '1', '--json')) as { rows: object[] };
    expect(rows[1]).toEqual({ model: 'seasonal-naive', mae: 40, rmse: 40, wape: 1, chosen: true });
    await forecast(sales, '--days', '1');
  });

  it('evaluates with a best seller that is no longer sold, and leaves it out of means', async () => {
    const sales = [
      { productId: 'mug', of: exceptSundays, days: 140 },
      { productId: 'cup', of: (day: number) => 300 + (day % 5), days: 60 },
    ];
    interface Report {
      readonly series: readonly { readonly name: string; readonly wape?: number; readonly band: number[] }[];
      readonly wape: number;
    }
    const report = JSON.parse(await forecast(sales, '--days', '7', '--evaluate', '--json')) as Report;
    expect(report.series.map(({ name, wape }) => [name, typeof wape])).toEqual([
      ['revenue', 'number'],
      ['orders', 'number'],
      ['cup', 'undefined'],
      ['mug', 'number'],
    ]);
    const known = report.series.flatMap(({ wape }) => (wape === undefined ? [] : [wape]));
    expect(report.wape).toBeCloseTo(known.reduce((sum, wape) => sum + wape, 0) / 3, 12);
    await forecast(sales, '--days', '7', '--evaluate');
  });
});
