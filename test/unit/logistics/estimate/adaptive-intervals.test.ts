import { AdaptiveIntervals, MISS_SHARE, type MissedSides } from '../../../../src/logistics/estimate/adaptive-intervals';
import { RandomDraws } from '../../../../src/logistics/simulation/random';

describe('adaptive intervals', () => {
  it('miss the nominal share of results on each side while the results drift', () => {
    const random = new RandomDraws(4);
    const intervals = new AdaptiveIntervals();
    const misses = { low: 0, high: 0 };
    const count = 60_000;
    for (let n = 0; n < count; n++) {
      const actual = random.normal() + Math.sin(n / 6_000) + n / 15_000;
      const corrections = intervals.corrections('A', 'all');
      const missed = { low: actual < -corrections.low, high: actual > corrections.high };
      intervals.observe('A', 'all', missed);
      if (missed.low) misses.low++;
      if (missed.high) misses.high++;
    }
    // The corrections move within a range of 10, and 10 / (0.008 × 60,000) < 0.021.
    expect(Math.abs(misses.low / count - MISS_SHARE)).toBeLessThan(0.021);
    expect(Math.abs(misses.high / count - MISS_SHARE)).toBeLessThan(0.021);
  });

  it('stay stable while thousands of results are outstanding', () => {
    const random = new RandomDraws(9);
    const intervals = new AdaptiveIntervals();
    intervals.setInitial('A', { low: 1.1, high: 1.5 });
    const delay = 5_000;
    const all: MissedSides[] = [];
    const misses: number[] = [];
    for (let n = 0; n < 60_000; n++) {
      const actual = random.normal();
      const { low, high } = intervals.corrections('A', 'all');
      all.push({ low: actual < -low, high: actual > high });
      intervals.open('A');
      if (n >= delay) intervals.observe('A', 'all', all[n - delay]);
      const day = Math.floor(n / 5_000);
      misses[day] = (misses[day] ?? 0) + (actual < -low || actual > high ? 1 : 0);
    }
    for (const each of misses) expect(Math.abs(each / 5_000 - 2 * MISS_SHARE)).toBeLessThan(0.03);
  });

  it('count a result with its weight, and none of an interval that is discarded', () => {
    const intervals = new AdaptiveIntervals(0.1);
    intervals.open('A');
    intervals.discard('A');
    expect(intervals.corrections('A', 'all')).toEqual({ low: 0, high: 0 });
    intervals.observe('A', 'all', { low: false, high: true }, 0.5);
    expect(intervals.corrections('A', 'all')).toEqual({ low: expect.closeTo(-0.005), high: expect.closeTo(0.045) });
  });

  it('begin with the corrections of the fallback', () => {
    const intervals = new AdaptiveIntervals(0.1);
    expect(intervals.corrections('A', 'all')).toEqual({ low: 0, high: 0 });
    intervals.setInitial('all', { low: 1, high: 2 });
    intervals.observe('A', 'all', { low: true, high: false });
    const { low, high } = intervals.corrections('A', 'all');
    expect([low, high]).toEqual([expect.closeTo(1.09), expect.closeTo(1.99)]);
    expect(intervals.corrections('B', 'all')).toEqual({ low: 1, high: 2 });
  });
});
