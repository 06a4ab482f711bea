import { randomItem } from '../src/learn/random-draws';
import { seededRandom } from '../src/learn/seeded-random';
import type { Corpus } from './search-corpus';
import { typos } from './typos';

/**
 * A question in a form that each search engine can translate. The best ten results and the exact total are always
 * required.
 */
export interface Question {
  /** Empty: browsing. */
  readonly words: readonly string[];
  readonly mode: 'AND' | 'OR';
  /** Whether the last word is only a prefix. */
  readonly prefix: boolean;
  /** Whether one of the words has a typo. */
  readonly typo: boolean;
  readonly maximumPrice?: number;
  readonly section?: string;
  /** Whether to count the sections, vendors and colours of the matching documents: the ten most frequent of each. */
  readonly facets: boolean;
}

export const CLASSES = [
  'and',
  'or-frequent',
  'prefix',
  'one-typo',
  'no-hit',
  'filter-facets',
  'or-frequent-facets',
  'browse-facets',
] as const;
export type QuestionClass = (typeof CLASSES)[number];

export const HITS = 10;

/** @param count questions of each class, generated from a fixed seed */
export function searchQuestions(corpus: Corpus, count: number): Record<QuestionClass, Question[]> {
  const random = seededRandom(99);
  const anyDocument = () => corpus.document(Math.floor(random() * corpus.size));
  const frequent = frequentWords(corpus, 100);
  /** Returns words that occur together in a document. */
  const together = (words: number) => {
    const { title, description } = anyDocument();
    const all = [...title, ...description];
    return [...new Set(Array.from({ length: words }, () => randomItem(all, random)))];
  };
  const plain = { mode: 'AND', prefix: false, typo: false, facets: false } as const;
  const make: Record<QuestionClass, () => Question> = {
    and: () => ({ ...plain, words: together(2 + Math.floor(random() * 2)) }),
    'or-frequent': () => ({
      ...plain,
      mode: 'OR',
      words: [randomItem(frequent, random), randomItem(frequent, random), randomItem(frequent, random)],
    }),
    prefix: () => {
      const words = together(1 + Math.floor(random() * 2));
      const last = words[words.length - 1];
      return { ...plain, prefix: true, words: [...words.slice(0, -1), last.slice(0, 2 + Math.floor(random() * 3))] };
    },
    'one-typo': () => {
      const words = together(2);
      const long = words.findIndex((word) => word.length > 3);
      if (long < 0) return make['one-typo']();
      const [{ typed }] = typos([words[long]], 'uniform', Math.floor(random() * 2 ** 31));
      return { ...plain, typo: true, words: words.map((word, at) => (at === long ? typed : word)) };
    },
    'no-hit': () => ({ ...plain, words: [...together(1), `zzqx${randomItem(frequent, random)}`] }),
    'filter-facets': () => ({ ...plain, words: together(2), maximumPrice: 20 + random() * 100, facets: true }),
    'or-frequent-facets': () => ({
      ...plain,
      mode: 'OR',
      words: [randomItem(frequent, random), randomItem(frequent, random), randomItem(frequent, random)],
      facets: true,
    }),
    'browse-facets': () => ({ ...plain, words: [], section: anyDocument().section, facets: true }),
  };
  return Object.fromEntries(CLASSES.map((name) => [name, Array.from({ length: count }, make[name])])) as Record<
    QuestionClass,
    Question[]
  >;
}

function frequentWords(corpus: Corpus, count: number): string[] {
  const counts = new Map<string, number>();
  for (let number = 0; number < Math.min(corpus.size, 5_000); number++) {
    const { title, description } = corpus.document(number);
    for (const word of new Set([...title, ...description])) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts.keys()].sort((a, b) => (counts.get(b) as number) - (counts.get(a) as number)).slice(0, count);
}
