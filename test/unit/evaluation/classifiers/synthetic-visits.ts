import { seededRandom } from '../../../../src/learn/seeded-random';

/** Lines of a synthetic table of visits: half of them buy, mostly those with many pages who came from mail. */
export function syntheticVisits(count: number): string[] {
  const random = seededRandom(11);
  const lines = Array.from({ length: count }, (_, n) => {
    const pages = Math.floor(20 * random());
    const source = ['mail', 'search', 'ad'][Math.floor(3 * random())];
    const chance = 1 / (1 + Math.exp(2 - pages / 5 - (source === 'mail' ? 2 : 0)));
    return `${n % 7};${pages};${source};${random() < chance}`;
  });
  return ['weekday;pages;source;bought', ...lines];
}
