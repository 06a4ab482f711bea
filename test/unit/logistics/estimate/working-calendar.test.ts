import { WorkingCalendar } from '../../../../src/logistics/estimate/working-calendar';

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** Monday, 5 January 2026. */
const MONDAY = Date.UTC(2026, 0, 5);

describe('the calendar of scans', () => {
  /** From Monday to Saturday, from 8 to 17 o'clock, for four weeks. */
  const times = Array.from({ length: 28 }, (_, day) => day)
    .filter((day) => day % 7 !== 6)
    .flatMap((day) => Array.from({ length: 10 }, (_, n) => MONDAY + day * DAY + (8 + n) * HOUR));
  const isHoliday = (country: string, day: number): boolean => country === 'DE' && day === (MONDAY + 28 * DAY) / DAY;
  const calendar = new WorkingCalendar(0.02, isHoliday);
  for (const at of times) calendar.add(['A', 'carrier'], at);
  const next = (place: string, country: string, days: number, hours: number) =>
    (calendar.next([place], country, MONDAY + days * DAY + hours * HOUR) - MONDAY) / HOUR;

  it('finds the next opening, over Sundays and holidays', () => {
    expect(next('A', 'DE', 21, 7)).toBe(21 * 24 + 8);
    expect(next('A', 'DE', 21, 8)).toBe(21 * 24 + 8);
    expect(next('A', 'DE', 21, 9)).toBe(22 * 24 + 8);
    // Saturday evening: then Sunday, and in one country a holiday.
    expect(next('A', 'FR', 26, 20)).toBe(28 * 24 + 8);
    expect(next('A', 'DE', 26, 20)).toBe(29 * 24 + 8);
  });

  it('counts closed days', () => {
    const day = MONDAY / DAY + 27;
    expect(calendar.closedDaysFrom(['A'], 'FR', day)).toBe(1);
    expect(calendar.closedDaysFrom(['A'], 'DE', day)).toBe(2);
    expect(calendar.closedDaysFrom(['A'], 'DE', day + 2)).toBe(0);
  });

  it('is open every day at an unknown place, except on holidays', () => {
    expect(next('B', 'FR', 27, 5)).toBe(27 * 24 + 8);
    expect(next('B', 'DE', 28, 5)).toBe(29 * 24 + 8);
  });

  it('is that of the more general place where there are too few scans', () => {
    // One scan, on a Friday afternoon.
    calendar.add(['C', 'carrier'], MONDAY + 4 * DAY + 15 * HOUR);
    expect((calendar.next(['C', 'carrier'], 'FR', MONDAY + 21 * DAY) - MONDAY) / HOUR).toBe(21 * 24 + 8);
    expect(calendar.closedDaysFrom(['C', 'carrier'], 'FR', MONDAY / DAY + 27)).toBe(1);
  });

  it('ends the search for an open day', () => {
    const closed = new WorkingCalendar(0.5, () => true);
    expect(closed.next(['A'], 'DE', MONDAY)).toBe(MONDAY + 14 * DAY + 8 * HOUR);
  });
});
