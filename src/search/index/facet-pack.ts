import { listBits, wordsFor } from './bitmap';
import type { BaseFacetColumn } from './facet-column';
import type { Sections } from './sections';

/**
 * Facets of a base segment that are counted together. What a document has of all of them is a *combination*; a shop has few, so that
 * counting combinations and telling afterwards what each is made of takes one look at a document instead of one a facet, and a value.
 */
export class FacetPack {
  /**
   * @param facets which of the segment's
   * @param column by document: its combination
   * @param totals by combination: documents, deleted ones included
   * @param lists by list of bits, then combination: documents, deleted ones included; empty where that would be too much
   * @param starts by facet of the pack, then combination: where its slots begin in `members`; and at last where they end
   */
  constructor(
    readonly facets: Uint32Array,
    readonly column: Uint16Array,
    private readonly totals: Uint32Array,
    private readonly starts: Uint32Array,
    private readonly members: Uint32Array,
    private readonly lists: Uint32Array,
  ) {}

  /** Combinations. */
  get size(): number {
    return this.totals.length;
  }

  /** Adds one to the combination of each of these documents. */
  count(docs: Uint32Array, length: number, counts: Int32Array): void {
    const { column } = this;
    for (let i = 0; i < length; i++) counts[column[docs[i]]]++;
  }

  /** Sets the counts to those of all documents. */
  copyTotals(counts: Int32Array): void {
    counts.set(this.totals);
  }

  /** Whether it knows the counts of what is in a list of bits. */
  knows(list: number): boolean {
    return list >= 0 && this.lists.length > 0;
  }

  /** Sets the counts to those of what is in a list of bits. */
  copyList(list: number, counts: Int32Array): void {
    counts.set(this.lists.subarray(list * this.size, (list + 1) * this.size));
  }

  /** Adds what combinations have been counted to the slots of one of the facets. */
  unfold(facet: number, combinations: Int32Array, counts: Uint32Array): void {
    const { starts, members, size } = this;
    let place = this.facets.indexOf(facet) * size;
    let at = starts[place];
    for (let combination = 0; combination < size; combination++) {
      const end = starts[++place];
      for (; at < end; at++) counts[members[at]] += combinations[combination];
    }
  }
}

/** Adds `step` to the combination that each of these documents has in each pack. @param counts by pack */
export function countBitsIn(
  packs: readonly FacetPack[],
  bits: Uint32Array,
  words: number,
  step: 1 | -1,
  counts: readonly Int32Array[],
): void {
  for (let i = 0; i < packs.length; i += 2) {
    // Two at a time: to find the documents is half the work.
    if (i + 1 === packs.length) countInOne(packs[i].column, bits, words, step, counts[i]);
    else countInTwo(packs[i].column, packs[i + 1].column, bits, words, step, counts[i], counts[i + 1]);
  }
}

function countInOne(column: Uint16Array, bits: Uint32Array, words: number, step: number, counts: Int32Array): void {
  for (let word = 0; word < words; word++) {
    const base = (word << 5) + 31;
    for (let rest = bits[word]; rest !== 0; rest &= rest - 1) counts[column[base - Math.clz32(rest & -rest)]] += step;
  }
}

function countInTwo(
  a: Uint16Array,
  b: Uint16Array,
  bits: Uint32Array,
  words: number,
  step: number,
  countsOfA: Int32Array,
  countsOfB: Int32Array,
): void {
  for (let word = 0; word < words; word++) {
    const base = (word << 5) + 31;
    for (let rest = bits[word]; rest !== 0; rest &= rest - 1) {
      const doc = base - Math.clz32(rest & -rest);
      countsOfA[a[doc]] += step;
      countsOfB[b[doc]] += step;
    }
  }
}

/** Documents by what they have: a number each, below `size`. */
interface Combinations {
  readonly facets: readonly number[];
  readonly of: Uint32Array;
  readonly size: number;
}

/** Combinations beyond this share of the documents cost more to unfold than they save. */
const DOCUMENTS_A_COMBINATION = 16;
const ALWAYS = 16;
const MAX_COMBINATIONS = 0xffff;
/** Counts of lists take so many bytes a document at most. */
const LIST_BYTES = 24;

