import fc from 'fast-check';
import { ZonedDateTime } from '../../../src/graphql/scalars';
import { instantOfScan } from '../../../src/logistics/scan-time';
import { TimeZone } from '../../../src/streams/window/time-zone';

const instant = (text: string, timeZone: string | null) => {
  const found = instantOfScan(ZonedDateTime.parseValue(text), timeZone);
  return found instanceof Date ? found.toISOString() : `${found.path}: ${found.message}`;
};

describe('the time of a scan', () => {
  it.each([
    ['2026-03-01T10:15:00Z', 'Asia/Tokyo', '2026-03-01T10:15:00.000Z'],
    ['2026-03-01T10:15:00+00:00', 'Europe/Berlin', '2026-03-01T10:15:00.000Z'],
    ['2026-03-01T10:15:00-00:00', 'Europe/Berlin', '2026-03-01T10:15:00.000Z'],
    ['2026-03-01T10:15:00+01:00', 'Europe/Berlin', '2026-03-01T09:15:00.000Z'],
    ['2026-07-01T10:15:00.5+02:00', 'europe/berlin', '2026-07-01T08:15:00.500Z'],
    ['2026-03-01T10:15:00+05:00', null, '2026-03-01T05:15:00.000Z'],
    ['2026-03-01T10:15:00', 'Europe/Berlin', '2026-03-01T09:15:00.000Z'],
    ['2026-07-01T10:15', 'America/New_York', '2026-07-01T14:15:00.000Z'],
    ['2026-07-01T10:15:30.250', 'Asia/Kolkata', '2026-07-01T04:45:30.250Z'],
    // Both offsets of the repeated hour are that of the time zone; without one, the earlier instant counts.
    ['2026-10-25T02:30:00+02:00', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25T02:30:00+01:00', 'Europe/Berlin', '2026-10-25T01:30:00.000Z'],
    ['2026-10-25T02:30:00', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-11-01T01:30:00', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['2026-04-05T01:45:00', 'Australia/Lord_Howe', '2026-04-04T14:45:00.000Z'],
  ])('%s with the time zone %s is %s', (text, timeZone, expected) => expect(instant(text, timeZone)).toBe(expected));

  it.each([
    ['2026-03-01T10:15:00+02:00', 'Europe/Berlin', /^occurredAt: .*which is \+01:00, or Z; got \+02:00$/],
    ['2026-07-01T10:15:00-04:00', 'America/Chicago', /^occurredAt: .*which is -05:00, or Z; got -04:00$/],
    // An hour after the clocks were set back.
    ['2026-10-25T03:30:00+02:00', 'Europe/Berlin', /^occurredAt: .*which is \+01:00/],
    ['2026-03-29T02:30:00', 'Europe/Berlin', /^occurredAt: .* they skip 2026-03-29T02:30:00$/],
    ['2026-03-08T02:00:00', 'America/New_York', /^occurredAt: .* they skip/],
    // A day that Samoa has skipped.
    ['2011-12-30T12:00:00', 'Pacific/Apia', /^occurredAt: .* they skip/],
    ['2026-03-01T10:15:00', null, /^occurredAt: occurredAt must have an offset, or the scan a timeZone/],
    ['2026-03-01T10:15:00Z', 'Berlin', /^timeZone: timeZone must be an IANA name/],
    ['2026-03-01T10:15:00', 'Mars/Olympus', /^timeZone: /],
  ])('%s with the time zone %s is refused', (text, timeZone, fault) => expect(instant(text, timeZone)).toMatch(fault));

  it.each(['yesterday', '2026-03-01', '2026-02-30T10:15:00', '2026-03-01T25:00:00', '2026-03-01T10:15:00+1', 5, null])(
    'is not %s',
    (value) => expect(() => ZonedDateTime.parseValue(value)).toThrow(/^ZonedDateTime must be /),
  );

  it('is the first instant at which the clocks show a local time', () => {
    const zones = ['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Africa/Casablanca'];
    const times = fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2030, 0) });
    // Every second time is within a day of a change of the clocks in Europe or America.
    const near = fc
      .tuple(fc.integer({ min: 2015, max: 2029 }), fc.constantFrom(2, 9, 10), fc.integer({ min: 0, max: 31 * 48 }))
      .map(([year, month, halfHours]) => Date.UTC(year, month) + halfHours * 1_800_000);
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.oneof(times, near), (name, at) => {
        const zone = new TimeZone(name);
        const wall = zone.wallAt(at);
        const found = instantOfScan({ wall, offset: null }, name) as Date;
        expect(zone.wallAt(found.getTime())).toBe(wall);
        const offset = wall - at;
        expect(instantOfScan({ wall, offset }, name)).toEqual(new Date(at));
        if (found.getTime() === at) return;
        expect(found.getTime()).toBeLessThan(at);
        expect(at - found.getTime()).toBeLessThanOrEqual(3_600_000);
      }),
    );
  });
});
