import { isPlausibleTypo } from '../../search-engine/spelling/plausible-typo';
import { hangulLetters } from '../../search-engine/text/hangul';

/** A query that customers searched for. */
export interface LoggedQuery {
  /** The query as normalized by `queryKey`. */
  readonly key: string;
  readonly text: string;
  /** Popularity (recent searches count more) × smoothed click rate; greater than 0. */
  readonly score: number;
}

/** Minimum prefix lengths for one typo and for two typos, in UTF-16 code units. */
const MIN_LENGTH_FOR_ONE_TYPO = 4;
const MIN_LENGTH_FOR_TWO_TYPOS = 8;
/** Maximum length of a prefix that is matched with typos, in UTF-16 code units. */
const MAX_TYPO_LENGTH = 40;

const NONE: ReadonlySet<string> = new Set();

/** Looks up queries by prefix, in a sorted array: queries with the same prefix are adjacent. */
export class QueryPrefixIndex {
  private readonly queries: readonly LoggedQuery[];
  /** The keys with Hangul as letters, so that a syllable is found while it is composed. */
  private readonly keys: readonly string[];

  /** @param queries with distinct keys */
  constructor(queries: readonly LoggedQuery[]) {
    const keyed = queries.map((query) => ({ query, key: hangulLetters(query.key) }));
    keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
    this.queries = keyed.map(({ query }) => query);
    this.keys = keyed.map(({ key }) => key);
  }

  get size(): number {
    return this.queries.length;
  }

  /**
   * Returns queries with a prefix, by descending score. If there is none, it returns queries whose prefix differs by one
   * plausible typo (an insertion, deletion, substitution or transposition; see {@link isPlausibleTypo}). If there are
   * too few, queries whose prefix differs by two typos follow.
   * @param prefix normalized like the keys; a trailing space means that its last word is complete
   * @param hidden keys to leave out
   * @param isWord returns whether a word of the prefix is no typo. Default: every word may be one
   */
  withPrefix(
    prefix: string,
    limit: number,
    hidden: ReadonlySet<string> = NONE,
    isWord: (word: string) => boolean = () => false,
  ): LoggedQuery[] {
    const key = hangulLetters(prefix);
    const isHidden = (at: number) => hidden.has(this.queries[at].key);
    const [from, to] = this.prefixRange(0, this.size, key);
    if (from < to) return this.selectBest([[from, to]], limit, isHidden).map((at) => this.queries[at]);
    const found = new Set<number>();
    const right = new Set(key.split(' ').filter(isWord));
    for (let typoCount = 1; typoCount <= allowedTypos(key) && found.size < limit; typoCount++) {
      const ranges: [number, number][] = [];
      new FuzzyPrefixWalk(this.keys, key, typoCount, right).collect(ranges);
      const bestIndices = this.selectBest(ranges, limit - found.size, (at) => found.has(at) || isHidden(at));
      for (const at of bestIndices) found.add(at);
    }
    return [...found].map((at) => this.queries[at]);
  }

  /** Returns the indices of the queries with the highest scores. One pass is cheaper than sorting the ranges. */
  private selectBest(
    ranges: readonly (readonly [number, number])[],
    limit: number,
    isLeftOut: (at: number) => boolean,
  ): number[] {
    const best: number[] = [];
    const { queries } = this;
    for (const [from, to] of ranges) {
      for (let at = from; at < to; at++) {
        const { score } = queries[at];
        if (best.length === limit && score <= queries[best[limit - 1]].score) continue;
        if (isLeftOut(at)) continue;
        let place = Math.min(best.length, limit - 1);
        for (; place > 0 && queries[best[place - 1]].score < score; place--) best[place] = best[place - 1];
        best[place] = at;
      }
    }
    return best;
  }

  private prefixRange(from: number, to: number, prefix: string): [number, number] {
    const start = firstWhere(from, to, (at) => this.keys[at] >= prefix);
    return [start, firstWhere(start, to, (at) => !this.keys[at].startsWith(prefix))];
  }
}

function allowedTypos({ length }: string): number {
  if (length < MIN_LENGTH_FOR_ONE_TYPO || length > MAX_TYPO_LENGTH) return 0;
  return length < MIN_LENGTH_FOR_TWO_TYPOS ? 1 : 2;
}

/** Returns the first index in [from, to) from which the condition holds up to the end; `to` if there is none. */
function firstWhere(from: number, to: number, holds: (at: number) => boolean): number {
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/**
 * Walks the sorted keys character by character like a trie, with one row of the restricted Damerau–Levenshtein table
 * per depth. It prunes branches in which no prefix can be within the allowed number of typos.
 */
class FuzzyPrefixWalk {
  private readonly rows: Uint8Array[];

  constructor(
    private readonly keys: readonly string[],
    private readonly prefix: string,
    private readonly typos: number,
    private readonly right: ReadonlySet<string>,
  ) {
    const depths = prefix.length + typos + 1;
    this.rows = Array.from({ length: depths }, () => new Uint8Array(prefix.length + 1));
    for (let i = 0; i <= prefix.length; i++) this.rows[0][i] = i;
  }

  /** Adds the ranges of keys with a prefix that differs by at most the allowed number of plausible typos. */
  collect(ranges: [number, number][]): void {
    this.walk(0, this.keys.length, 0, ranges);
  }

  private walk(from: number, to: number, depth: number, ranges: [number, number][]): void {
    const { prefix, typos, keys, rows } = this;
    const isNear = rows[depth][prefix.length] <= typos;
    if (isNear && isPlausibleTypo(prefix, keys[from].slice(0, depth), this.right)) return void ranges.push([from, to]);
    if (depth + 1 === rows.length) return;
    let at = from;
    // Keys that end at this depth sort first. They are skipped, because none of their prefixes is similar enough.
    while (at < to && keys[at].length === depth) at++;
    while (at < to) {
      const unit = keys[at].charCodeAt(depth);
      const end = firstWhere(at, to, (other) => keys[other].charCodeAt(depth) > unit);
      if (this.step(at, depth, unit)) this.walk(at, end, depth + 1, ranges);
      at = end;
    }
  }

  /** Fills the next row. @returns whether any distance in it is within the allowed number of typos */
  private step(at: number, depth: number, unit: number): boolean {
    const { prefix, typos, rows } = this;
    const [row, next] = [rows[depth], rows[depth + 1]];
    const before = depth > 0 ? this.keys[at].charCodeAt(depth - 1) : -1;
    const far = typos + 1;
    next.fill(far);
    if (depth + 1 <= typos) next[0] = depth + 1;
    let isNear = next[0] <= typos;
    const last = Math.min(prefix.length, depth + 1 + typos);
    for (let i = Math.max(1, depth + 1 - typos); i <= last; i++) {
      const typed = prefix.charCodeAt(i - 1);
      let cost = Math.min(row[i - 1] + (typed === unit ? 0 : 1), row[i] + 1, next[i - 1] + 1);
      if (depth > 0 && i > 1 && typed === before && prefix.charCodeAt(i - 2) === unit)
        cost = Math.min(cost, rows[depth - 1][i - 2] + 1);
      next[i] = Math.min(cost, far);
      isNear ||= cost <= typos;
    }
    return isNear;
  }
}
