import fc from 'fast-check';
import { afterWorkingHours, workingHours } from '../../../../src/logistics/estimate/working-time';
import { closedDaysOf } from '../../../../src/logistics/holidays';
import { TimeZone } from '../../../../src/streams/window/time-zone';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FRIDAY = Date.UTC(2026, 3, 3);
const timeZone = new TimeZone('Europe/Berlin');
const isSunday = (day: number) => new Date(day * DAY).getUTCDay() === 0;
const sundaysClosed = { timeZone, isClosed: isSunday };

it('counts 24 hours for each open day, and the difference of the times of day', () => {
  const at = (days: number, hours: number) => FRIDAY + days * DAY + hours * HOUR;
  expect(workingHours(at(0, 10), at(0, 16), sundaysClosed)).toBe(6);
  expect(workingHours(at(0, 10), at(1, 8), sundaysClosed)).toBe(22);
  expect(workingHours(at(0, 10), at(3, 10), sundaysClosed)).toBe(48);
  expect(afterWorkingHours(at(1, 10), 26, sundaysClosed)).toBe(at(3, 12));
});

it('is inverse for an instant on an open day, also where clocks change', () => {
  const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'UTC'].map((name) => new TimeZone(name));
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: 0, max: 366 * 24 * 60 }),
      fc.integer({ min: 0, max: 40 * 24 * 60 }),
      (zone, start, length) => {
        const from = FRIDAY + start * 60_000;
        const to = from + length * 60_000;
        const calendar = { timeZone: zone, isClosed: isSunday };
        const wall = zone.wallAt(to);
        fc.pre(!isSunday(Math.floor(wall / DAY)) && zone.instantOf(wall) === to);
        expect(afterWorkingHours(from, workingHours(from, to, calendar), calendar)).toBe(to);
      },
    ),
  );
});

it('knows the public holidays of a country', async () => {
  const isClosed = await closedDaysOf('DE');
  const closed = (date: string) => isClosed(Date.parse(date) / DAY);
  // Good Friday, Easter Monday, and a holiday of some states only.
  expect(['2026-04-03', '2026-04-06', '2026-11-01', '2026-11-02', '2026-10-31'].map(closed)).toEqual([
    ...[true, true, true, false, false],
  ]);
  expect((await closedDaysOf('XX'))(Date.parse('2026-04-03') / DAY)).toBe(false);
  expect((await closedDaysOf(null))(Date.parse('2026-04-05') / DAY)).toBe(true);
});
