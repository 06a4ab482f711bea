import { MAX_PER_DAY, MAX_TOTAL, PersonLimit } from '../../../../src/search/ranking/person-limit';

const HOUR = 3600_000;
const DAY = 24 * HOUR;

/** Returns how many of a number of searches count, one every `everyMs` ms. */
function counted(limit: PersonLimit, person: string | null, query: string, searches: number, everyMs: number): number {
  let sum = 0;
  for (let n = 0; n < searches; n++) if (limit.admits(person, query, n * everyMs)) sum++;
  return sum;
}

it('counts some searches of a person for a query in a day, and some in all', () => {
  const limit = new PersonLimit();
  expect(counted(limit, 'ann', 'lamp', 1_000, 60_000)).toBe(MAX_PER_DAY);
  expect(counted(limit, 'ben', 'lamp', 1_000, 60_000)).toBe(MAX_PER_DAY);
  expect(counted(limit, 'ann', 'desk', 1_000, 60_000)).toBe(MAX_PER_DAY);
  expect(counted(limit, 'eve', 'lamp', 1_000, 2 * HOUR)).toBe(MAX_TOTAL);
  expect(counted(limit, 'zoe', 'lamp', 10, DAY)).toBe(10);
});

it('counts all searches without a known customer', () => {
  expect(counted(new PersonLimit(), null, 'lamp', 100, 1_000)).toBe(100);
});
