import { CharacterClass, characterClass } from './character-class';
import type { Fold } from './fold';

/** Characters of one kind without a break between them: the smallest thing that can be a word. */
export interface Run {
  readonly kind: CharacterClass.Letter | CharacterClass.Digit | CharacterClass.Fraction | CharacterClass.Unspaced;
  readonly folded: string;
  readonly start: number;
  readonly end: number;
  /** What stands between it and the run before: '' for nothing, one joiner, or undefined where words end. */
  readonly joint: string | undefined;
  /** Of an unspaced run: where each of its characters begins, in `folded` and in the text; the ends come last. */
  readonly clusters?: readonly ClusterStart[];
}

export interface ClusterStart {
  readonly folded: number;
  readonly start: number;
}

/** Longer runs are cut into several: nobody types such a word, and no table should have to hold it. In clusters. */
export const MAX_RUN_LENGTH = 64;
/** Without spaces, a run is a sentence. */
const MAX_UNSPACED_LENGTH = 1_024;

/** One pass over the text. Offsets are UTF-16 code units. */
export function runsOf(text: string, fold: Fold): Run[] {
  const runs: Run[] = [];
  let open: OpenRun | undefined;
  let joint: string | undefined;
  const close = (): void => {
    if (open !== undefined && open.folded !== '') runs.push(open.closed());
    else if (open !== undefined) joint = undefined; // of a run that folds to nothing is nothing left to join
    open = undefined;
  };
  for (let at = 0; at < text.length;) {
    const codePoint = text.codePointAt(at)!;
    const kind = kindAtStart(codePoint);
    const first = at;
    at += codePoint > 0xffff ? 2 : 1;
    if (kind === CharacterClass.Break || kind === CharacterClass.Extension) {
      // What extends a character is read with it, below: here it extends nothing.
      close();
      joint = undefined;
      continue;
    }
    if (kind === CharacterClass.Joiner) {
      joint = open === undefined ? undefined : text[first];
      close();
      continue;
    }
    const longest = kind === CharacterClass.Unspaced ? MAX_UNSPACED_LENGTH : MAX_RUN_LENGTH;
    const taken = open !== undefined && open.kind === kind && open.clusters < longest ? open.clusters : 0;
    const plain = codePoint < 0x80 ? endOfPlain(text, at, kind, longest - taken - 1) : at;
    const clusters = plain > at ? plain - first : 1;
    let folded: string;
    if (plain > at) {
      at = plain;
      folded = text.slice(first, at).toLowerCase();
    } else {
      at = endOfCluster(text, at);
      folded = codePoint < 0x80 && at === first + 1 ? asciiLower(codePoint) : fold(text.slice(first, at));
    }
    if (open === undefined || open.kind !== kind || kind === CharacterClass.Fraction || open.clusters === longest) {
      const touching = open !== undefined && open.folded !== '';
      const cut = open?.kind === kind;
      close();
      open = new OpenRun(kind, first, touching ? (cut ? undefined : '') : runs.length > 0 ? joint : undefined);
      joint = undefined;
    }
    open.add(folded, first, at, clusters);
  }
  close();
  return runs;
}

/** A vowel or final of Hangul that follows no consonant is a letter. */
function kindAtStart(codePoint: number): CharacterClass {
  if (codePoint >= 0x1160 && codePoint <= 0x11ff) return CharacterClass.Letter;
  return characterClass(codePoint);
}

const JAMO = /[\u1160-\u11ff]/;

class OpenRun {
  folded = '';
  clusters = 0;
  private end: number;
  private readonly starts: ClusterStart[] | undefined;

  constructor(
    readonly kind: Run['kind'],
    private readonly start: number,
    private readonly joint: string | undefined,
  ) {
    this.end = start;
    if (kind === CharacterClass.Unspaced) this.starts = [];
  }

  add(folded: string, start: number, end: number, clusters: number): void {
    if (folded !== '') this.starts?.push({ folded: this.folded.length, start });
    this.folded += folded;
    this.clusters += clusters;
    this.end = end;
  }

  closed(): Run {
    const { kind, start, end, joint } = this;
    // Consonants and vowels of Hangul may come as characters that only fold to what composes.
    const folded = JAMO.test(this.folded) ? this.folded.normalize('NFC') : this.folded;
    if (this.starts === undefined) return { kind, folded, start, end, joint };
    return { kind, folded, start, end, joint, clusters: [...this.starts, { folded: folded.length, start: end }] };
  }
}

/** Where ASCII of one kind ends that goes on here, after so many characters at the latest. */
function endOfPlain(text: string, from: number, kind: CharacterClass, most: number): number {
  const end = Math.min(text.length, from + most);
  let at = from;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x80 || characterClass(code) !== kind) break;
  }
  // What is beyond ASCII may extend the last one.
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
