import { resolveCounts, type CountRequests } from '../scheduling/count-requests';
import { optionsAt, type SpellingContext, type WordOption } from './word-options';

export interface WordChange {
  /** Range [from, to) of the query's words that `words` replace. */
  readonly from: number;
  readonly to: number;
  readonly words: readonly string[];
  readonly kind: 'SPELLING' | 'JOINED' | 'SPLIT';
}

export interface QueryCorrection {
  /** All words of the corrected query. */
  readonly words: readonly string[];
  readonly changes: readonly WordChange[];
  /** Number of products that the corrected query finds; > 0. */
  readonly hits: number;
  /**
   * Whether the original query finds nothing and the change is likely: no change is doubtful
   * ({@link WordOption.isDoubtful}) or lacks support, and a single word has a small typo or is long. If so, the
   * correction is searched for (`correctedQuery`). Otherwise it is only offered (`didYouMean`).
   */
  readonly certain: boolean;
}

export interface CorrectionLimits {
  /** A query that finds at least this many products is not corrected. Default 3. */
  readonly enough?: number;
  /** Maximum number of corrected queries to try. Default 12. */
  readonly tries?: number;
  /** Number of products that the original query finds, if known. */
  readonly found?: number;
  /** No query finds more products than this. A correction that would not be chosen even with so many is not tried. */
  readonly documents?: number;
}

/** Maximum cost of a typo in a query of one short word: one edit. */
const MAX_LONE_TYPO_COST = 10;
const MIN_LENGTH_FOR_LONE_TYPOS = 9;

/** A sequence of options for the words of a query, as a linked list: the preceding path and the last option. */
interface Path {
  readonly before?: Path;
  readonly option?: WordOption;
  readonly typoCost: number;
  readonly cost: number;
}

/** Runs {@link queryCorrection} with synchronous counts. @param hits returns how many products have all words */
export function correctQuery(
  context: SpellingContext,
  words: readonly string[],
  hits: (words: readonly string[]) => number,
  limits?: CorrectionLimits,
): QueryCorrection | undefined {
  return resolveCounts(queryCorrection(context, words, limits), hits);
}

/**
 * Corrects a query. It tries the most likely combinations of corrections and, among those that find products, chooses
 * the one with the lowest cost: typo cost minus the logarithm of the number of products found. The generator
 * yields the words that it tries and expects the number of products that have all of them.
 * @param words at most some dozens, each in the form that the dictionary holds (see `spelledWord`)
 * @returns undefined if no correction is better than the query
 */
export function* queryCorrection(
  context: SpellingContext,
  words: readonly string[],
  { enough = 3, tries = 12, documents = Infinity, found }: CorrectionLimits = {},
): CountRequests<readonly string[], QueryCorrection | undefined> {
  if (words.length === 0) return undefined;
  const originalHits = found ?? (yield words);
  if (originalHits >= enough) return undefined;
  let best: { path: Path; words: string[]; hits: number } | undefined;
  let bestCost = originalHits > 0 ? -Math.log(originalHits) : Infinity;
  for (const path of cheapestPaths(context, words, tries + 1)) {
    if (path.typoCost === 0) continue; // the original query
    if (path.typoCost - Math.log(documents) >= bestCost) continue;
    const triedWords = optionsOf(path).flatMap((option) => option.words);
    const hits = yield triedWords;
    // The number of products with all words is better evidence than the frequency of each word.
    const cost = path.typoCost - Math.log(hits);
    if (hits > 0 && cost < bestCost) {
      best = { path, words: triedWords, hits };
      bestCost = cost;
    }
  }
  if (best === undefined) return undefined;
  const options = optionsOf(best.path);
  const isUnlikely = words.length === 1 && options.some((option) => isFarFetched(option, words[0]));
  const supporting = options.filter(
    (one) => one.support === 0 && !one.words.every((word) => context.isStopWord?.(word)),
  ).length;
  const isDoubtful = options.some((one) => one.isDoubtful || one.support > supporting);
  const certain = originalHits === 0 && !isUnlikely && !isDoubtful;
  return { words: best.words, changes: changesOf(options), hits: best.hits, certain };
}

/** Returns whether a correction has more typos than are likely without other words: two typos in a short word. */
export function isFarFetched({ typoCost }: WordOption, word: string): boolean {
  return word.length < MIN_LENGTH_FOR_LONE_TYPOS && typoCost > MAX_LONE_TYPO_COST;
}

/** Returns a limited number of paths through the options of all words, cheapest first. */
function cheapestPaths(context: SpellingContext, words: readonly string[], maxPaths: number): Path[] {
  const pathsTo: Path[][] = Array.from({ length: words.length + 1 }, () => []);
  pathsTo[0] = [{ typoCost: 0, cost: 0 }];
  for (let at = 0; at < words.length; at++) {
    const paths = cheapest(pathsTo[at], maxPaths);
    if (paths.length === 0) continue;
    for (const option of optionsAt(context, words, at)) {
      for (const before of paths) {
        const typoCost = before.typoCost + option.typoCost;
        pathsTo[at + option.wordCount].push({ before, option, typoCost, cost: before.cost + option.cost });
      }
    }
  }
  return cheapest(pathsTo[words.length], maxPaths);
}

function optionsOf(path: Path): WordOption[] {
  const options: WordOption[] = [];
  for (let node: Path | undefined = path; node?.option !== undefined; node = node.before) options.push(node.option);
  return options.reverse();
}

function cheapest(paths: Path[], maxPaths: number): Path[] {
  return paths.sort((a, b) => a.cost - b.cost).slice(0, maxPaths);
}

function changesOf(options: readonly WordOption[]): WordChange[] {
  const changes: WordChange[] = [];
  let at = 0;
  for (const { kind, wordCount, words } of options) {
    if (kind !== 'KEPT') changes.push({ from: at, to: at + wordCount, words, kind });
    at += wordCount;
  }
  return changes;
}
