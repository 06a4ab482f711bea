import { scoreAnomaly, MIN_VALUES_PER_SLOT, seasonalExpectation } from '../../../src/learn/seasonal-anomaly';
import { seededRandom } from '../../../src/learn/seeded-random';

const WEEK = 168;
const THRESHOLD = 5;

/** Knuth's algorithm, for small means. */
function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let product = random();
  let n = 0;
  for (; product > limit; n++) product *= random();
  return n;
}

/** Orders an hour: nights nearly empty, evenings busy, weekends half. */
const rate = (hour: number) => {
  const [day, time] = [Math.floor(hour / 24) % 7, hour % 24];
  return (1 + 30 * Math.max(0, Math.sin(((time - 6) / 18) * Math.PI))) * (day >= 5 ? 0.5 : 1);
};
const slotOf = (hour: number) => hour % WEEK;

/** Scores the hours of the last week, each against the eight weeks before it. */
function scoresOf(values: readonly number[]): (number | undefined)[] {
  const start = values.length - WEEK;
  const past = values.slice(0, start);
  const expectation = seasonalExpectation(
    past,
    past.map((_, hour) => slotOf(hour)),
    WEEK,
  );
  return values.slice(start).map((value, at) => scoreAnomaly(expectation, value, slotOf(start + at))?.score);
}

const hours = (weeks: number, random: () => number) =>
  Array.from({ length: weeks * WEEK }, (_, hour) => poisson(rate(hour), random));

describe('a robust seasonal expectation', () => {
  it('raises no alarm for Poisson data: fewer than 2 of 1,000 hours are called unusual', () => {
    const random = seededRandom(5);
    const scores = Array.from({ length: 60 }, () => scoresOf(hours(9, random))).flat();
    expect(scores).toHaveLength(60 * WEEK);
    const called = scores.filter((score) => Math.abs(score!) > THRESHOLD).length;
    expect(called / scores.length).toBeLessThan(0.002);
    // Scores are in standard deviations: a third of a normal distribution is beyond one.
    const beyond = scores.filter((score) => Math.abs(score!) > 1).length / scores.length;
    expect(beyond).toBeGreaterThan(0.22);
    expect(beyond).toBeLessThan(0.42);
  });

  it('finds an outage in a busy hour, and a rush, in any unit', () => {
    const random = seededRandom(6);
    for (const unit of [1, 0.01, 37.5]) {
      const values = hours(9, random).map((value) => value * unit);
      const [outage, rush] = [8 * WEEK + 15, 8 * WEEK + 3 * 24 + 20];
      values[outage] = 0;
      values[rush] = 3 * rate(rush) * unit;
      const scores = scoresOf(values);
      expect(scores[15]).toBeLessThan(-4);
      expect(scores[3 * 24 + 20]).toBeGreaterThan(THRESHOLD);
    }
  });

  it('does not learn from past outages', () => {
    const random = seededRandom(7);
    const values = hours(9, random);
    const clean = scoresOf(values);
    // A day without orders two weeks ago, and a rush of another day.
    for (let hour = 0; hour < 24; hour++) {
      values[6 * WEEK + hour] = 0;
      values[5 * WEEK + 24 + hour] *= 20;
    }
    values[8 * WEEK + 15] = 0;
    const taught = scoresOf(values);
    expect(taught[15]).toBeLessThan(-4);
    const moved = taught.filter((score, at) => at !== 15 && Math.abs(score! - clean[at]!) > 2).length;
    expect(moved).toBeLessThan(10);
  });

  it('has no score if there is too little past, and reports nothing unusual if all values are equal', () => {
    const slots = [0, 0, 0, 1];
    expect(scoreAnomaly(seasonalExpectation([1, 1, 1, 1], slots, 2), 5, 1)).toBeUndefined();
    const same = seasonalExpectation(
      Array<number>(MIN_VALUES_PER_SLOT).fill(7),
      Array<number>(MIN_VALUES_PER_SLOT).fill(0),
      1,
    );
    expect(scoreAnomaly(same, 7, 0)).toEqual({ expected: 7, score: 0 });
    expect(scoreAnomaly(same, 8, 0)?.score).toBe(Infinity);
    const gaps = seasonalExpectation([NaN, 3, 3, 3, 4], [0, 0, 0, 0, 0], 1);
    expect(gaps.counts[0]).toBe(4);
    expect(scoreAnomaly(gaps, NaN, 0)).toBeUndefined();
  });
});
