import { AnomalyDetector } from '../../../src/forecasting/anomaly-detector.service';
import { dailySeries, dayOfText, dayFunctionFor, textOfDay } from '../../../src/forecasting/day-series';
import { Forecaster } from '../../../src/forecasting/forecaster.service';
import { StreamFigureReader } from '../../../src/forecasting/stream-figure-reader.service';
import type { StreamService } from '../../../src/streams/stream.service';
import type { WindowsQuery, WindowsService } from '../../../src/streams/windows.service';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday. */
const START = Date.parse('2026-01-05T00:00:00Z');
const FIGURE = { stream: 'orders', value: 'orders', key: 'EUR' };

/** A stream whose windows have `valueAt(start)`; none where that is 0. */
function figures(valueAt: (start: number) => number, timeZone = 'UTC'): StreamFigureReader {
  const stream = {
    keys: [{ name: 'currency' }],
    window: { timeZone },
    aggregates: [
      { name: 'orders', kind: 'COUNT' },
      { name: 'mean', kind: 'AVERAGE' },
    ],
  };
  const windows = ({ from, to, size }: WindowsQuery) => {
    const step = size === 'P1D' ? DAY : HOUR;
    const starts = Array.from({ length: Math.ceil((to - START) / step) }, (_, n) => START + n * step);
    const found = starts.filter((start) => start >= from && valueAt(start) !== 0);
    return found.map((start) => {
      const values = [{ name: 'orders', number: valueAt(start) }];
      return { start: new Date(start), end: new Date(start + step), values };
    });
  };
  return new StreamFigureReader(
    { stream: (id: string) => Promise.resolve(id === 'orders' ? stream : null) } as unknown as StreamService,
    { windows: (question: WindowsQuery) => Promise.resolve(windows(question)) } as unknown as WindowsService,
  );
}

describe('a daily series', () => {
  it('has the days of its time zone, 23 and 25 hours long ones too, and no gaps', () => {
    const dayOf = dayFunctionFor('Europe/Berlin');
    expect(textOfDay(dayOf(new Date('2026-03-28T22:59:59Z')))).toBe('2026-03-28');
    expect(textOfDay(dayOf(new Date('2026-03-28T23:00:00Z')))).toBe('2026-03-29');
    expect(textOfDay(dayOf(new Date('2026-03-29T22:00:00Z')))).toBe('2026-03-30');
    const pieces = [{ start: new Date('2026-03-31T22:00:00Z'), value: 2 }, { start: new Date('2026-03-28T23:00:00Z'), value: 1 }]; // prettier-ignore
    expect(dailySeries(pieces, dayOf)).toEqual({ first: dayOfText('2026-03-29'), values: [1, 0, 0, 2] });
    expect(dailySeries([], dayOf)).toBeUndefined();
  });

  it.each(['2026-02-30', '2026-2-3', 'Christmas', '', '2026-01-01T00:00:00Z'])('%p is no day', (text) => {
    expect(dayOfText(text)).toBeUndefined();
  });
});

describe('a forecast of a stream', () => {
  const weekly = (start: number) => ((start - START) / DAY) * 2 + 100 + ((start / DAY) % 7 < 1 ? 40 : 0);
  const now = () => START + 60 * DAY + 5 * HOUR;
  const forecasts = new Forecaster(figures(weekly), now);

  it('continues from the newest whole day', async () => {
    const { days } = await forecasts.forecast({ figure: FIGURE, days: 3 });
    expect(days.map(({ day }) => day)).toEqual(['2026-03-06', '2026-03-07', '2026-03-08']);
    days.forEach(({ value }, h) => expect(value).toBeCloseTo(weekly(START + (60 + h) * DAY), 6));
    expect(days[0].seasonalNaive).toBe(weekly(START + 53 * DAY));
  });

  it.each([
    [{ days: 0 }, /^days/],
    [{ level: 1 }, /^level/],
    [{ holidays: ['2026-02-30'] }, /^holidays\[0\]/],
    [{ figure: { ...FIGURE, value: 'mean' } }, /AVERAGE is not 0/],
    [{ figure: { ...FIGURE, value: 'none' } }, /no aggregate named "none"/],
    [{ figure: { ...FIGURE, key: null } }, /key is required/],
    [{ figure: { ...FIGURE, stream: 'no' } }, /stream "no" does not exist/],
    [{ until: new Date(START + 27 * DAY) }, /complete days of data; got 27/],
  ])('is refused for %j', async (wrong, message) => {
    await expect(forecasts.forecast({ figure: FIGURE, ...wrong })).rejects.toThrow(message);
  });
});

describe('anomalies of a stream', () => {
  const usual = (start: number) =>
    40 + 20 * Math.round(2 * Math.sin((start / DAY) * 2 * Math.PI)) + ((start / HOUR) % 5);
  const week = START + 8 * 7 * DAY;
  const input = { figure: FIGURE, from: new Date(week), to: new Date(week + 7 * DAY) };

  it('are the hours without orders, reported once they have ended', async () => {
    const out = [week + 30 * HOUR, week + 31 * HOUR, week + 50 * HOUR];
    const valueAt = (start: number) => (out.includes(start) ? 0 : usual(start));
    const found = (now: number) => new AnomalyDetector(figures(valueAt), () => now).detect(input);
    expect((await found(week + 50.5 * HOUR)).map(({ start }) => start.getTime())).toEqual(out.slice(0, 2));
    const all = await found(week + 8 * DAY);
    expect(all.map(({ start }) => start.getTime())).toEqual(out);
    for (const { score, value, expected } of all) {
      expect([value, score < -5, expected > 0]).toEqual([0, true, true]);
    }
  });

  it('are empty if everything is normal; by the day, too', async () => {
    const anomalies = new AnomalyDetector(figures(usual, 'Europe/Berlin'), () => week + 8 * DAY);
    expect(await anomalies.detect(input)).toEqual([]);
    const daily = new AnomalyDetector(
      figures((start) => (start === week + 2 * DAY ? 0 : 900 + ((start / DAY) % 5))),
      () => week + 8 * DAY,
    );
    expect((await daily.detect({ ...input, size: 'P1D' })).map(({ start }) => start.getTime())).toEqual([
      week + 2 * DAY,
    ]);
  });

  it.each([
    [{ size: 'PT7M' }, /^size/],
    [{ weeks: 3 }, /^weeks/],
    [{ threshold: NaN }, /^threshold/],
    [{ to: new Date(week + 32 * DAY) }, /^to/],
  ])('are refused for %j', async (wrong, message) => {
    await expect(new AnomalyDetector(figures(usual)).detect({ ...input, ...wrong })).rejects.toThrow(message);
  });
});
