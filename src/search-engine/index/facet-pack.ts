import { listBits, wordsFor } from './bitmap';
import type { BaseFacetColumn } from './facet-column';
import type { Sections } from './sections';

/**
 * Facets of a base segment that are counted together. A document's values of all these facets form a *combination*. A
 * shop has few different combinations, so counting reads one number for each document instead of one for each facet and
 * value. The counts of combinations are then added to the counts of their values.
 */
export class FacetPack {
  /**
   * @param facets indexes of the facets in the settings
   * @param column by document: number of its combination
   * @param totals by combination: number of documents, deleted ones included
   * @param starts by facet of the pack, then combination: where the combination's values of the facet begin in
   * `members`; the last entry is the end
   * @param members values, as slots of the facet's {@link FacetDictionary}
   * @param listCounts by bitmap posting list, then combination: number of documents, deleted ones included; empty if
   * these counts would take too many bytes
   */
  constructor(
    readonly facets: Uint32Array,
    readonly column: Uint16Array,
    private readonly totals: Uint32Array,
    private readonly starts: Uint32Array,
    private readonly members: Uint32Array,
    private readonly listCounts: Uint32Array,
  ) {}

  /** Number of combinations. */
  get size(): number {
    return this.totals.length;
  }

  /** Adds one to the count of each document's combination. */
  count(docs: Uint32Array, length: number, counts: Int32Array): void {
    const { column } = this;
    for (let i = 0; i < length; i++) counts[column[docs[i]]]++;
  }

  /** Sets the counts to those of all documents of the segment. */
  copyTotals(counts: Int32Array): void {
    counts.set(this.totals);
  }

  /** Returns whether the counts of a bitmap posting list are stored. @param list its `bitmapNumber` */
  hasListCounts(list: number): boolean {
    return list >= 0 && this.listCounts.length > 0;
  }

  /** Sets the counts to those of the documents of a bitmap posting list. */
  copyList(list: number, counts: Int32Array): void {
    counts.set(this.listCounts.subarray(list * this.size, (list + 1) * this.size));
  }

  /** Adds the count of each combination to the counts of its values of one facet. @param counts by slot of the value */
  expand(facet: number, combinations: Int32Array, counts: Uint32Array): void {
    const { starts, members, size } = this;
    let place = this.facets.indexOf(facet) * size;
    let at = starts[place];
    for (let combination = 0; combination < size; combination++) {
      const end = starts[++place];
      for (; at < end; at++) counts[members[at]] += combinations[combination];
    }
  }
}

