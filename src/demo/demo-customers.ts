import { seededRandom } from '../learn/seeded-random';
import { DEMO_LINES, DEMO_THINGS, demoId, KINDS, SINGLES, versionAt } from './demo-catalogue';
import { seasonOf } from './demo-calendar';
import { LINES, WAYS_OF_LIFE } from './goods/assortment';

export const DEMO_CUSTOMERS = 2_000;
const SEED = 2_026;

/** A product that a customer buys again when it has run out. */
export interface Staple {
  readonly productId: string;
  readonly days: number;
}

/** The preferences of a synthetic customer. Only the simulation of the demo uses them; they are not stored. */
export interface Taste {
  /** The index of the line that the customer prefers, and of the other lines of the same lifestyle. */
  readonly main: number;
  readonly besides: readonly number[];
  /** The indices of the preferred kinds in any line, and of the preferred version. */
  readonly kinds: readonly number[];
  readonly version: number;
  readonly staples: readonly Staple[];
  /** Average number of days between two visits. */
  readonly gapDays: number;
}

export interface DemoCustomer extends Taste {
  readonly id: string;
}

/** Returns the customer with a number (from 1), always the same for the same number. */
export function demoCustomer(number: number): DemoCustomer {
  return { id: `demo-customer-${number}`, ...tasteOf(seededRandom(SEED + 7_919 * number)) };
}

/** Returns random preferences. */
export function tasteOf(random: () => number): Taste {
  const below = (count: number) => Math.floor(count * random());
  const wayOfLife = WAYS_OF_LIFE[below(WAYS_OF_LIFE.length)];
  const main = wayOfLife[below(wayOfLife.length)];
  const kinds = [below(KINDS), below(KINDS), below(KINDS)];
  const version = below(5);
  const { consumables } = LINES[main];
  const staples = consumables
    .filter(() => random() < 0.6)
    .map((thing) => ({ productId: demoId(main, thing), days: 12 + 25 * random() }));
  return {
    main,
    besides: wayOfLife.filter((line) => line !== main),
    kinds,
    version,
    staples,
    gapDays: 10 + 45 * random(),
  };
}

/** Returns the catalogue index of a random product that a customer with these preferences would view at a time. */
export function wanted({ main, besides, kinds, version }: Taste, at: number, random: () => number): number {
  const below = (count: number) => Math.floor(count * random());
  const line = lineFor(main, besides, at, random);
  if (random() < 0.4) return line * DEMO_THINGS + Math.floor(SINGLES * random() ** 1.5);
  const kind = random() < 0.75 ? kinds[below(kinds.length)] : below(KINDS);
  return line * DEMO_THINGS + versionAt(kind, random() < 0.6 ? version : below(5));
}

function lineFor(main: number, besides: readonly number[], at: number, random: () => number): number {
  const chance = random();
  if (chance < 0.68) return main;
  if (chance < 0.9) return besides[Math.floor(besides.length * random())];
  // Any line, weighted by season.
  for (;;) {
    const line = Math.floor(DEMO_LINES * random());
    if (random() < seasonOf(line, at)) return line;
  }
}
