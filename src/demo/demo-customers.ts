import { randomItem } from '../learn/random-draws';
import { seededRandom } from '../learn/seeded-random';
import {
  DEMO_LINE_COUNT,
  DEMO_PRODUCTS_PER_LINE,
  demoId,
  KINDS_PER_LINE,
  SINGLES_PER_LINE,
  versionIndex,
} from './demo-catalogue';
import { seasonalDemand } from './demo-calendar';
import { CUSTOMER_PREFIX } from './demo-names';
import { LINES, LIFESTYLES } from './goods/assortment';

export const DEMO_CUSTOMER_COUNT = 2_000;
const SEED = 2_026;

/** A product that a customer buys again when it has run out, after about `days` days. */
interface Staple {
  readonly productId: string;
  readonly days: number;
}

/** The preferences of a synthetic customer. Only the simulation of the demo uses them; they are not stored. */
export interface Preferences {
  /** The indices of the preferred product line, and of the other lines of its group in {@link LIFESTYLES}. */
  readonly mainLine: number;
  readonly otherLines: readonly number[];
  /** The indices of the kinds that the customer prefers in every line, and of the preferred version of every kind. */
  readonly kinds: readonly number[];
  readonly version: number;
  readonly staples: readonly Staple[];
  /** Average number of days between two visits. */
  readonly gapDays: number;
}

export interface DemoCustomer extends Preferences {
  readonly id: string;
}

/** Returns the synthetic customer with the given number (from 1). The customer depends only on the number. */
export function demoCustomer(number: number): DemoCustomer {
  return { id: `${CUSTOMER_PREFIX}${number}`, ...randomPreferences(seededRandom(SEED + 7_919 * number)) };
}

export function randomPreferences(random: () => number): Preferences {
  const below = (count: number) => Math.floor(count * random());
  const wayOfLife = randomItem(LIFESTYLES, random);
  const mainLine = randomItem(wayOfLife, random);
  const kinds = [below(KINDS_PER_LINE), below(KINDS_PER_LINE), below(KINDS_PER_LINE)];
  const version = below(5);
  const { consumables } = LINES[mainLine]!;
  const staples = consumables
    .filter(() => random() < 0.6)
    .map((thing) => ({ productId: demoId(mainLine, thing), days: 12 + 25 * random() }));
  return {
    mainLine,
    otherLines: wayOfLife.filter((line) => line !== mainLine),
    kinds,
    version,
    staples,
    gapDays: 10 + 45 * random(),
  };
}

/** Returns the catalogue index of a random product that a customer with these preferences may view at a time (ms). */
export function randomWantedProduct(
  { mainLine, otherLines, kinds, version }: Preferences,
  at: number,
  random: () => number,
): number {
  const below = (count: number) => Math.floor(count * random());
  const line = randomLine(mainLine, otherLines, at, random);
  if (random() < 0.4) return line * DEMO_PRODUCTS_PER_LINE + Math.floor(SINGLES_PER_LINE * random() ** 1.5);
  const kind = random() < 0.75 ? randomItem(kinds, random) : below(KINDS_PER_LINE);
  return line * DEMO_PRODUCTS_PER_LINE + versionIndex(kind, random() < 0.6 ? version : below(5));
}

function randomLine(main: number, besides: readonly number[], at: number, random: () => number): number {
  const chance = random();
  if (chance < 0.68) return main;
  if (chance < 0.9) return randomItem(besides, random);
  // Choose among all product lines. Lines that are in season are more likely.
  for (;;) {
    const line = Math.floor(DEMO_LINE_COUNT * random());
    if (random() < seasonalDemand(line, at)) return line;
  }
}