/** For each document of a bitmap, adds `step` to its combination's count in each pack. @param counts by pack */
export function countBitsIn(
  packs: readonly FacetPack[],
  bits: Uint32Array,
  words: number,
  step: 1 | -1,
  counts: readonly Int32Array[],
): void {
  for (let i = 0; i < packs.length; i += 2) {
    // Two packs share one pass over the bitmap, because extracting the document numbers is half of the work.
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

/** The combination of each document: a number below `size`. */
interface Combinations {
  readonly facets: readonly number[];
  readonly combinationByDocument: Uint32Array;
  readonly size: number;
}

/**
 * With more than one combination per this number of documents, adding the counts of combinations to those of values
 * takes more time than the pack saves.
 */
const DOCUMENTS_PER_COMBINATION = 16;
const MIN_COMBINATION_LIMIT = 16;
const MAX_COMBINATIONS = 0xffff;
/** Maximum size of the stored counts of bitmap posting lists, in bytes per document. */
const LIST_COUNT_BYTES_PER_DOCUMENT = 24;

/**
 * Groups facets into packs and returns the packs' sections. Facets with fewer combinations come first. A facet starts a
 * new pack if the current pack would get too many combinations with it. A facet that has too many combinations by
 * itself is in no pack.
 * @param isCounted returns whether a facet is counted; the others are in no pack
 * @param lists the bitmaps of all posting lists that are stored as bitmaps, one after the other
 */
export function packSections(
  columns: readonly BaseFacetColumn[],
  isCounted: (facet: number) => boolean,
  documents: number,
  lists: Uint32Array,
): Sections {
  const maxSize = Math.min(
    MAX_COMBINATIONS,
    Math.max(MIN_COMBINATION_LIMIT, Math.floor(documents / DOCUMENTS_PER_COMBINATION)),
  );
  const single = columns.flatMap(
    (column, facet) => (isCounted(facet) ? combinationsOf(column, facet, documents, maxSize) : undefined) ?? [],
  );
  const packs: Combinations[] = [];
  for (const next of single.sort((a, b) => a.size - b.size)) {
    const last = packs.at(-1);
    const both = last === undefined ? undefined : combinePacks(last, next, maxSize);
    if (both === undefined) packs.push(next);
    else packs[packs.length - 1] = both;
  }
  const sections: Sections = {};
  let bytes = documents * LIST_COUNT_BYTES_PER_DOCUMENT;
  packs.forEach((pack, i) => {
    Object.assign(sections, sectionsOf(pack, columns, `pack${i}`));
    const counts = countsOfLists(pack, lists, bytes);
    sections[`pack${i}.lists`] = counts;
    bytes -= counts.byteLength;
  });
  return sections;
}

/** Returns the number of documents by list, then combination; empty if the numbers take more than `maxBytes`. */
function countsOfLists(
  { combinationByDocument, size }: Combinations,
  lists: Uint32Array,
  maxBytes: number,
): Uint32Array {
  const words = wordsFor(combinationByDocument.length);
  const listCount = words === 0 ? 0 : lists.length / words;
  const isTooLarge = listCount * size * Uint32Array.BYTES_PER_ELEMENT > maxBytes;
  const counts = new Uint32Array(isTooLarge ? 0 : listCount * size);
  const docs = new Uint32Array(combinationByDocument.length);
  for (let list = 0; list * size < counts.length; list++) {
    const count = listBits(lists.subarray(list * words, (list + 1) * words), words, docs);
    for (let i = 0; i < count; i++) counts[list * size + combinationByDocument[docs[i]]]++;
  }
  return counts;
}

/** Reads the sections that {@link packSections} returned. */
export function readPacks(sections: Sections): FacetPack[] {
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
  maxSize: number,
): Combinations | undefined {
  return numberCombinations([facet], documents, maxSize, (doc) => Array.prototype.join.call(column.slotsOf(doc), ' '));
}

function combinePacks(a: Combinations, b: Combinations, maxSize: number): Combinations | undefined {
  return numberCombinations(
    [...a.facets, ...b.facets],
    a.combinationByDocument.length,
    maxSize,
    (doc) => a.combinationByDocument[doc] * b.size + b.combinationByDocument[doc],
  );
}

/**
 * Numbers the combinations. Documents with equal keys have the same combination.
 * @returns undefined if there are more than `maxSize` different keys
 */
function numberCombinations(
  facets: readonly number[],
  documents: number,
  maxSize: number,
  keyOf: (doc: number) => string | number,
): Combinations | undefined {
  const numbers = new Map<string | number, number>();
  const combinationByDocument = new Uint32Array(documents);
  for (let doc = 0; doc < documents; doc++) {
    const key = keyOf(doc);
    let number = numbers.get(key);
    if (number === undefined) {
      number = numbers.size;
      if (number === maxSize) return undefined;
      numbers.set(key, number);
    }
    combinationByDocument[doc] = number;
  }
  return { facets, combinationByDocument, size: numbers.size };
}

function sectionsOf(
  { facets, combinationByDocument, size }: Combinations,
  columns: readonly BaseFacetColumn[],
  name: string,
): Sections {
  const totals = new Uint32Array(size);
  // By combination: one of the documents that have it.
  const examples = new Uint32Array(size);
  combinationByDocument.forEach((combination, doc) => {
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
    [`${name}.column`]: Uint16Array.from(combinationByDocument),
    [`${name}.totals`]: totals,
    [`${name}.starts`]: Uint32Array.from(starts),
    [`${name}.members`]: Uint32Array.from(members),
  };
}
