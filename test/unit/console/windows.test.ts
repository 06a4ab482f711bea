import fc from 'fast-check';
import { type Bar, toScale } from '../../../console/src/windows/time-scale';
import { markOf, type Seen } from '../../../console/src/windows/window-mark';

const END = Date.parse('2026-03-01T12:01:00Z');
const window = (revision: string, final = false) => ({ end: new Date(END).toISOString(), revision, final });
const seen = (revision: string, at: number, mark: Seen['mark'] = 'early', final = false): Seen => ({
  window: window(revision, final),
  mark,
  at,
});

describe('the mark of a window', () => {
  const opened = END - 60_000;

  it('is early while events may come, then final', () => {
    expect(markOf(window('1'), undefined, END - 1_000, opened)).toBe('early');
    expect(markOf(window('2'), seen('1', END - 2_000), END - 1_000, opened)).toBe('early');
    // What is on its way when it ends is not late.
    expect(markOf(window('2'), seen('1', END - 2_000), END + 5_000, opened)).toBe('early');
    expect(markOf(window('2', true), seen('2', END), END + 600_000, opened)).toBe('final');
  });

  it('is corrected once it was seen to change after its end, and stays so', () => {
    const late = markOf(window('2'), seen('1', END - 2_000), END + 60_000, opened);
    expect(late).toBe('corrected');
    expect(markOf(window('2', true), seen('2', END + 60_000, late), END + 600_000, opened)).toBe('corrected');
    expect(markOf(window('3', true), seen('2', END + 600_000, 'final', true), END + 700_000, opened)).toBe('corrected');
  });

  it('is not called corrected for what may have changed in time, while the connection was lost', () => {
    expect(markOf(window('2'), seen('1', END - 2_000), END + 60_000, END + 59_000)).toBe('early');
  });
});

it('draws time to scale: every bar at its place, evenly, up to now', () => {
  const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 2, maxLength: 60 });
  fc.assert(
    fc.property(minutes, fc.integer({ min: 0, max: 30 }), (found, later) => {
      const bars: Bar[] = found
        .sort((a, b) => a - b)
        .map((minute) => ({ at: 60 * minute, until: 60 * minute + 60, value: minute, mark: 'final' }));
      const end = bars[bars.length - 1].at + 60 * later;
      const scaled = toScale(bars, 30, end + 59);
      expect(scaled.length).toBeGreaterThanOrEqual(30);
      expect(scaled.at(-1)?.at).toBe(end);
      scaled.slice(1).forEach(({ at }, index) => expect(at - scaled[index].at).toBe(60));
      expect(scaled.filter(({ value }) => value !== null)).toEqual(bars);
    }),
  );
  expect(toScale([])).toEqual([]);
  const session = (at: number): Bar => ({ at, until: at + 100, value: 1, mark: 'early' });
  expect(toScale([session(0), session(130), session(137)]).filter(({ value }) => value !== null)).toHaveLength(3);
});
