import type { ProductInput } from '../catalog/product.type';

/** What is asked for and not to be had. */
const NOT_SOLD = ['gift card', 'yoga mat', 'umbrella', 'phone case', 'board game', 'sunglasses'];
const NOT_SOLD_SHARE = 0.05;
const SLIP_SHARE = 0.05;
const SHOWN = 10;

/** What somebody has typed, and the first page that a plain search by the words of titles and brands finds. */
export interface TypedSearch {
  readonly query: string;
  readonly total: number;
  /** Product ids. */
  readonly shown: readonly string[];
}

/** Makes searches for a catalogue, for material of reports and suggestions: it is not how Freshet finds anything. */
export class DemoSearch {
  private readonly byWord = new Map<string, Set<number>>();

  constructor(private readonly products: readonly ProductInput[]) {
    products.forEach(({ title, brand }, index) => {
      for (const word of wordsOf(`${title} ${brand}`)) {
        let found = this.byWord.get(word);
        if (!found) this.byWord.set(word, (found = new Set()));
        found.add(index);
      }
    });
  }

  /** By some words of a product's title, among what could be bought then. */
  for(index: number, at: number, random: () => number): TypedSearch {
    if (random() < NOT_SOLD_SHARE)
      return { query: NOT_SOLD[Math.floor(NOT_SOLD.length * random())], total: 0, shown: [] };
    const typed = typedFor(this.products[index].title ?? '', random);
    const found = this.find(typed).filter((each) => couldBeBought(this.products[each], at));
    const query = typed.map((word) => (random() < SLIP_SHARE ? withSlip(word, random) : word)).join(' ');
    return { query, total: found.length, shown: found.slice(0, SHOWN).map((each) => this.products[each].id) };
  }

  private find(words: readonly string[]): number[] {
    const [first, ...others] = words.map((word) => this.byWord.get(word) ?? new Set<number>());
    return [...first].filter((index) => others.every((found) => found.has(index)));
  }
}

/** `Stovetop Espresso Maker, 6 Cups` → most often its last words before the comma: what the thing is called. */
function typedFor(title: string, random: () => number): string[] {
  const called = wordsOf(title.split(',')[0]);
  const chance = random();
  if (chance < 0.45) return called.slice(-1);
  if (chance < 0.85) return called.slice(-2);
  const words = wordsOf(title);
  const from = Math.floor(words.length * random());
  return words.slice(from, from + 2);
}

/** Whether it was there, and to be had. */
export function couldBeBought({ publishedAt, availability }: ProductInput, at: number): boolean {
  return (publishedAt?.getTime() ?? 0) <= at && availability === 'IN_STOCK';
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-zäöü']{3,}/g) ?? [];
}

/** Two neighbours exchanged. */
function withSlip(word: string, random: () => number): string {
  const at = Math.floor((word.length - 1) * random());
  return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
}
