import fc from 'fast-check';
import { calendarTerms, weekdayOf } from '../../../src/learn/calendar-terms';
import { forecastDemand, LEAST_DAYS, seasonalNaive } from '../../../src/learn/demand-forecast';
import { LinearPrediction } from '../../../src/learn/linear-prediction';
import { seededRandom } from '../../../src/learn/seeded-random';
import { studentQuantile } from '../../../src/learn/student-t';

/** Speeds and stopping distances of cars in the 1920s: R's data set `cars` (Ezekiel 1930). */
const SPEED =
  '4 4 7 7 8 9 10 10 10 11 11 12 12 12 12 13 13 13 13 14 14 14 14 15 15 15 16 16 17 17 17 18 18 18 18 19 19 19 20 20 20 20 20 22 23 24 24 24 24 25';
const DISTANCE =
  '2 10 4 22 16 10 18 26 34 17 28 14 20 24 28 26 34 34 46 26 36 60 80 20 26 54 32 40 32 40 50 42 56 76 84 36 46 68 32 48 52 56 64 66 54 70 92 93 120 85';
/** Speed, distance, and the 95 % prediction interval, as numpy and scipy give them; R's documentation shows the same. */
const PREDICTED = [
  [10, 21.744992701, -9.809600788, 53.299586189],
  [12, 29.609810219, -1.749528805, 60.969149243],
  [19, 57.136671533, 25.761756419, 88.511586647],
  [24, 76.798715328, 44.75247827, 108.844952387],
];
const numbers = (text: string) => text.split(' ').map(Number);

/** Sum of twelve uniforms. */
function normal(random: () => number): number {
  let sum = -6;
  for (let n = 0; n < 12; n++) sum += random();
  return sum;
}

describe("Student's t", () => {
  it.each([
    [0.975, 1, 12.706204736432095],
    [0.975, 10, 2.2281388519649385],
    [0.95, 30, 1.6972608943617378],
    [0.9, 48, 1.299438879],
    [0.995, 1_000, 2.580754697820107],
  ])('at %d with %d degrees of freedom is what scipy says', (probability, degrees, t) => {
    expect(studentQuantile(probability, degrees)).toBeCloseTo(t, 6);
  });
});

describe('a prediction by least squares', () => {
  it("has the interval that R's predict.lm gives", () => {
    const prediction = LinearPrediction.fit(
      numbers(SPEED).map((speed) => [speed]),
      numbers(DISTANCE),
    );
    expect(prediction.fit.intercept).toBeCloseTo(-17.57909489, 7);
    expect(prediction.fit.coefficients[0]).toBeCloseTo(3.93240876, 7);
    expect(Math.sqrt(prediction.variance)).toBeCloseTo(15.37958675, 7);
    for (const [speed, value, low, high] of PREDICTED) {
      const predicted = prediction.predict([speed], 0.95);
      expect([predicted.value, predicted.low, predicted.high].map((x) => x.toFixed(6))).toEqual(
        [value, low, high].map((x) => x.toFixed(6)),
      );
    }
  });

  it('has leverages that add up to its coefficients', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 5 }), (seed, columns) => {
        const random = seededRandom(seed);
        const rows = Array.from({ length: 30 }, () => Array.from({ length: columns }, () => 100 * random() - 20));
        const prediction = LinearPrediction.fit(
          rows,
          rows.map(() => random()),
        );
        expect(rows.reduce((sum, row) => sum + prediction.leverage(row), 0)).toBeCloseTo(columns + 1, 8);
      }),
    );
  });

  it('needs more rows than coefficients', () => {
    expect(() => LinearPrediction.fit([[1], [2]], [1, 2])).toThrow('2 rows say nothing');
  });
});

