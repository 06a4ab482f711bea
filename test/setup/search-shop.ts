import { randomItem } from '../../src/learn/random-draws';
import { seededRandom } from '../../src/learn/seeded-random';

/** A product in a form that tests send and can count by hand. */
export interface TestProduct {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly brand: string | null;
  readonly categories: readonly string[];
  readonly groupId: string | null;
  readonly availability: 'IN_STOCK' | 'OUT_OF_STOCK' | 'PREORDER' | 'DISCONTINUED';
  readonly rating: number | null;
  readonly price: { readonly amount: string; readonly currency: string } | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const ADJECTIVES = ['red', 'blue', 'large', 'small', 'wooden', 'enamel', 'folding'];
const NOUNS = ['lamp', 'kettle', 'chair', 'mug', 'tent', 'umbrella'];
const BRANDS = ['Acme', 'Bolt & Co', 'Cord'];
const CATEGORIES = ['Home > Kitchen', 'Home > Living', 'Garden', 'Garden > Tents'];
const AVAILABILITIES = ['IN_STOCK', 'IN_STOCK', 'IN_STOCK', 'OUT_OF_STOCK', 'PREORDER', 'DISCONTINUED'] as const;

/** Generates products; the same seed gives the same products. */
export function testProducts(count: number, seed: number): TestProduct[] {
  const random = seededRandom(seed);
  const or = <T>(value: T, share: number): T | null => (random() < share ? value : null);
  return Array.from({ length: count }, (_, n) => ({
    id: `p${seed}-${n}`,
    title: `${randomItem(ADJECTIVES, random)} ${randomItem(NOUNS, random)}`,
    description: Array.from({ length: 6 }, () => randomItem([...ADJECTIVES, ...NOUNS], random)).join(' '),
    brand: or(randomItem(BRANDS, random), 0.8),
    categories: random() < 0.2 ? [] : [...new Set([randomItem(CATEGORIES, random), randomItem(CATEGORIES, random)])],
    groupId: or(`group-${seed}-${Math.floor(random() * (count / 6))}`, 0.4),
    availability: randomItem(AVAILABILITIES, random),
    rating: or(Math.ceil(random() * 5), 0.7),
    price: or({ amount: (Math.ceil(random() * 60) / 2).toFixed(2), currency: 'EUR' }, 0.9),
    attributes: {
      colour: randomItem(['red', 'blue', 'green'], random),
      size: randomItem([['S'], ['M', 'L'], []], random),
      weight: Math.ceil(random() * 9),
    },
  }));
}
