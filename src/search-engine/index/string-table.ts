import { GrowableUint16 } from './growable';

/** Maximum length of a string that is decoded one code unit at a time, in UTF-16 code units. */
const MAX_SHORT_LENGTH = 24;

/**
 * Strings off the JavaScript heap, as concatenated UTF-16 code units. The strings are sorted by JavaScript's `<` for
 * binary search. The table takes 2 bytes per code unit and 4 bytes per string.
 */
export class StringTable {
  /** @param starts where each string begins in `chars`; the last entry is the end */
  constructor(
    readonly chars: Uint16Array,
    readonly starts: Uint32Array,
  ) {}

  /** @param sorted ascending; duplicates are allowed */
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
    // Short strings decode fastest one code unit at a time. Longer ones are decoded in slices, because the number of
    // arguments of a call is limited.
    if (end - starts[index] <= MAX_SHORT_LENGTH)
      for (let at = starts[index]; at < end; at++) text += String.fromCharCode(chars[at]);
    else
      for (let from = starts[index]; from < end; from += 8192)
        text += String.fromCharCode(...chars.subarray(from, Math.min(from + 8192, end)));
    return text;
  }

  /** Returns the index of the first equal string, or −1. */
  indexOf(text: string): number {
    const index = this.lowerBound(text, false);
    return index < this.size && this.compare(index, text, false) === 0 ? index : -1;
  }

  /** Returns the range [from, to) of the indexes of the strings with this prefix. */
  prefixRange(prefix: string): readonly [number, number] {
    return [this.lowerBound(prefix, false), this.lowerBound(prefix, true)];
  }

  /** Returns the rank of each string in ascending order of their reversed texts. */
  ranksByEnding(): Uint32Array {
    const reversedTexts = Array.from({ length: this.size }, (_, index) => reversed(this.at(index)));
    const order = Uint32Array.from(reversedTexts.keys()).sort((a, b) => (reversedTexts[a] < reversedTexts[b] ? -1 : 1));
    const ranks = new Uint32Array(this.size);
    order.forEach((index, rank) => (ranks[index] = rank));
    return ranks;
  }

  /** Compares the reversed string with the reversed suffix. Returns 0 if the string ends with the suffix. */
  compareEnding(index: number, suffix: string): number {
    const { chars, starts } = this;
    const end = starts[index + 1];
    const common = Math.min(end - starts[index], suffix.length);
    for (let back = 1; back <= common; back++) {
      const difference = chars[end - back] - suffix.charCodeAt(suffix.length - back);
      if (difference !== 0) return difference;
    }
    return common - suffix.length;
  }

  /**
   * Returns the index of the first string that is not below the text. With `isAfterPrefix`, it also skips the strings
   * that begin with the text.
   */
  private lowerBound(text: string, isAfterPrefix: boolean): number {
    return partitionPoint(this.size, (index) => {
      const order = this.compare(index, text, isAfterPrefix);
      return order < 0 || (isAfterPrefix && order === 0);
    });
  }

  /** @param isPrefix compares only the first `text.length` code units of the string */
  private compare(index: number, text: string, isPrefix: boolean): number {
    const from = this.starts[index];
    const length = this.starts[index + 1] - from;
    const common = Math.min(length, text.length);
    for (let at = 0; at < common; at++) {
      const difference = this.chars[from + at] - text.charCodeAt(at);
      if (difference !== 0) return difference;
    }
    return isPrefix && length >= text.length ? 0 : length - text.length;
  }
}

/** Reverses the code units of a text. */
export function reversed(text: string): string {
  return text.split('').reverse().join('');
}

/** Returns how many leading numbers below `count` satisfy `holds`. All that satisfy it precede those that do not. */
export function partitionPoint(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