describe('calendar terms', () => {
  it('know the day of the week and the end of the month', () => {
    const day = (text: string) => Date.parse(text) / 86_400_000;
    expect(weekdayOf(day('2026-03-02'))).toBe(0);
    const days = Array.from({ length: 40 }, (_, n) => day('2024-02-01') + n);
    const { names, row } = calendarTerms(days, new Set([day('2024-02-14')]));
    expect(names).toEqual(['trend', ...[1, 2, 3, 4, 5, 6].map((n) => `weekday ${n}`), 'month end', 'holiday']);
    const at = (text: string, name: string) => row(day(text))[names.indexOf(name)];
    expect(['2024-02-26', '2024-02-27', '2024-02-29', '2024-03-01'].map((text) => at(text, 'month end'))).toEqual([
      0, 1, 1, 0,
    ]);
    expect([at('2024-02-14', 'holiday'), at('2024-02-15', 'holiday')]).toEqual([1, 0]);
  });

  it('have yearly seasons from two years on, and nothing that is the same every day', () => {
    const span = (days: number) => Array.from({ length: days }, (_, n) => n);
    expect(calendarTerms(span(700), new Set()).names.join()).not.toMatch('year');
    expect(calendarTerms(span(731), new Set()).names.filter((name) => name.startsWith('year'))).toHaveLength(6);
    expect(calendarTerms(span(28), new Set([5_000])).names).not.toContain('holiday');
  });
});

describe('the demand of the coming days', () => {
  const truth = (day: number) => 200 + 0.2 * day + [0, 10, 20, 30, 80, -50, -90][weekdayOf(day)];
  const question = { horizon: 28, level: 0.9, holidays: new Set<number>() };

  it('is the past continued, where the past is made of these terms', () => {
    const series = { first: 3, values: Array.from({ length: 120 }, (_, n) => truth(3 + n)) };
    for (const { day, value, low, high } of forecastDemand(series, question).days) {
      expect(value).toBeCloseTo(truth(day), 6);
      expect(high - low).toBeLessThan(1e-6);
    }
  });

  it('is inside its interval as often as that says', () => {
    const random = seededRandom(11);
    let inside = 0;
    const runs = 60;
    for (let run = 0; run < runs; run++) {
      const values = Array.from({ length: 120 + 28 }, (_, day) => truth(day) + 15 * normal(random));
      const { days } = forecastDemand({ first: 0, values: values.slice(0, 120) }, question);
      inside += days.filter(({ day, low, high }) => values[day] >= low && values[day] <= high).length;
    }
    // Days of one forecast share its coefficients: 0.9 ± 0.03 over 60 of them.
    expect(inside / (runs * 28)).toBeGreaterThan(0.87);
    expect(inside / (runs * 28)).toBeLessThan(0.93);
  });

  it('forgets a past that is no guide, and does not see what comes after the series', () => {
    const values = Array.from({ length: 300 }, (_, day) => (day < 150 ? 5_000 - 30 * day : 500) + truth(day));
    const { fittedOn, days } = forecastDemand({ first: 0, values }, question);
    expect(fittedOn).toBeLessThan(150);
    expect(days[0].value).toBeCloseTo(500 + truth(300), 6);
  });

  it('knows holidays that the shop names', () => {
    const holidays = new Set([20, 50, 80, 110, 130]);
    const values = Array.from({ length: 120 }, (_, day) => truth(day) + (holidays.has(day) ? 300 : 0));
    const { days } = forecastDemand({ first: 0, values }, { ...question, holidays });
    expect(days.find(({ day }) => day === 130)?.value).toBeCloseTo(truth(130) + 300, 6);
    expect(days.find(({ day }) => day === 131)?.value).toBeCloseTo(truth(131), 6);
  });

  it('gives up a term that can not be told from the others', () => {
    const values = Array.from({ length: 60 }, (_, n) => truth(n));
    const mondays = new Set(Array.from({ length: 88 }, (_, n) => n).filter((day) => weekdayOf(day) === 0));
    const { days, terms } = forecastDemand({ first: 0, values }, { ...question, holidays: mondays });
    expect(terms).not.toContain('holiday');
    expect(days[27].value).toBeCloseTo(truth(87), 6);
  });

  it('takes four weeks, of numbers', () => {
    const values = Array.from({ length: LEAST_DAYS }, () => 1);
    expect(() => forecastDemand({ first: 0, values: values.slice(1) }, question)).toThrow('at least 28');
    expect(() => forecastDemand({ first: 0, values: values.with(3, NaN) }, question)).toThrow('NaN');
  });

  it('beside it stands the same day of the week, the last time', () => {
    expect(seasonalNaive({ first: 0, values: [0, 1, 2, 3, 4, 5, 6, 7] }, 9)).toEqual([1, 2, 3, 4, 5, 6, 7, 1, 2]);
  });
});
