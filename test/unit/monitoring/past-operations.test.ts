import { readHistoricalOperations } from '../../../src/monitoring/system/historical-operations.store';
import type { Pool } from '../../../src/platform/postgres';

const SECOND = 1_000;
const NOW = Date.UTC(2026, 2, 1, 12);
const COUNTED = { latencies: { bounds: [1], counts: [1, 0], sum: 0.5 }, errors: {} };

/** Two processes that have served one search each every two seconds in the last `seconds`. */
function lookedBackOn(seconds: number, windowMs: number) {
  const rows = Array.from(
    { length: seconds / 2 },
    (_, back) => new Date(NOW - seconds * SECOND + 2 * SECOND * (back + 1)),
  )
    .flatMap((at) => [at, at])
    .map((at) => ({ at, now: new Date(NOW), operations: { search: COUNTED } }));
  return readHistoricalOperations({ query: () => Promise.resolve({ rows }) } as unknown as Pool, windowMs);
}

it('operations are summed over whole windows, ten samples to each, up to now', async () => {
  const looks = await lookedBackOn(600, 60 * SECOND);
  expect(looks.map(({ at }) => (NOW - at) / SECOND)).toEqual(Array.from({ length: 91 }, (_, at) => 540 - 6 * at));
  for (const { figures } of looks) expect(figures()).toMatchObject([{ field: 'search', count: 60, perSecond: 1 }]);
});

it('short windows are sampled as often as processes report', async () => {
  const looks = await lookedBackOn(600, 10 * SECOND);
  expect(looks).toHaveLength(296);
  for (const { figures } of looks) expect(figures()).toMatchObject([{ count: 10 }]);
});

it('for a shop that has just started, returns the samples that exist', async () => {
  const looks = await lookedBackOn(30, 60 * SECOND);
  expect(looks.map(({ figures }) => figures()[0].count)).toEqual([6, 12, 18, 24, 30]);
  expect(await readHistoricalOperations({ query: () => Promise.resolve({ rows: [] }) } as unknown as Pool, 1)).toEqual(
    [],
  );
});
