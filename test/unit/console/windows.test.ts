import fc from 'fast-check';
import { tilesOf } from '../../../console/src/system/predefined-streams';
import { barsAcross } from '../../../console/src/windows/bars';
import { windowId, type ShownWindow } from '../../../console/src/windows/shown-windows';
import { type Bar, fillGaps } from '../../../console/src/windows/time-scale';
import { markOf, type SeenWindow } from '../../../console/src/windows/window-mark';
import { LIVE_DEMO_STREAMS } from '../../../src/demo/demo-streams';
import { orderStreams } from '../../../src/orders/order-streams';

const END = Date.parse('2026-03-01T12:01:00Z');
const window = (revision: string, final = false) => ({ end: new Date(END).toISOString(), revision, final });
const seen = (revision: string, at: number, mark: SeenWindow['mark'] = 'early', final = false): SeenWindow => ({
  window: window(revision, final),
  mark,
  at,
});

describe('the mark of a window', () => {
  const opened = END - 60_000;

  it('is early until it has ended, then final', () => {
    expect(markOf(window('1'), undefined, END - 1_000, opened)).toBe('early');
    expect(markOf(window('2'), seen('1', END - 2_000), END - 1_000, opened)).toBe('early');
    // Events pending when the window ends are not late.
    expect(markOf(window('2'), seen('1', END - 2_000), END + 5_000, opened)).toBe('early');
    expect(markOf(window('2'), undefined, END + 16_000, opened)).toBe('final');
    expect(markOf(window('2', true), seen('2', END), END + 600_000, opened)).toBe('final');
  });

  it('is corrected once a change after its end was seen, and stays so', () => {
    const late = markOf(window('2'), seen('1', END - 2_000), END + 60_000, opened);
    expect(late).toBe('corrected');
    expect(markOf(window('2', true), seen('2', END + 60_000, late), END + 600_000, opened)).toBe('corrected');
    expect(markOf(window('3', true), seen('2', END + 600_000, 'final', true), END + 700_000, opened)).toBe('corrected');
  });

  it('is not corrected for possible changes while the connection was lost', () => {
    expect(markOf(window('2'), seen('1', END - 2_000), END + 60_000, END + 59_000)).toBe('final');
  });
});

it('draws time to scale: every bar at its position, evenly, up to now', () => {
  const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 2, maxLength: 60 });
  fc.assert(
    fc.property(minutes, fc.integer({ min: 0, max: 30 }), (found, later) => {
      const bars: Bar[] = found
        .sort((a, b) => a - b)
        .map((minute) => ({ at: 60 * minute, until: 60 * minute + 60, value: minute, mark: 'final' }));
      const end = bars[bars.length - 1].at + 60 * later;
      const scaled = fillGaps(bars, 30, end + 59);
      expect(scaled.length).toBeGreaterThanOrEqual(30);
      expect(scaled.at(-1)?.at).toBe(end);
      scaled.slice(1).forEach(({ at }, index) => expect(at - scaled[index].at).toBe(60));
      expect(scaled.filter(({ value }) => value !== null)).toEqual(bars);
    }),
  );
  expect(fillGaps([])).toEqual([]);
  const session = (at: number): Bar => ({ at, until: at + 100, value: 1, mark: 'early' });
  expect(fillGaps([session(0), session(130), session(137)]).filter(({ value }) => value !== null)).toHaveLength(3);
});

describe('windows of all keys together', () => {
  const windowOf = (minute: number, key: string, decimal: string): ShownWindow['window'] => ({
    ...{ key, keys: [key], events: 1, final: false, revision: '1' },
    start: new Date(END + minute * 60_000).toISOString(),
    end: new Date(END + (minute + 1) * 60_000).toISOString(),
    values: [
      { name: 'n', kind: 'COUNT', decimal, number: null, error: null, overfull: false, quantiles: null, top: null },
    ],
  });

  it('are as many as recounted by their start, with the lowest certainty of them', () => {
    const marks = fc.constantFrom<ShownWindow['mark']>('early', 'final', 'corrected');
    const one = fc.record({ minute: fc.nat(4), key: fc.constantFrom('a', 'b', 'c'), count: fc.nat(50), mark: marks });
    const many = fc.uniqueArray(one, { selector: ({ minute, key }) => `${minute} ${key}` });
    fc.assert(
      fc.property(many, (parts) => {
        const shown = new Map(
          parts.map(({ minute, key, count, mark }) => {
            const window = windowOf(minute, key, String(count));
            return [windowId(window), { window, mark, at: END }];
          }),
        );
        const expected = [0, 1, 2, 3, 4].flatMap((minute) => {
          const there = parts.filter((part) => part.minute === minute);
          if (there.length === 0) return [];
          const value = there.reduce((sum, { count }) => sum + count, 0);
          const has = (mark: string) => there.some((part) => part.mark === mark);
          return [{ value, mark: has('corrected') ? 'corrected' : has('early') ? 'early' : 'final' }];
        });
        expect(barsAcross(shown, 'n').map(({ value, mark }) => ({ value, mark }))).toEqual(expected);
      }),
    );
  });
});

describe('the tiles of the first page', () => {
  const drawn = (...streams: string[]) => tilesOf(new Set(streams)).map(({ stream, title }) => `${title}: ${stream}`);

  it('belong to the demo shop immediately', () => {
    expect(drawn(...LIVE_DEMO_STREAMS.map(({ id }) => id))).toEqual([
      'Events: demo-events-per-minute',
      'Orders: demo-orders-per-minute',
      'Order lines: demo-revenue-per-minute',
      'Revenue: demo-revenue-per-minute',
    ]);
  });

  it('prefer the streams of orders, and draw only what these count', () => {
    const streams = orderStreams('UTC');
    expect(drawn('now-revenue', 'now-orders', ...streams.map(({ id }) => id))).toEqual([
      'Orders: orders-by-minute',
      'Units: sales-by-minute',
      'Revenue: sales-by-minute',
    ]);
    for (const { stream, aggregate } of tilesOf(new Set(streams.map(({ id }) => id))))
      expect(streams.find(({ id }) => id === stream)!.aggregates.map(({ name }) => name)).toContain(aggregate);
  });
});
