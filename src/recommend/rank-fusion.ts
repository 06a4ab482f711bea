import type { SourceScores } from '../features/feature-set';

/** Constant of reciprocal rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009). */
const RANK_OFFSET = 60;
/** What the customer buys again is the surest sign there is; it weighs as much as the others together. */
const WEIGHTS: Readonly<Record<string, number>> = { 'personal-frequency': 5 };

/** Reciprocal rank fusion: each source gives weight / (60 + rank). How lists are ranked until a blend has been fitted. */
export class FusedRanks {
  /** By place among the candidates. */
  readonly scores: Float64Array;
  /** By source: of each candidate, what the source gives it; 0 where it does not score it. */
  private readonly terms = new Map<string, Float64Array>();

  /** @param scores `values` by product index */
  constructor(scores: ReadonlyMap<string, Pick<SourceScores, 'values'>>, candidates: Int32Array) {
    this.scores = new Float64Array(candidates.length);
    const places = placesByProduct(candidates);
    for (const [source, { values }] of scores) {
      const terms = fusedTerms(candidates, values, places, WEIGHTS[source] ?? 1);
      for (let place = 0; place < terms.length; place++) this.scores[place] += terms[place];
      this.terms.set(source, terms);
    }
  }

  /** What each source that scores the candidate gives it. */
  contributions(place: number): Map<string, number> {
    const all = Array.from(this.terms, ([source, terms]) => [source, terms[place]] as const);
    return new Map(all.filter(([, term]) => term > 0));
  }
}

/** The places of the candidates, in order of product index. Numbers sort several times faster without a comparator. */
function placesByProduct(candidates: Int32Array): Int32Array {
  const { length } = candidates;
  const keys = new Float64Array(length);
  for (let place = 0; place < length; place++) keys[place] = candidates[place] * length + place;
  keys.sort();
  const places = new Int32Array(length);
  for (let at = 0; at < length; at++) places[at] = keys[at] % length;
  return places;
}

/** By place: weight / (60 + rank) of the candidates that have a value, best first; equal ones by product index. */
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
  /** Of equal values, by the place of the last in `ascending`: how many have their rank. */
  const ranked = new Int32Array(size);
  for (const place of places) {
    const value = values[candidates[place]];
    if (value === 0) continue;
    const last = lastOf(ascending, value);
    terms[place] = weight / (RANK_OFFSET + size - last + ranked[last]++);
  }
  return terms;
}

/** The place of the last number that equals one that is there. */
function lastOf(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ascending[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
