import fc from 'fast-check';
import { afterWorkingHours, workingHours } from '../../../../src/logistics/estimate/working-time';
import type { DeliveryDayRecord } from '../../../../src/logistics/delivery-day';
import { DeliveryCalendars } from '../../../../src/logistics/delivery-calendars';
import { TimeZone } from '../../../../src/streams/window/time-zone';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FRIDAY = Date.UTC(2026, 3, 3);
const timeZone = new TimeZone('Europe/Berlin');
const isSunday = (day: number) => new Date(day * DAY).getUTCDay() === 0;
const sundaysClosed = { timeZone, isClosed: isSunday };

it('counts 24 hours for each open day, and the time of the day', () => {
  const at = (days: number, hours: number) => FRIDAY + days * DAY + hours * HOUR;
  expect(workingHours(at(0, 10), at(0, 16), sundaysClosed)).toBe(6);
  expect(workingHours(at(0, 10), at(1, 8), sundaysClosed)).toBe(22);
  expect(workingHours(at(0, 10), at(3, 10), sundaysClosed)).toBe(48);
  expect(workingHours(at(1, 10), at(2, 18), sundaysClosed)).toBe(12);
  expect(workingHours(at(2, 18), at(3, 8), sundaysClosed)).toBe(10);
  expect(afterWorkingHours(at(1, 10), 26, sundaysClosed)).toBe(at(3, 12));
  expect(afterWorkingHours(at(2, 18), 0, sundaysClosed)).toBe(at(3, -2));
});

it('never runs backwards', () => {
  const hours = fc.integer({ min: 0, max: 30 * 24 });
  fc.assert(
    fc.property(hours, hours, hours, (start, one, other) => {
      const from = FRIDAY + start * HOUR;
      const [early, late] = [Math.min(one, other), Math.max(one, other)].map((each) => from + each * HOUR);
      expect(workingHours(from, early, sundaysClosed)).toBeLessThanOrEqual(workingHours(from, late, sundaysClosed));
      expect(afterWorkingHours(from, one, sundaysClosed)).toBeGreaterThanOrEqual(from);
    }),
  );
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

it('knows the holidays, the weekends and the clocks of a country', async () => {
  const calendars = new DeliveryCalendars('UTC');
  const closed = async (country: string | null, ...dates: string[]) => {
    const { isClosed } = await calendars.of(country);
    return dates.map((date) => isClosed(Date.parse(date) / DAY));
  };
  // Good Friday, Easter Monday, and a holiday of some states only.
  expect(await closed('DE', '2026-04-03', '2026-04-06', '2026-11-01', '2026-11-02', '2026-10-31')).toEqual([
    ...[true, true, true, false, false],
  ]);
  // A Friday, a Saturday and a Sunday.
  expect(await closed('SA', '2026-04-10', '2026-04-11', '2026-04-12')).toEqual([true, true, false]);
  // Half a day off.
  expect(await closed('CN', '2027-03-08')).toEqual([false]);
  expect(await closed('XX', '2026-04-03')).toEqual([false]);
  expect(await closed(null, '2026-04-05')).toEqual([true]);
  const zones = await Promise.all(['DE', 'JP', 'XX', null].map((country) => calendars.of(country)));
  expect(zones.map(({ timeZone }) => (timeZone as TimeZone).name)).toEqual([
    'Europe/Berlin',
    'Asia/Tokyo',
    'UTC',
    'UTC',
  ]);
});

it('takes what the shop says of a day over holidays and weekends, a date over a weekday, a country over all', async () => {
  const days = [
    { country: '', day: '2026-12-24', delivers: false },
    { country: 'DE', day: 'SUNDAY', delivers: true },
    { country: '', day: 'SATURDAY', delivers: false },
    { country: 'AT', day: 'SATURDAY', delivers: true },
    { country: 'DE', day: '2026-04-03', delivers: true },
    { country: 'DE', day: '2026-04-04', delivers: true },
    { country: 'AT', day: '2026-12-24', delivers: true },
  ];
  const calendars = new DeliveryCalendars('UTC', () => Promise.resolve(days));
  const isOpen = async (country: string | null, date: string) =>
    !(await calendars.of(country)).isClosed(Date.parse(date) / DAY);
  const answers = await Promise.all([
    // Good Friday, the Saturday and the Sunday after it (a holiday of one state only), Easter Monday.
    ...['2026-04-03', '2026-04-04', '2026-04-05', '2026-04-06'].map((date) => isOpen('DE', date)),
    ...['2026-04-11', '2026-12-24'].map((date) => isOpen('DE', date)),
    ...['2026-04-11', '2026-12-24', '2026-04-12'].map((date) => isOpen('AT', date)),
    ...['2026-04-11', '2026-12-24', '2026-12-23'].map((date) => isOpen(null, date)),
  ]);
  expect(answers).toEqual([true, true, true, false, false, false, true, true, false, false, false, true]);
});

it("uses the shop's days of before while they can't be read", async () => {
  const read = jest.fn<Promise<DeliveryDayRecord[]>, []>(() => Promise.reject(new Error('no database')));
  const calendars = new DeliveryCalendars('UTC', read);
  await expect(calendars.of('DE')).rejects.toThrow('no database');
  read.mockResolvedValueOnce([{ country: '', day: '2026-04-07', delivers: false }]);
  const closed = async () => (await calendars.of('DE')).isClosed(Date.parse('2026-04-07') / DAY);
  expect(await closed()).toBe(true);
  const began = performance.now();
  const clock = jest.spyOn(performance, 'now');
  const inMinutes = (minutes: number) => clock.mockReturnValue(began + minutes * 60_000);
  inMinutes(2);
  expect(await closed()).toBe(true);
  expect(read).toHaveBeenCalledTimes(3);
  // After five minutes, estimates wait for the days.
  inMinutes(20);
  expect(await closed()).toBe(true);
  expect(read).toHaveBeenCalledTimes(4);
  inMinutes(40);
  read.mockResolvedValueOnce([]);
  expect(await closed()).toBe(false);
  clock.mockRestore();
});
