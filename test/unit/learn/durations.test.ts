import { durationText, parseDurationMs } from '../../../src/learn/durations';

it('reads ISO 8601 durations of days and clock units, and nothing else', () => {
  expect(['P1D', 'PT90M', 'P1DT2H3M4S', 'PT0S'].map(parseDurationMs)).toEqual([86_400_000, 5_400_000, 93_784_000, 0]);
  for (const text of ['', 'P', 'PT', 'P1DT', 'P1M', 'P1W', '-P1D', 'PT1.5H', 'P1000D', ' PT1S'])
    expect(parseDurationMs(text)).toBeUndefined();
});

it('names a length of time in the unit that people use for it', () => {
  expect([0, 89.4, 90, 5_399, 5_400].map(durationText)).toEqual(['0 s', '89 s', '2 min', '90 min', '1.5 h']);
});
