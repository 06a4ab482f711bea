import { calendarTerms, weekdayOf } from '../../../src/learn/calendar-terms';
import { closedWeekdays } from '../../../src/learn/closed-weekdays';
import { conformalRange } from '../../../src/learn/conformal-interval';
import { forecastDemand, MIN_DAYS, seasonalNaive } from '../../../src/learn/demand-forecast';
import { exponentialSmoothing } from '../../../src/learn/exponential-smoothing';
import { seededRandom } from '../../../src/learn/seeded-random';
import { studentQuantile } from '../../../src/learn/student-t';

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
  ])("at %d with %d degrees of freedom equals scipy's value", (probability, degrees, t) => {
    expect(studentQuantile(probability, degrees)).toBeCloseTo(t, 6);
  });
});

describe('calendar terms', () => {
  it('have the day of the week and the end of the month', () => {
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

  it('have yearly seasons from two years on, and none that is the same every day', () => {
    const span = (days: number) => Array.from({ length: days }, (_, n) => n);
    expect(calendarTerms(span(700), new Set()).names.join()).not.toMatch('year');
    expect(calendarTerms(span(731), new Set()).names.filter((name) => name.startsWith('year'))).toHaveLength(6);
    expect(calendarTerms(span(28), new Set([5_000])).names).not.toContain('holiday');
  });
});

describe('a conformal range', () => {
  it('has the residuals of its ranks, and the outermost if there are too few', () => {
    const residuals = Array.from({ length: 19 }, (_, n) => ((n * 7) % 19) - 9);
    // Ranks ⌊20 · 0.1⌋ and ⌈20 · 0.9⌉ of −9 … 9.
    expect(conformalRange(residuals, 0.8)).toEqual({ below: -8, above: 8 });
    expect(conformalRange(residuals, 0.99)).toEqual({ below: -9, above: 9 });
    expect(conformalRange([4], 0.8)).toEqual({ below: 4, above: 4 });
  });

  it('contains a new residual as often as its level says, for any distribution', () => {
    const random = seededRandom(5);
    const skewed = () => Math.exp(normal(random));
    let inside = 0;
    for (let run = 0; run < 4_000; run++) {
      const { below, above } = conformalRange(Array.from({ length: 39 }, skewed), 0.8);
      const fresh = skewed();
      if (fresh >= below && fresh <= above) inside++;
    }
    expect(Math.abs(inside / 4_000 - 0.8)).toBeLessThan(0.025);
  });
});

describe('closed weekdays', () => {
  const days = (weeks: number, of: (day: number) => number) => Array.from({ length: 7 * weeks }, (_, day) => of(day));

  it('are those with zeros only of late, for any beginning', () => {
    const saturday = (day: number) => (weekdayOf(day) === 5 ? 0 : 100 + day);
    expect([...closedWeekdays(0, days(8, saturday))]).toEqual([5]);
    expect([
      ...closedWeekdays(
        0,
        days(20, (day) => (day < 56 ? 100 : saturday(day))),
      ),
    ]).toEqual([5]);
    // Open again.
    expect([...closedWeekdays(0, [...days(8, saturday), ...days(1, () => 100)])]).toEqual([]);
    expect([...closedWeekdays(0, days(3, saturday))]).toEqual([]);
  });

  it('are not found by chance in rare sales, and are never all seven', () => {
    const random = seededRandom(3);
    let closed = 0;
    for (let run = 0; run < 200; run++)
      closed += closedWeekdays(
        0,
        days(20, () => (random() < 0.2 ? 1 : 0)),
      ).size;
    // Of 1,400 weekdays.
    expect(closed).toBeLessThan(28);
    expect(
      closedWeekdays(
        0,
        days(8, () => 0),
      ).size,
    ).toBe(0);
  });
});

describe('a pause of the whole shop', () => {
  const PAUSE = 28;
  const question = { horizon: 14, level: 0.8, holidays: new Set<number>() };
  const sales = (day: number) => 100 + 20 * weekdayOf(day) + (day % 11);
  /** 22 weeks from a Monday on. */
  const firstMonday = 4;
  const open = Array.from({ length: 7 * 22 }, (_, n) => sales(firstMonday + n));
  const pause = Array.from({ length: PAUSE }, () => 0);

  it.each([
    ['then reopened on Monday', [...open, ...pause, 150]],
    ['then reopened for Monday and Tuesday', [...open, ...pause, 150, 170]],
    ['cut inside a pause', [...open, ...pause]],
    ['cut inside a pause that began on a Thursday', [...open.slice(0, -4), ...pause, 0, 0]],
    ['as long as all weeks that are looked at', [...open, ...Array.from({ length: 7 * 26 }, () => 0)]],
    ['in the middle', [...open, ...pause, ...open.slice(0, 35)]],
  ])('closes no weekday, and has a forecast: %s', (_, values) => {
    expect([...closedWeekdays(firstMonday, values)]).toEqual([]);
    const { days, closed } = forecastDemand({ first: firstMonday, values }, question);
    expect([...closed]).toEqual([]);
    for (const { value, low, high } of days) expect([value, low, high].every(Number.isFinite)).toBe(true);
  });

  it('of any start and length leaves a weekday open', () => {
    const random = seededRandom(29);
    for (let run = 0; run < 40; run++) {
      const sellsOn = new Set([0, 1, 2, 3, 4, 5, 6].filter(() => random() < 0.5));
      let left = 0;
      const values = Array.from({ length: 60 + Math.floor(140 * random()) }, (_, day) => {
        if (left-- <= 0) left = random() < 0.03 ? Math.floor(60 * random()) : 0;
        return left > 0 || !sellsOn.has(weekdayOf(day)) ? 0 : 5;
      });
      expect(closedWeekdays(0, values).size).toBeLessThan(7);
      expect(forecastDemand({ first: 0, values }, question).days).toHaveLength(14);
    }
  });

  it('leaves closed weekdays closed', () => {
    const values = [...open, ...pause, 150].map((value, n) => (weekdayOf(firstMonday + n) === 6 ? 0 : value));
    expect([...closedWeekdays(firstMonday, values)]).toEqual([6]);
    expect([...closedWeekdays(firstMonday, values.slice(0, -1))]).toEqual([6]);
  });

  it('after one Monday of new sales has a forecast with an interval', () => {
    const { days } = forecastDemand({ first: firstMonday, values: [...open, ...pause, 150] }, question);
    for (const { low, value, high } of days) {
      expect(value).toBeGreaterThan(0);
      expect(high).toBeGreaterThan(low);
    }
  });
});

describe('exponential smoothing', () => {
  it('follows the recursion, by hand', () => {
    // Twenty-eight days of 10, then 20: e = 10, the level moves by α e, the weekday by γ (1 − α) e.
    const days = Array.from({ length: 29 }, (_, day) => day);
    const forecast = exponentialSmoothing({ days, values: days.map((day) => (day === 28 ? 20 : 10)) }, 0.1, 0.2);
    expect(forecast(35)).toBeCloseTo(10 + 1 + 0.2 * 0.9 * 10, 12);
    expect(forecast(36)).toBeCloseTo(11, 12);
  });
});

describe('the demand of the coming days', () => {
  const truth = (day: number) => 200 + 0.2 * day + [0, 10, 20, 30, 80, -50, -90][weekdayOf(day)];
  const question = { horizon: 28, level: 0.9, holidays: new Set<number>() };

  it('continues the past, if the past consists of these terms', () => {
    const series = { first: 3, values: Array.from({ length: 120 }, (_, n) => truth(3 + n)) };
    for (const { day, value, low, high } of forecastDemand(series, question).days) {
      expect(value).toBeCloseTo(truth(day), 6);
      expect(high - low).toBeLessThan(1e-6);
    }
  });

  it('is inside its interval as often as the level says', () => {
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

  it('forgets a past that is no guide, and does not use data after the series', () => {
    const values = Array.from({ length: 300 }, (_, day) => (day < 150 ? 5_000 - 30 * day : 500) + truth(day));
    const { fittedOnDays, days } = forecastDemand({ first: 0, values }, question);
    expect(fittedOnDays).toBeLessThan(150);
    expect(days[0].value).toBeCloseTo(500 + truth(300), 6);
  });

  it('uses holidays that the shop names', () => {
    const holidays = new Set([20, 50, 80, 110, 130]);
    const values = Array.from({ length: 120 }, (_, day) => truth(day) + (holidays.has(day) ? 300 : 0));
    const { days } = forecastDemand({ first: 0, values }, { ...question, holidays });
    expect(days.find(({ day }) => day === 130)?.value).toBeCloseTo(truth(130) + 300, 6);
    expect(days.find(({ day }) => day === 131)?.value).toBeCloseTo(truth(131), 6);
  });

  it('drops a term that can not be distinguished from the others', () => {
    const values = Array.from({ length: 60 }, (_, n) => truth(n));
    const mondays = new Set(Array.from({ length: 88 }, (_, n) => n).filter((day) => weekdayOf(day) === 0));
    const { days, terms } = forecastDemand({ first: 0, values }, { ...question, holidays: mondays });
    expect(terms).not.toContain('holiday');
    expect(days[27].value).toBeCloseTo(truth(87), 6);
  });

  it('requires four weeks of numbers', () => {
    const values = Array.from({ length: MIN_DAYS }, () => 1);
    expect(() => forecastDemand({ first: 0, values: values.slice(1) }, question)).toThrow('at least 28');
    expect(() => forecastDemand({ first: 0, values: values.with(3, NaN) }, question)).toThrow('NaN');
  });

  it('is zero on closed weekdays, and nowhere negative', () => {
    const random = seededRandom(17);
    // Falling to zero, closed on Saturdays.
    const demand = (day: number) => (weekdayOf(day) === 5 ? 0 : Math.max(0, 60 - 0.5 * day + 20 * normal(random)));
    const values = Array.from({ length: 112 }, (_, day) => demand(day));
    const { days, closed } = forecastDemand({ first: 0, values }, { ...question, horizon: 60 });
    expect([...closed]).toEqual([5]);
    for (const { day, value, low, high } of days) {
      expect([low >= 0, low <= value, value <= high]).toEqual([true, true, true]);
      if (weekdayOf(day) === 5) expect([value, low, high]).toEqual([0, 0, 0]);
    }
  });

  it('may be negative if the past is', () => {
    const values = Array.from({ length: 84 }, (_, day) => -truth(day));
    const { days } = forecastDemand({ first: 0, values }, question);
    expect(days[0].value).toBeCloseTo(-truth(84), 6);
  });

  it('scales with the unit: ten times as much in a tenth of it', () => {
    const random = seededRandom(23);
    const values = Array.from({ length: 150 }, (_, day) => truth(day) * Math.exp(0.4 * normal(random)));
    const [one, ten] = [1, 10].map((unit) =>
      forecastDemand({ first: 0, values: values.map((value) => unit * value) }, question),
    );
    expect(ten.model).toBe(one.model);
    ten.days.forEach(({ value, low, high }, h) => {
      const { days } = one;
      for (const [a, b] of [[value, days[h].value], [low, days[h].low], [high, days[h].high]]) expect(a / 10).toBeCloseTo(b, 6); // prettier-ignore
    });
  });

  it.each([
    ['SEASONAL_NAIVE', (day: number) => [3, 50, 7, 90, 20, 60, 11][weekdayOf(day)]],
    ['LINEAR_REGRESSION', (day: number) => truth(day)],
    ['LOG_LINEAR_REGRESSION', (day: number) => 1_000 * Math.exp(0.01 * day) * [1, 2, 3, 1, 2, 4, 1][weekdayOf(day)]],
  ])('uses %s if that is right', (model, of) => {
    const values = Array.from({ length: 200 }, (_, day) => of(day));
    const forecast = forecastDemand({ first: 0, values }, { ...question, horizon: 14 });
    expect(forecast.model).toBe(model);
    for (const { day, value } of forecast.days) expect(Math.abs(value / of(day) - 1)).toBeLessThan(0.02);
  });

  it('is reported together with the same day of the previous week', () => {
    expect(seasonalNaive({ first: 0, values: [0, 1, 2, 3, 4, 5, 6, 7] }, 9)).toEqual([1, 2, 3, 4, 5, 6, 7, 1, 2]);
  });
});
