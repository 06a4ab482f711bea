import fc from 'fast-check';
import { concernsOf, type Findings } from '../../../console/src/business/concerns';
import { columnsOf, ticksTo } from '../../../console/src/business/revenue-columns';
import { rangeOf } from '../../../console/src/business/spans';
import { formatAmount, formatMoney, formatShare, setTimeZone } from '../../../console/src/ui/format';

afterAll(() => setTimeZone('UTC'));

const dayIn = (timeZone: string, at: string | number) =>
  new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(new Date(at));

describe('the days of a span', () => {
  const EPOCH = Date.parse('2026-01-01T00:00:00Z');

  it('are whole days of the shop, also where clocks change', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Auckland', 'Asia/Kolkata'),
        fc.integer({ min: 0, max: 400 * 86_400_000 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 1 }),
        (zone, after, days, ago) => {
          setTimeZone(zone);
          const now = EPOCH + after;
          const { from, to } = rangeOf({ days, ago }, now);
          const today = Date.parse(dayIn(zone, now));
          expect(Date.parse(dayIn(zone, to))).toBe(today - ago * 86_400_000);
          expect(Date.parse(dayIn(zone, from))).toBe(today - (ago + days - 1) * 86_400_000);
        },
      ),
    );
  });
});

describe('the columns of the revenue chart', () => {
  const day = (from: string, amount: string) => ({
    ...{
      from,
      orders: 1,
      revenue: { amount },
      averageOrder: { amount },
      recommendations: { amount: '1.00' },
      search: { amount: '0.50' },
    },
  });
  const forecast = (from: string) => ({ from, value: 5, low: 2, high: 9 });

  it('join what was earned today with what is forecast, and append the coming days', () => {
    const columns = columnsOf(
      [day('2026-03-01T00:00:00Z', '7.00'), day('2026-03-02T00:00:00Z', '3.00')],
      [forecast('2026-03-02T00:00:00.000Z'), forecast('2026-03-03T00:00:00.000Z')],
      true,
    );
    expect(columns).toEqual([
      expect.objectContaining({ earned: { revenue: 7, recommendations: 1, search: 0.5 }, isRunning: false }),
      expect.objectContaining({ earned: { revenue: 3, recommendations: 1, search: 0.5 }, isRunning: true }),
      expect.objectContaining({ earned: undefined, isRunning: false }),
    ]);
    expect(columns.map(({ forecast: band }) => band?.high)).toEqual([undefined, 9, 9]);
  });

  it('have an axis of few round values that reaches the largest', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e12, noNaN: true }), (max) => {
        const ticks = ticksTo(max);
        expect(ticks[0]).toBe(0);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
        expect(ticks.length).toBeLessThanOrEqual(6);
      }),
    );
    expect(ticksTo(2_300)).toEqual([0, 1_000, 2_000, 3_000]);
    expect(ticksTo(0)).toEqual([0, 1]);
  });
});

describe('what needs attention', () => {
  const NOW = Date.parse('2026-03-02T12:00:00Z');
  const nothing: Findings = {
    ...{ now: NOW, isBehind: false, currency: 'EUR', unusualDays: [], searches: [] },
    alerts: [{ state: 'PENDING', ruleId: 'slow', key: '' }],
    troubles: {
      models: [{ kind: 'BLEND', active: { number: 3 }, versions: { nodes: [{ number: 3, verdict: 'PROMOTED' }] } }],
      // Two days ago.
      rejectedEvents: { nodes: [{ rejectedAt: '2026-02-28T12:00:00Z' }] },
    },
  };

  it('is nothing while all is as it should be', () => {
    expect(concernsOf(nothing)).toEqual([]);
  });

  it('is said in sentences with a link each, the most urgent first', () => {
    const concerns = concernsOf({
      ...nothing,
      isBehind: true,
      alerts: [{ state: 'FIRING', ruleId: 'orders', key: 'EUR' }],
      troubles: {
        models: [{ kind: 'BLEND', active: { number: 3 }, versions: { nodes: [{ number: 4, verdict: 'REFUSED' }] } }],
        rejectedEvents: { nodes: [{ rejectedAt: '2026-03-02T11:00:00Z' }, { rejectedAt: '2026-03-01T11:00:00Z' }] },
      },
      unusualDays: [
        { start: '2026-03-01T00:00:00Z', value: 10, expected: 1_234.5 },
        { start: '2026-03-01T00:00:00Z', value: 10, expected: 0 },
      ],
      searches: [{ query: 'espreso', searches: 9, withoutResults: 8 }],
    });
    expect(concerns.map(({ text, link, path }) => [text, link, path.join('/')])).toEqual([
      ['The alert orders (EUR) is firing.', 'See the alerts', 'alerts'],
      ['The figures are behind: some events or imports are not counted yet.', 'See the system', 'system'],
      [
        'Yesterday’s revenue was unusually low: €1,234.50 is usual on this day of the week.',
        ...['See the days', 'streams/sales-by-day'],
      ],
      ['One event was rejected in the last day.', 'See why', 'rejected'],
      [
        'Version 4 of the model Blend was not good enough and is not used; version 3 still is.',
        ...['See the model', 'models'],
      ],
      ['“espreso” was searched for 8 times in 7 days, and nothing was found.', ...['Make a synonym', 'search-reports']],
    ]);
  });
});

describe('money and percentages', () => {
  it('have the digits of the currency, and never lack the currency', () => {
    expect(formatMoney({ amount: '28774.56', currency: 'EUR' })).toBe('€28,774.56');
    expect(formatMoney({ amount: '-1200', currency: 'JPY' })).toBe('-¥1,200');
    expect(formatMoney({ amount: '1.5', currency: 'CHF' })).toBe('CHF\u00a01.50');
    expect(formatMoney(null)).toBe('–');
    // Beyond the precision of numbers.
    expect(formatAmount('90071992547409931.07', 'EUR')).toBe('€90,071,992,547,409,931.07');
    expect(formatAmount('12.5', '-')).toBe('12.5 without a currency');
    expect([formatShare(0.123), formatShare(0.1234, 1), formatShare(12.5)]).toEqual(['12 %', '12.3 %', '1,250 %']);
  });
});
