import type { ProductInput } from '../catalog/product.type';

/** Queries for products that the shop does not sell. */
const NOT_SOLD = ['gift card', 'yoga mat', 'umbrella', 'phone case', 'board game', 'sunglasses'];
const NOT_SOLD_SHARE = 0.05;
const TYPO_SHARE = 0.05;
const PAGE_LENGTH = 10;

/** A query that a simulated visitor typed, and its results. */
export interface TypedSearch {
  readonly query: string;
  readonly total: number;
  /** The ids of the products on the first page of results. */
  readonly shown: readonly string[];
}

/**
 * Generates searches as data for reports and suggestions. The results are the products whose title and brand together
 * contain all words of the query. Freshet's own search works differently.
 */
export class DemoSearch {
  private readonly byWord = new Map<string, Set<number>>();

  constructor(private readonly products: readonly ProductInput[]) {
    products.forEach(({ title, brand }, index) => {
      for (const word of wordsOf(`${title} ${brand}`)) {
        let productIndexes = this.byWord.get(word);
        if (!productIndexes) this.byWord.set(word, (productIndexes = new Set()));
        productIndexes.add(index);
      }
    });
  }

  /** Returns a search for some words of a product's title, with the results that were available at a time (ms). */
  simulateSearch(index: number, at: number, random: () => number): TypedSearch {
    if (random() < NOT_SOLD_SHARE)
      return { query: NOT_SOLD[Math.floor(NOT_SOLD.length * random())], total: 0, shown: [] };
    const intendedWords = randomQueryWords(this.products[index].title ?? '', random);
    const matches = this.find(intendedWords).filter((each) => wasAvailable(this.products[each], at));
    // A typo does not change the results, as in a search that corrects typos.
    const query = intendedWords.map((word) => (random() < TYPO_SHARE ? withTypo(word, random) : word)).join(' ');
    return { query, total: matches.length, shown: matches.slice(0, PAGE_LENGTH).map((each) => this.products[each].id) };
  }

  private find(words: readonly string[]): number[] {
    const [first, ...others] = words.map((word) => this.byWord.get(word) ?? new Set<number>());
    return [...first].filter((index) => others.every((found) => found.has(index)));
  }
}

/**
 * Returns some words of a title. Usually, these are the last one or two words before the comma, such as `Coffee Mug` of
 * `Blue Coffee Mug, 300 ml`.
 */
function randomQueryWords(title: string, random: () => number): string[] {
  const nameWords = wordsOf(title.split(',')[0]);
  const chance = random();
  if (chance < 0.45) return nameWords.slice(-1);
  if (chance < 0.85) return nameWords.slice(-2);
  const words = wordsOf(title);
  const from = Math.floor(words.length * random());
  return words.slice(from, from + 2);
}

/** Returns whether the product is in stock and was published at a time (ms). */
export function wasAvailable({ publishedAt, availability }: ProductInput, at: number): boolean {
  return (publishedAt?.getTime() ?? 0) <= at && availability === 'IN_STOCK';
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-zäöü']{3,}/g) ?? [];
}

/** Swaps two adjacent letters. */
function withTypo(word: string, random: () => number): string {
  const at = Math.floor((word.length - 1) * random());
  return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
}
