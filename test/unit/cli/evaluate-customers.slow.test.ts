import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { runEvaluateCustomers } from '../../../cli/evaluate-customers';
import { UsageError } from '../../../cli/usage-error';
import type { PurchaseLine } from '../../../src/features/purchase-summary';
import { folderOfTests, printedByTests } from '../../setup/printed';
import { syntheticPurchases } from '../customers/value/synthetic-purchases';

const DAYS = 400;

describe('evaluate-customers', () => {
  const folder = folderOfTests('evaluate-customers');
  const fileOf = (name: string): string => path.join(folder, name);
  const [csv, jsonl, events] = [fileOf('orders.csv.gz'), fileOf('orders.jsonl'), fileOf('events.jsonl')];
  const printed = printedByTests();

  beforeAll(() => {
    const customers = syntheticPurchases(700, DAYS, 5);
    const each = (write: (line: PurchaseLine, customer: number) => string): string =>
      customers.flatMap((lines, customer) => lines.map((line) => write(line, customer))).join('\n');
    const amountOf = ({ units, unitPrice, isReturn }: PurchaseLine) =>
      ((isReturn ? -1 : 1) * units * unitPrice).toFixed(2);
    const timeOf = ({ at }: PurchaseLine) => new Date(at).toISOString();
    const rows = each((line, customer) => `${line.orderKey}-${customer},${customer},${timeOf(line)},${amountOf(line)}`);
    writeFileSync(csv, gzipSync(`order,customer,date,amount\r\n${rows}\r\nbroken,1,never,5\r\n`));
    const money = ({ unitPrice }: PurchaseLine) => ({ amount: unitPrice.toFixed(2), currency: 'EUR' });
    writeFileSync(
      jsonl,
      each((line, customer) =>
        JSON.stringify({
          id: `${line.orderKey}-${customer}`,
          kind: line.isReturn ? 'RETURN' : 'SALE',
          customerId: String(customer),
          placedAt: timeOf(line),
          lines: [{ id: '1', productId: line.productId, quantity: line.units, unitPrice: money(line) }],
        }),
      ),
    );
    writeFileSync(
      events,
      each((line, customer) =>
        JSON.stringify({
          type: line.isReturn ? 'RETURN' : 'PURCHASE',
          customerId: String(customer),
          occurredAt: timeOf(line),
          productId: line.productId,
          quantity: line.units,
          unitPrice: money(line),
        }),
      ),
    );
  });

  it('prints tables of value and churn, and its progress and skipped lines on standard error', async () => {
    await runEvaluateCustomers([csv]);
    expect(printed.output).toMatch(
      /^orders.csv.gz, cut 2025-11-\d\d, horizon 90 days, seed 1\n\n(Segments of|No segments)/,
    );
    expect(printed.output).toMatch(/\n\nValue of \d+ customers: /);
    const models = printed.output.split('\n').map((row) => row.trim().split(' ')[0]);
    for (const model of ['freshet', 'bg-nbd-gamma-gamma', 'last-period', 'zero', 'recency-by-gap', 'base-rate'])
      expect(models).toContain(model);
    expect(printed.errors).toMatch(
      /^\d+ lines of 700 customers, 1 line skipped\n {2}line \d+: the date can't be read; got "never"\n/,
    );
    expect(printed.errors).toContain('fitting value and churn\n');
  });

  it('prints JSON, which is the same for the same seed', async () => {
    await runEvaluateCustomers([csv, '--cut', '2025-10-20', '--horizon', '60', '--seed', '3', '--json']);
    const report = JSON.parse(printed.output);
    expect(report).toMatchObject({ dataset: 'orders.csv.gz', cut: '2025-10-20', horizonDays: 60, seed: 3, level: 0.8 });
    const [freshet, , lastPeriod, zero] = report.value;
    expect(freshet.rmse).toBeLessThan(Math.min(lastPeriod.rmse, zero.rmse));
    expect(freshet.coverage).toBeGreaterThan(0.7);
    expect(zero).toMatchObject({ model: 'zero', rankCorrelation: null, topDecileLift: expect.closeTo(1, 9) });
    expect(report.churn[0].auc).toBeGreaterThan(report.churn[1].auc);
    expect(report.differences.map(({ loss }: { loss: string }) => loss)).toEqual([
      'squared error of value',
      'Brier score of churn',
    ]);
    const first = printed.output;
    printed.output = '';
    await runEvaluateCustomers([csv, '--cut', '2025-10-20', '--horizon', '60', '--seed', '3', '--json']);
    expect(printed.output).toBe(first);
  });

  it('reads JSON lines of orders and of events as it reads CSV', async () => {
    const scores: unknown[] = [];
    for (const args of [[csv], [jsonl, '--format', 'jsonl'], [events, '--format', 'jsonl']]) {
      printed.output = '';
      await runEvaluateCustomers([...args, '--json']);
      const { value, churn } = JSON.parse(printed.output);
      const rounded = (score: number) => Math.round(score * 100) / 100;
      scores.push([value.map((row: { rmse: number }) => rounded(row.rmse)), rounded(churn[0].brier)]);
    }
    expect(scores[1]).toEqual(scores[2]);
    expect((scores[0] as number[][])[0].slice(2)).toEqual((scores[1] as number[][])[0].slice(2));
  });

  it.each([
    [[], 'needs exactly one FILE'],
    [['nowhere.csv'], 'the file nowhere.csv does not exist'],
    [[csv, '--horizon', '0'], '--horizon must be a whole number from 1 to 365; got 0'],
    [[csv, '--seed', 'x'], '--seed must be a whole number; got x'],
    [[csv, '--cut', '2025-13-01'], '--cut must be a day like 2011-11-09; got 2025-13-01'],
    [[csv, '--format', 'xlsx'], '--format must be one of csv, jsonl, online-retail; got xlsx'],
    [[csv, '--format', 'jsonl', '--columns', 'a'], '--columns can only be used with --format csv'],
  ])('refuses %j', async (args, message) => {
    await expect(runEvaluateCustomers(args)).rejects.toThrow(UsageError);
    await expect(runEvaluateCustomers(args)).rejects.toThrow(message);
  });

  it.each([
    ['2024-12-01', /^there are no orders before the cut 2024-12-01 to fit on: the file's lines are from 2025-01-01 to/],
    ['2026-01-20', /^the 90 days from the cut 2026-01-20 end after the file: .*; the latest cut is 2025-11-\d\d$/],
    ['2025-03-01', /^the orders before the cut span less than two horizons of 90 days/],
  ])('refuses the cut %s', async (cut, message) => {
    await expect(runEvaluateCustomers([csv, '--cut', cut])).rejects.toThrow(message);
  });

  it('names the file and the fault of a file that it cannot use', async () => {
    writeFileSync(fileOf('bad.csv'), 'customer,date,amount\nc1,never,5\n');
    await expect(runEvaluateCustomers([fileOf('bad.csv')])).rejects.toThrow(
      'bad.csv has no usable csv line (line 2: the date can\'t be read; got "never")',
    );
    writeFileSync(fileOf('empty.csv'), '');
    await expect(runEvaluateCustomers([fileOf('empty.csv')])).rejects.toThrow('(it is empty)');
    writeFileSync(fileOf('other.csv'), 'a,b,c,d\n1,2,3,4\n');
    await expect(runEvaluateCustomers([fileOf('other.csv')])).rejects.toThrow(
      'the first line has no column for customer',
    );
    writeFileSync(fileOf('small.csv'), 'c1,2024-01-01,5\nc1,2024-12-31,5\n');
    await expect(runEvaluateCustomers([fileOf('small.csv')])).rejects.toThrow(
      "value can't be fitted: 0 customers bought and 1 customers did not buy",
    );
  });
});