/** Packs facets, those with the fewest values first, as long as their combinations are few; those with too many stay alone. @param lists bits of documents, one list after the other */
export function packSections(columns: readonly BaseFacetColumn[], documents: number, lists: Uint32Array): Sections {
  const most = Math.min(MAX_COMBINATIONS, Math.max(ALWAYS, Math.floor(documents / DOCUMENTS_A_COMBINATION)));
  const single = columns.flatMap((column, facet) => combinationsOf(column, facet, documents, most) ?? []);
  const packs: Combinations[] = [];
  for (const next of single.sort((a, b) => a.size - b.size)) {
    const last = packs.at(-1);
    const both = last === undefined ? undefined : combined(last, next, most);
    if (both === undefined) packs.push(next);
    else packs[packs.length - 1] = both;
  }
  const sections: Sections = {};
  let bytes = documents * LIST_BYTES;
  packs.forEach((pack, i) => {
    Object.assign(sections, sectionsOf(pack, columns, `pack${i}`));
    const counts = countsOfLists(pack, lists, bytes);
    sections[`pack${i}.lists`] = counts;
    bytes -= counts.byteLength;
  });
  return sections;
}

/** By list, then combination; empty where it would take more bytes. */
function countsOfLists({ of, size }: Combinations, lists: Uint32Array, mostBytes: number): Uint32Array {
  const words = wordsFor(of.length);
  const many = words === 0 ? 0 : lists.length / words;
  const isTooMuch = many * size * Uint32Array.BYTES_PER_ELEMENT > mostBytes;
  const counts = new Uint32Array(isTooMuch ? 0 : many * size);
  const docs = new Uint32Array(of.length);
  for (let list = 0; list * size < counts.length; list++) {
    const count = listBits(lists.subarray(list * words, (list + 1) * words), words, docs);
    for (let i = 0; i < count; i++) counts[list * size + of[docs[i]]]++;
  }
  return counts;
}

/** What {@link packSections} has made. */
export function packsFrom(sections: Sections): FacetPack[] {
  const packs: FacetPack[] = [];
  for (let i = 0; `pack${i}.facets` in sections; i++) {
    const u32 = (part: string) => sections[`pack${i}.${part}`] as Uint32Array;
    const column = sections[`pack${i}.column`] as Uint16Array;
    packs.push(new FacetPack(u32('facets'), column, u32('totals'), u32('starts'), u32('members'), u32('lists')));
  }
  return packs;
}

function combinationsOf(
  column: BaseFacetColumn,
  facet: number,
  documents: number,
  most: number,
): Combinations | undefined {
  return numbered([facet], documents, most, (doc) => Array.prototype.join.call(column.slotsOf(doc), ' '));
}

function combined(a: Combinations, b: Combinations, most: number): Combinations | undefined {
  return numbered([...a.facets, ...b.facets], a.of.length, most, (doc) => a.of[doc] * b.size + b.of[doc]);
}

/** @returns undefined where there are more than `most` */
function numbered(
  facets: readonly number[],
  documents: number,
  most: number,
  keyOf: (doc: number) => string | number,
): Combinations | undefined {
  const numbers = new Map<string | number, number>();
  const of = new Uint32Array(documents);
  for (let doc = 0; doc < documents; doc++) {
    const key = keyOf(doc);
    let number = numbers.get(key);
    if (number === undefined) {
      number = numbers.size;
      if (number === most) return undefined;
      numbers.set(key, number);
    }
    of[doc] = number;
  }
  return { facets, of, size: numbers.size };
}

function sectionsOf({ facets, of, size }: Combinations, columns: readonly BaseFacetColumn[], name: string): Sections {
  const totals = new Uint32Array(size);
  /** By combination: a document that has it. */
  const examples = new Uint32Array(size);
  of.forEach((combination, doc) => {
    totals[combination]++;
    examples[combination] = doc;
  });
  const starts = [0];
  const members: number[] = [];
  for (const facet of facets) {
    for (const doc of examples) {
      members.push(...Array.from(columns[facet].slotsOf(doc)));
      starts.push(members.length);
    }
  }
  return {
    [`${name}.facets`]: Uint32Array.from(facets),
    [`${name}.column`]: Uint16Array.from(of),
    [`${name}.totals`]: totals,
    [`${name}.starts`]: Uint32Array.from(starts),
    [`${name}.members`]: Uint32Array.from(members),
  };
}
