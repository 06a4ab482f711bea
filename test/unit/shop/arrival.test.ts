import { arrivalText } from '../../../shop/src/order/arrival';

/** A Wednesday, by the clock of this machine. */
const NOW = new Date(2026, 3, 15, 12).getTime();
const at = (days: number, hours = 0) => new Date(2026, 3, 15 + days, 12 + hours).toISOString();

it.each([
  [at(0, 2), at(0, 5), 'Arrives today, 2:00 – 5:00 PM'],
  [at(0, -2), at(0, 5), 'Arrives today, 12:00 – 5:00 PM'],
  [at(0, 2), at(1), 'Arrives today – Thursday'],
  [at(1), at(1, 3), 'Arrives Thursday'],
  [at(1), at(3), 'Arrives Thursday – Saturday'],
  [at(8), at(11), 'Arrives April 23 – 26'],
  [at(0, -5), at(0, -2), undefined],
])('from %s to %s: %s', (earliest, latest, text) => {
  expect(arrivalText({ earliest, latest }, NOW, 'en')?.replace(/\s/g, ' ')).toBe(text);
});
