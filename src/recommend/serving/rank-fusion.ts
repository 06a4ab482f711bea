import type { SourceScores } from '../../features/feature-set';

/** Constant of reciprocal rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009). */
const RANK_OFFSET = 60;
/**
 * Weights of sources; default 1. Personal frequency is the most reliable source. The sources of sessions have not been
 * evaluated without a ranker, so they only add candidates.
 */
const WEIGHTS: Readonly<Record<string, number>> = {
  'personal-frequency': 5,
  'nearest-sessions': 0,
  transitions: 0,
};

/**
 * Reciprocal rank fusion: each source contributes weight / (60 + rank). It ranks lists until a ranker has been fitted.
 */
export class FusedRanks {
  /** The score of each candidate, in the order of the candidates. */
  readonly scores: Float64Array;
  /** The contribution of each source to each candidate; 0 if the source does not score the candidate. */
  private readonly terms = new Map<string, Float64Array>();

  /** @param scores the scores that each source gives, by product index */
  constructor(scores: ReadonlyMap<string, Pick<SourceScores, 'values'>>, candidates: Int32Array) {
    this.scores = new Float64Array(candidates.length);
    const places = placesByProduct(candidates);
    for (const [source, { values }] of scores) {
      const terms = fusedTerms(candidates, values, places, WEIGHTS[source] ?? 1);
      for (let place = 0; place < terms.length; place++) this.scores[place] += terms[place];
      this.terms.set(source, terms);
    }
  }

  /** Returns the positive contributions of the sources to a candidate. */
  contributions(place: number): Map<string, number> {
    const all = Array.from(this.terms, ([source, terms]) => [source, terms[place]] as const);
    return new Map(all.filter(([, term]) => term > 0));
  }
}

/**
 * Returns candidate positions in order of product index. Each index and position are packed into one number, because
 * numbers sort several times faster without a comparator.
 */
function placesByProduct(candidates: Int32Array): Int32Array {
  const { length } = candidates;
  const keys = new Float64Array(length);
  for (let place = 0; place < length; place++) keys[place] = candidates[place] * length + place;
  keys.sort();
  const places = new Int32Array(length);
  for (let at = 0; at < length; at++) places[at] = keys[at] % length;
  return places;
}

/** Returns weight / (60 + rank) for each candidate; 0 if its value is 0. Equal values are ranked by product index. */
function fusedTerms(
  candidates: Int32Array,
  values: ArrayLike<number>,
  places: Int32Array,
  weight: number,
): Float64Array {
  const terms = new Float64Array(candidates.length);
  const scored = new Float64Array(candidates.length);
  let size = 0;
  for (const product of candidates) if (values[product] !== 0) scored[size++] = values[product];
  const ascending = scored.subarray(0, size).sort();
  /** Number of already ranked candidates per distinct value, stored at the value's last position in `ascending`. */
  const ranked = new Int32Array(size);
  for (const place of places) {
    const value = values[candidates[place]];
    if (value === 0) continue;
    const last = lastIndexOf(ascending, value);
    terms[place] = weight / (RANK_OFFSET + size - last + ranked[last]++);
  }
  return terms;
}

/** Returns the position of the last element equal to `value`, which must be present. */
function lastIndexOf(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ascending[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
