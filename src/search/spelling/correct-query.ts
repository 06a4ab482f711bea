import { answered, type Asking } from '../turns/asking';
import type { SpellingDictionary } from './spelling-dictionary';
import { optionsAt, type WordOption } from './word-options';

export interface WordChange {
  /** Which words of the query: [from, to). */
  readonly from: number;
  readonly to: number;
  readonly words: readonly string[];
  readonly kind: 'SPELLING' | 'JOINED' | 'SPLIT';
}

export interface QueryCorrection {
  /** All words of the query, corrected. */
  readonly words: readonly string[];
  readonly changes: readonly WordChange[];
  /** What they find. Above 0. */
  readonly hits: number;
  /**
   * Whether to show what they find at once (`correctedQuery`): the query finds nothing, and only words were changed that neither
   * the shop nor a language has. Otherwise it is a question (`didYouMean`).
   */
  readonly certain: boolean;
}

export interface CorrectionLimits {
  /** A query that finds so much is left alone. */
  readonly enough?: number;
  /** Queries that are tried, beside the one that was asked. */
  readonly tries?: number;
  /** What the query finds, where that is known. */
  readonly found?: number;
  /** No query finds more: what could not be better even so is not asked for. */
  readonly documents?: number;
  /** Those of the words that a language has: they are not taken for other words. */
  readonly realWords?: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/** A way through the options of a query's words: the one before, and the option taken last. */
interface Path {
  readonly before?: Path;
  readonly option?: WordOption;
  readonly slip: number;
  readonly cost: number;
}

/** {@link correcting}, with its questions answered at once: how many products have all of these words. */
export function correctQuery(
  dictionary: SpellingDictionary,
  words: readonly string[],
  hits: (words: readonly string[]) => number,
  limits?: CorrectionLimits,
): QueryCorrection | undefined {
  return answered(correcting(dictionary, words, limits), hits);
}

/**
 * What somebody may have meant by a query: the likeliest corrections of its words are tried together, and of those that find
 * something that one is taken whose slips are likeliest, weighed against how much it finds. Asks how many products have all of
 * some words.
 * @param words surfaces, at most some dozens
 * @returns undefined where nothing better is found
 */
export function* correcting(
  dictionary: SpellingDictionary,
  words: readonly string[],
  { enough = 3, tries = 12, documents = Infinity, found, realWords = NONE }: CorrectionLimits = {},
): Asking<readonly string[], QueryCorrection | undefined> {
  if (words.length === 0) return undefined;
  const asked = found ?? (yield words);
  if (asked >= enough) return undefined;
  let best: { path: Path; words: string[]; hits: number } | undefined;
  let bestCost = asked > 0 ? -Math.log(asked) : Infinity;
  for (const path of likeliest(dictionary, words, tries + 1, realWords)) {
    if (path.slip === 0) continue; // what was asked
    if (path.slip - Math.log(documents) >= bestCost) continue;
    const tried = optionsOf(path).flatMap((option) => option.words);
    const hits = yield tried;
    // What all words find together says more than how frequent each of them is.
    const cost = path.slip - Math.log(hits);
    if (hits > 0 && cost < bestCost) {
      best = { path, words: tried, hits };
      bestCost = cost;
    }
  }
  if (best === undefined) return undefined;
  const options = optionsOf(best.path);
  const certain = asked === 0 && !options.some((option) => option.doubtful);
  return { words: best.words, changes: changesOf(options), hits: best.hits, certain };
}

/** The `most` cheapest ways through the options of all words, cheapest first. */
function likeliest(
  dictionary: SpellingDictionary,
  words: readonly string[],
  most: number,
  realWords: ReadonlySet<string>,
): Path[] {
  const reached: Path[][] = Array.from({ length: words.length + 1 }, () => []);
  reached[0] = [{ slip: 0, cost: 0 }];
  for (let at = 0; at < words.length; at++) {
    const paths = cheapest(reached[at], most);
    if (paths.length === 0) continue;
    for (const option of optionsAt(dictionary, words, at, realWords)) {
      for (const before of paths) {
        const slip = before.slip + option.slip;
        reached[at + option.takes].push({ before, option, slip, cost: before.cost + option.cost });
      }
    }
  }
  return cheapest(reached[words.length], most);
}

function optionsOf(path: Path): WordOption[] {
  const options: WordOption[] = [];
  for (let at: Path | undefined = path; at?.option !== undefined; at = at.before) options.push(at.option);
  return options.reverse();
}

function cheapest(paths: Path[], most: number): Path[] {
  return paths.sort((a, b) => a.cost - b.cost).slice(0, most);
}

function changesOf(options: readonly WordOption[]): WordChange[] {
  const changes: WordChange[] = [];
  let at = 0;
  for (const { kind, takes, words } of options) {
    if (kind !== 'KEPT') changes.push({ from: at, to: at + takes, words, kind });
    at += takes;
  }
  return changes;
}
