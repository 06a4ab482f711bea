import { kthLargest } from '../../learn/select';
import { GrowableFloat64, GrowableUint32 } from './growable';

/** Of no group. */
export const ALONE = 0xffffffff;

/** Collects documents with what they are ranked by, to be used from search to search. */
export class RankedHits {
  private readonly numbers = new GrowableUint32(1024);
  private readonly keys = new GrowableFloat64(1024);
  private readonly ties = new GrowableFloat64(1024);
  private readonly groups = new GrowableUint32(1024);
  private readonly scores = new GrowableFloat64(1024);

  clear(): void {
    for (const column of [this.numbers, this.keys, this.ties, this.groups, this.scores]) column.length = 0;
  }

  /**
   * @param key the highest comes first
   * @param tie of equal keys the lowest comes first; NaN comes last
   * @param group of which only the first is kept, or {@link ALONE}
   * @param score is only kept with it
   */
  add(number: number, key: number, tie: number, group: number, score: number): void {
    this.numbers.push(number);
    this.keys.push(key);
    this.ties.push(Number.isNaN(tie) ? Infinity : tie);
    this.groups.push(group);
    this.scores.push(score);
  }

  /** The first `count`, in order. */
  first(count: number): { readonly number: number; readonly key: number; readonly score: number }[] {
    const candidates = this.onePerGroup();
    const best = this.best(candidates, count);
    best.sort((a, b) => this.compare(a, b));
    const { numbers, keys, scores } = this;
    return best.map((at) => ({ number: numbers.values[at], key: keys.values[at], score: scores.values[at] }));
  }

  private compare(a: number, b: number): number {
    const { keys, ties, numbers } = this;
    if (keys.values[a] !== keys.values[b]) return keys.values[b] > keys.values[a] ? 1 : -1;
    if (ties.values[a] !== ties.values[b]) return ties.values[a] > ties.values[b] ? 1 : -1;
    return numbers.values[a] - numbers.values[b];
  }

  private onePerGroup(): Uint32Array {
    const { length } = this.numbers;
    const kept = new Uint32Array(length);
    const placeOf = new Map<number, number>();
    let count = 0;
    for (let at = 0; at < length; at++) {
      const group = this.groups.values[at];
      if (group !== ALONE) {
        const place = placeOf.get(group);
        if (place !== undefined) {
          if (this.compare(at, kept[place]) < 0) kept[place] = at;
          continue;
        }
        placeOf.set(group, count);
      }
      kept[count++] = at;
    }
    return kept.subarray(0, count);
  }

  /** In no order; by two selections instead of a sort of all. */
  private best(candidates: Uint32Array, count: number): number[] {
    if (candidates.length <= count) return [...candidates];
    if (count === 0) return [];
    const { keys, ties } = this;
    // Plain loops: there may be as many as the shop has products.
    const some = new Float64Array(candidates.length);
    for (let i = 0; i < candidates.length; i++) some[i] = keys.values[candidates[i]];
    const floor = kthLargest(some, candidates.length, count);
    const best: number[] = [];
    const equal: number[] = [];
    for (let i = 0; i < candidates.length; i++) {
      const key = keys.values[candidates[i]];
      if (key > floor) best.push(candidates[i]);
      else if (key === floor) equal.push(candidates[i]);
    }
    for (let i = 0; i < equal.length; i++) some[i] = -ties.values[equal[i]];
    const highest = -kthLargest(some, equal.length, count - best.length);
    for (const at of equal) if (ties.values[at] < highest) best.push(at);
    for (const at of equal) if (ties.values[at] === highest && best.length < count) best.push(at);
    return best;
  }
}
