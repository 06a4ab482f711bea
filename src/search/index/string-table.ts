import { GrowableUint16 } from './growable';

/** Code units. */
const SHORT = 24;

/**
 * Strings off the JavaScript heap: UTF-16 code units one after the other, in the order of JavaScript's `<`, so that they
 * are found by binary search. 2 bytes a code unit and 4 a string.
 */
export class StringTable {
  /** @param starts where each string begins in `chars`, and where the last one ends */
  constructor(
    readonly chars: Uint16Array,
    readonly starts: Uint32Array,
  ) {}

  /** @param sorted ascending; a string may be there several times */
  static of(sorted: readonly string[]): StringTable {
    const chars = new GrowableUint16(1024);
    const starts = new Uint32Array(sorted.length + 1);
    for (let i = 0; i < sorted.length; i++) {
      const text = sorted[i];
      for (let at = 0; at < text.length; at++) chars.push(text.charCodeAt(at));
      starts[i + 1] = chars.length;
    }
    return new StringTable(chars.finish(), starts);
  }

  get size(): number {
    return this.starts.length - 1;
  }

  at(index: number): string {
    const { chars, starts } = this;
    const end = starts[index + 1];
    let text = '';
    // One by one is the fastest way for what is short, and a call has only so many arguments.
    if (end - starts[index] <= SHORT)
      for (let at = starts[index]; at < end; at++) text += String.fromCharCode(chars[at]);
    else
      for (let from = starts[index]; from < end; from += 8192)
        text += String.fromCharCode(...chars.subarray(from, Math.min(from + 8192, end)));
    return text;
  }

  /** The first of them, or −1. */
  indexOf(text: string): number {
    const index = this.lowerBound(text, false);
    return index < this.size && this.compare(index, text, false) === 0 ? index : -1;
  }

  /** [from, to): the strings that begin so. */
  prefixRange(prefix: string): readonly [number, number] {
    return [this.lowerBound(prefix, false), this.lowerBound(prefix, true)];
  }

  /** The first string not below the text; or, with `past`, the first above all that begin with it. */
  private lowerBound(text: string, past: boolean): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.compare(middle, text, past);
      if (order < 0 || (past && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** @param beginning compares no more of the string than the text is long */
  private compare(index: number, text: string, beginning: boolean): number {
    const from = this.starts[index];
    const length = this.starts[index + 1] - from;
    const common = Math.min(length, text.length);
    for (let at = 0; at < common; at++) {
      const difference = this.chars[from + at] - text.charCodeAt(at);
      if (difference !== 0) return difference;
    }
    return beginning && length >= text.length ? 0 : length - text.length;
  }
}
