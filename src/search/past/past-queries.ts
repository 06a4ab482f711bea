/** A query that was searched for. */
export interface PastQuery {
  /** Folded, see `queryKey`. */
  readonly key: string;
  readonly text: string;
  /** How much it is wished for; > 0. */
  readonly score: number;
}

/** Slips that a beginning may have, by its length: one from here on, two from there on. */
const ONE_SLIP_FROM = 4;
const TWO_SLIPS_FROM = 8;
/** Longer beginnings have no slips. */
const MAX_TYPO_LENGTH = 40;

const NONE: ReadonlySet<string> = new Set();

/** Past queries by what they begin with: a sorted array, in which all that begin alike stand side by side. */
export class PastQueries {
  private readonly queries: readonly PastQuery[];

  /** @param queries each key once */
  constructor(queries: readonly PastQuery[]) {
    this.queries = [...queries].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  get size(): number {
    return this.queries.length;
  }

  /**
   * Those that begin so, the most wished for first; then, where these are too few, those that begin so but for one slip
   * (a character more, less, another, or two exchanged), then for two.
   * @param key folded; a blank at its end ends the word
   * @param hidden keys that are left out
   */
  beginningWith(key: string, most: number, hidden: ReadonlySet<string> = NONE): PastQuery[] {
    const found: PastQuery[] = [];
    const taken = new Set<number>();
    for (let slips = 0; slips <= slipsOf(key) && found.length < most; slips++) {
      const ranges: [number, number][] = [];
      if (slips === 0) ranges.push(this.within(0, this.size, key));
      else new SlipWalk(this.queries, key, slips).collect(ranges);
      const best = this.best(ranges, most - found.length, (at) => taken.has(at) || hidden.has(this.queries[at].key));
      for (const at of best) taken.add(at);
      found.push(...best.map((at) => this.queries[at]));
    }
    return found;
  }

  /** By score, in one pass: far fewer are wanted than there may be. */
  private best(
    ranges: readonly (readonly [number, number])[],
    most: number,
    isLeftOut: (at: number) => boolean,
  ): number[] {
    const best: number[] = [];
    const { queries } = this;
    for (const [from, to] of ranges) {
      for (let at = from; at < to; at++) {
        const { score } = queries[at];
        if (best.length === most && score <= queries[best[most - 1]].score) continue;
        if (isLeftOut(at)) continue;
        let place = Math.min(best.length, most - 1);
        for (; place > 0 && queries[best[place - 1]].score < score; place--) best[place] = best[place - 1];
        best[place] = at;
      }
    }
    return best;
  }

  private within(from: number, to: number, prefix: string): [number, number] {
    const start = firstWhere(from, to, (at) => this.queries[at].key >= prefix);
    return [start, firstWhere(start, to, (at) => !this.queries[at].key.startsWith(prefix))];
  }
}

function slipsOf({ length }: string): number {
  if (length < ONE_SLIP_FROM || length > MAX_TYPO_LENGTH) return 0;
  return length < TWO_SLIPS_FROM ? 1 : 2;
}

/** The first index in [from, to) of a run that holds up to its end; `to` where there is none. */
function firstWhere(from: number, to: number, holds: (at: number) => boolean): number {
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/**
 * Goes down the sorted keys character by character, as if they were a trie, with a row of the table of restricted
 * Damerau–Levenshtein distances for each depth, and turns back where no end can be within the slips.
 */
class SlipWalk {
  private readonly rows: Uint8Array[];

  constructor(
    private readonly queries: readonly PastQuery[],
    private readonly prefix: string,
    private readonly slips: number,
  ) {
    const depths = prefix.length + slips + 1;
    this.rows = Array.from({ length: depths }, () => new Uint8Array(prefix.length + 1));
    for (let i = 0; i <= prefix.length; i++) this.rows[0][i] = i;
  }

  /** Ranges of keys of which some beginning is within the slips. */
  collect(ranges: [number, number][]): void {
    this.walk(0, this.queries.length, 0, ranges);
  }

  private walk(from: number, to: number, depth: number, ranges: [number, number][]): void {
    const { prefix, slips, queries, rows } = this;
    const row = rows[depth];
    if (row[prefix.length] <= slips) return void ranges.push([from, to]);
    if (depth + 1 === rows.length) return;
    let at = from;
    // Keys that end here come first.
    while (at < to && queries[at].key.length === depth) at++;
    while (at < to) {
      const unit = queries[at].key.charCodeAt(depth);
      const end = firstWhere(at, to, (other) => queries[other].key.charCodeAt(depth) > unit);
      if (this.step(at, depth, unit)) this.walk(at, end, depth + 1, ranges);
      at = end;
    }
  }

  /** Fills the next row. @returns whether anything in it is within the slips */
  private step(at: number, depth: number, unit: number): boolean {
    const { prefix, slips, rows } = this;
    const [row, next] = [rows[depth], rows[depth + 1]];
    const before = depth > 0 ? this.queries[at].key.charCodeAt(depth - 1) : -1;
    const far = slips + 1;
    next.fill(far);
    if (depth + 1 <= slips) next[0] = depth + 1;
    let isNear = next[0] <= slips;
    const last = Math.min(prefix.length, depth + 1 + slips);
    for (let i = Math.max(1, depth + 1 - slips); i <= last; i++) {
      const typed = prefix.charCodeAt(i - 1);
      let cost = Math.min(row[i - 1] + (typed === unit ? 0 : 1), row[i] + 1, next[i - 1] + 1);
      if (depth > 0 && i > 1 && typed === before && prefix.charCodeAt(i - 2) === unit)
        cost = Math.min(cost, rows[depth - 1][i - 2] + 1);
      next[i] = Math.min(cost, far);
      isNear ||= cost <= slips;
    }
    return isNear;
  }
}
