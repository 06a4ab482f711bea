import { carrierRows, durationText, filterOf, rowName } from '../../../console/src/deliveries/carrier-report';
import { distanceText, laneText, likelyText, promiseText } from '../../../console/src/deliveries/parcel-text';
import { setTimeZone } from '../../../console/src/ui/format';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-03-06T10:00:00Z');
const inHours = (hours: number) => new Date(NOW + hours * HOUR_MS).toISOString();

beforeAll(() => setTimeZone('Europe/Berlin'));
afterAll(() => setTimeZone('UTC'));

test.each([
  [-72, '3 days ago'],
  [-25, '1 day ago'],
  [-3, '3 hours ago'],
  [-0.5, '30 minutes ago'],
  [2, 'in 2 hours'],
])('a time in %s hours is %s', (hours, text) => {
  expect(distanceText(NOW + hours * HOUR_MS, NOW)).toBe(text);
});

test('a promise has its day, and its time if it is near', () => {
  expect(promiseText(inHours(-72), NOW)).toBe('Tue 3 Mar');
  expect(promiseText(inHours(-2), NOW)).toBe('Fri 6 Mar, 09:00');
});

test.each([
  ['today within hours', 1, 3, 'today, 12:00 – 14:00'],
  ['already possible', -5, 30, 'today – Sat'],
  ['on one day', 30, 31, 'Sat'],
  ['within a week', 80, 100, 'Mon – Tue'],
  ['later', 200, 300, '14 Mar – 18 Mar'],
  ['overdue', -5, -1, undefined],
])('an estimate that is %s', (_, earliest, latest, text) => {
  expect(likelyText({ earliest: inHours(earliest), latest: inHours(latest) }, NOW)).toBe(text);
});

test('a lane has the origin, the country and the beginning of the postcode', () => {
  const nowhere = { name: null, country: null, postcodePrefix: null };
  const leipzig = { ...nowhere, name: 'Leipzig', country: 'DE' };
  expect(laneText({ origin: leipzig, destination: { ...nowhere, country: 'DE', postcodePrefix: '101' } })).toBe(
    'Leipzig → DE 101',
  );
  expect(laneText({ origin: { ...nowhere, country: 'FR' }, destination: nowhere })).toBe('FR → –');
});

test('rows of carriers and lanes: those with the most deliveries first', () => {
  const value = (name: string, number: number) => ({ name, number, quantiles: null });
  const windowOf = (keys: string[], delivered: number) => ({
    key: JSON.stringify(keys),
    keys,
    values: [
      value('delivered', delivered),
      {
        name: 'hours',
        number: null,
        quantiles: [
          { quantile: 0.5, value: 30 },
          { quantile: 0.9, value: 60 },
        ],
      },
    ],
  });
  const rows = carrierRows([windowOf(['Hill Post', 'Leipzig', 'AT'], 2), windowOf([], 9)]);
  expect(rows.map(rowName)).toEqual(['All others', 'Hill Post · Leipzig → AT']);
  expect(rows[1]).toMatchObject({ delivered: 2, onTime: 0, medianHours: 30, slowHours: 60 });
});

test('the filter of a row, unless a part of its key is missing', () => {
  expect(filterOf({ keys: ['Hill Post'] })).toEqual({ carrier: 'Hill Post' });
  expect(filterOf({ keys: ['Hill Post', 'DE', 'AT'] })).toEqual({ carrier: 'Hill Post', origin: 'DE', country: 'AT' });
  expect(filterOf({ keys: ['Hill Post', '-', 'AT'] })).toBeUndefined();
  expect(filterOf({ keys: [] })).toBeUndefined();
  expect(rowName({ keys: ['-'] })).toBe('Unknown carrier');
});

test('durations are in days, hours or minutes', () => {
  expect([null, 0.05, 7.4, 60].map(durationText)).toEqual(['–', '3 min', '7 h', '2.5 days']);
});
