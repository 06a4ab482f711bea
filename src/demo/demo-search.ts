import type { ProductInput } from '../catalog/product.type';
import { randomItem } from '../learn/random-draws';

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
  private readonly byWord = new Map<string, Set<ProductInput>>();

  constructor(private readonly products: readonly ProductInput[]) {
    for (const product of products) {
      for (const word of wordsOf(`${product.title} ${product.brand}`)) {
        let productsOfWord = this.byWord.get(word);
        if (!productsOfWord) this.byWord.set(word, (productsOfWord = new Set()));
        productsOfWord.add(product);
      }
    }
  }

  /** Returns a search for some words of a product's title, with the results that were available at a time (ms). */
  simulateSearch(index: number, at: number, random: () => number): TypedSearch {
    if (random() < NOT_SOLD_SHARE) return { query: randomItem(NOT_SOLD, random), total: 0, shown: [] };
    const intendedWords = randomQueryWords(this.products[index]!.title ?? '', random);
    const matches = this.find(intendedWords).filter((product) => wasAvailable(product, at));
    // A typo does not change the results, as in a search that corrects typos.
    const query = intendedWords.map((word) => (random() < TYPO_SHARE ? withTypo(word, random) : word)).join(' ');
    return { query, total: matches.length, shown: matches.slice(0, PAGE_LENGTH).map(({ id }) => id) };
  }

  private find(words: readonly string[]): ProductInput[] {
    const [first, ...others] = words.map((word) => this.byWord.get(word) ?? new Set<ProductInput>());
    return [...(first ?? [])].filter((product) => others.every((found) => found.has(product)));
  }
}

/**
 * Returns some words of a title. Usually, these are the last one or two words before the comma, such as `Coffee Mug` of
 * `Blue Coffee Mug, 300 ml`.
 */
function randomQueryWords(title: string, random: () => number): string[] {
  const [name = ''] = title.split(',');
  const nameWords = wordsOf(name);
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
