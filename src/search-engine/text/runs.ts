import { CharacterClass, characterClass } from './character-class';
import type { CharacterFold } from './fold';
import { isSilentKana, kanaClusterEnd, kanaVariant } from './kana';

/** Consecutive characters of one class: the smallest unit that can be a word. */
export interface Run {
  readonly kind: CharacterClass.Letter | CharacterClass.Digit | CharacterClass.Fraction | CharacterClass.Unspaced;
  readonly folded: string;
  readonly start: number;
  readonly end: number;
  /** Joiner between the previous run and this one; '' if they are adjacent, undefined if a word ends between them. */
  readonly joiner: string | undefined;
  /** For an unspaced run: where each character begins, in `folded` and in the text; the last entry is the end. */
  readonly clusters?: readonly ClusterStart[];
}

interface ClusterStart {
  readonly foldedStart: number;
  readonly start: number;
}

/**
 * Maximum length of a run, in clusters. A cluster is a character with its accents and other extensions. Longer runs are
 * split, because customers do not type such words.
 */
export const MAX_RUN_LENGTH = 64;
/** Maximum length of a run in a script without spaces, in clusters. There, a run can be a whole sentence. */
const MAX_UNSPACED_LENGTH = 1_024;

/** Splits a text into runs, in one pass. Offsets are UTF-16 code units. */
export function runsOf(text: string, fold: CharacterFold): Run[] {
  const runs: Run[] = [];
  let open: OpenRun | undefined;
  let joiner: string | undefined;
  const close = (): void => {
    if (open !== undefined && open.folded !== '') runs.push(open.closed());
    else if (open !== undefined) joiner = undefined; // a run that folds to nothing cannot be joined
    open = undefined;
  };
  for (let at = 0; at < text.length;) {
    const codePoint = text.codePointAt(at)!;
    const kind = kindAtStart(codePoint);
    const first = at;
    at += codePoint > 0xffff ? 2 : 1;
    if (kind === CharacterClass.Break || kind === CharacterClass.Extension) {
      // Extensions are read below, with their base character. An extension that is found here has no base character.
      close();
      joiner = undefined;
      continue;
    }
    if (kind === CharacterClass.Joiner) {
      joiner = open === undefined ? undefined : text[first];
      close();
      continue;
    }
    const maxLength = kind === CharacterClass.Unspaced ? MAX_UNSPACED_LENGTH : MAX_RUN_LENGTH;
    const usedLength =
      open !== undefined && open.kind === kind && open.clusterCount < maxLength ? open.clusterCount : 0;
    const asciiEnd = codePoint < 0x80 ? endOfAscii(text, at, kind, maxLength - usedLength - 1) : at;
    const clusterCount = asciiEnd > at ? asciiEnd - first : 1;
    let folded: string;
    if (asciiEnd > at) {
      at = asciiEnd;
      folded = text.slice(first, at).toLowerCase();
    } else {
      at = endOfCluster(text, at);
      if (kind === CharacterClass.Unspaced) at = kanaClusterEnd(text, first, at);
      folded = codePoint < 0x80 && at === first + 1 ? asciiLower(codePoint) : fold(kanaVariant(text, first, at));
      if (kind === CharacterClass.Unspaced && isSilentKana(text, first, at)) folded = '';
    }
    if (
      open === undefined ||
      open.kind !== kind ||
      kind === CharacterClass.Fraction ||
      open.clusterCount === maxLength
    ) {
      const isAdjacent = open !== undefined && open.folded !== '';
      const isSplit = open?.kind === kind;
      close();
      open = new OpenRun(kind, first, isAdjacent ? (isSplit ? undefined : '') : runs.length > 0 ? joiner : undefined);
      joiner = undefined;
    }
    open.add(folded, first, at, clusterCount);
  }
  close();
  return runs;
}

/** Returns the class of a code point that begins a cluster. A Hangul vowel or final consonant is a letter there. */
function kindAtStart(codePoint: number): CharacterClass {
  if (codePoint >= 0x1160 && codePoint <= 0x11ff) return CharacterClass.Letter;
  return characterClass(codePoint);
}

const JAMO = /[\u1160-\u11ff]/;

class OpenRun {
  folded = '';
  clusterCount = 0;
  private end: number;
  private readonly starts: ClusterStart[] | undefined;

  constructor(
    readonly kind: Run['kind'],
    private readonly start: number,
    private readonly joiner: string | undefined,
  ) {
    this.end = start;
    if (kind === CharacterClass.Unspaced) this.starts = [];
  }

  add(folded: string, start: number, end: number, clusterCount: number): void {
    if (folded !== '') this.starts?.push({ foldedStart: this.folded.length, start });
    this.folded += folded;
    this.clusterCount += clusterCount;
    this.end = end;
  }

  closed(): Run {
    const { kind, start, end, joiner } = this;
    // Some Hangul consonants and vowels compose into syllables only after folding.
    const folded = JAMO.test(this.folded) ? this.folded.normalize('NFC') : this.folded;
    if (this.starts === undefined) return { kind, folded, start, end, joiner };
    return { kind, folded, start, end, joiner, clusters: [...this.starts, { foldedStart: folded.length, start: end }] };
  }
}

/** Returns the end of the ASCII characters of one class that begin at `from`, at most `maxLength` of them. */
function endOfAscii(text: string, from: number, kind: CharacterClass, maxLength: number): number {
  const end = Math.min(text.length, from + maxLength);
  let at = from;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x80 || characterClass(code) !== kind) break;
  }
  // A following non-ASCII character may be an accent of the last character, which is then left for the next cluster.
  return at > from && at < text.length && text.charCodeAt(at) >= 0x80 ? at - 1 : at;
}

function endOfCluster(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const codePoint = text.codePointAt(at)!;
    if (codePoint < 0x80 || characterClass(codePoint) !== CharacterClass.Extension) break;
    at += codePoint > 0xffff ? 2 : 1;
  }
  return at;
}

const LOWER = Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code).toLowerCase());

function asciiLower(codePoint: number): string {
  return LOWER[codePoint];
}
