import { listBits, wordsFor } from './bitmap';
import { type FormColumns, postingsOfForms } from './postings-of-forms';
import type { OccurrenceCursor } from './occurrences';
import type { PostingList } from './posting-list';
import { postingListAt, type PostingArrays } from './posting-store';
import { isStoredAsBitmap, PostingWriter } from './posting-writer';
import type { StringTable } from './string-table';

/**
 * A prefix gets a merged posting list if its forms (the words that begin with it) together have more than one posting
 * per this number of documents.
 */
const PREFIX_SHARE = 6;

/** A prefix also gets a merged posting list if more than this number of forms begin with it. */
const MIN_FORMS = 1024;

/** The forms of a segment, ascending by surface, with the number of documents that have each. */
export interface FormTable extends FormColumns {
  readonly surfaces: StringTable;
  readonly formCounts: Uint32Array;
}

export interface PrefixLists {
  /** The merged posting lists, without occurrences. */
  readonly postings: PostingArrays;
  /** By list: the first of its forms [from, to). Lists are in ascending order of `from`, then `to`. */
  readonly from: Uint32Array;
  /** By list: the end of its forms [from, to). */
  readonly to: Uint32Array;
}

/**
 * Merges the posting lists of frequent prefixes in advance, because search-as-you-type needs them and a prefix like `a`
 * matches tens of thousands of words. The impact of a document is the largest impact of its matching words. The sum of
 * these impacts would not improve the ranking: it would favour documents with many words that begin with the prefix.
 */
export function writePrefixLists(
  forms: FormTable,
  postings: PostingArrays,
  documents: number,
  cursor: OccurrenceCursor,
): PrefixLists {
  const ranges = frequentRanges(forms, documents);
  ranges.sort((a, b) => a.from - b.from || a.to - b.to);
  const merge = new PrefixListWriter(forms, postings, documents, cursor);
  for (const { from, to } of ranges) merge.write(from, to);
  return {
    postings: merge.writer.finish(),
    from: Uint32Array.from(ranges, ({ from }) => from),
    to: Uint32Array.from(ranges, ({ to }) => to),
  };
}

interface FormRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Returns the form ranges of frequent prefixes, by descending the tree of prefixes. A prefix whose forms are exactly
 * those of one term needs no merged list.
 */
function frequentRanges(forms: FormTable, documents: number): FormRange[] {
  const { surfaces, formCounts, formTerms } = forms;
  const { chars, starts } = surfaces;
  const ranges: FormRange[] = [];
  const isWholeTerm = (from: number, to: number) => {
    for (let form = from + 1; form < to; form++) if (formTerms[form] !== formTerms[from]) return false;
    return forms.formsOfTerm(formTerms[from]) === to - from;
  };
  /** @param depth length of the prefix that exactly the forms [from, to) begin with, in UTF-16 code units */
  const follow = (from: number, to: number, depth: number, parent: FormRange | undefined): void => {
    let postings = 0;
    for (let form = from; form < to; form++) postings += formCounts[form];
    if (postings * PREFIX_SHARE <= documents && to - from <= MIN_FORMS) return;
    let range = parent;
    if (depth > 0 && (parent === undefined || parent.from !== from || parent.to !== to)) {
      range = { from, to };
      if (!isWholeTerm(from, to)) ranges.push(range);
    }
    let start = from;
    while (start < to && starts[start + 1] - starts[start] === depth) start++;
    while (start < to) {
      const letter = chars[starts[start] + depth];
      let end = start + 1;
      while (end < to && chars[starts[end] + depth] === letter) end++;
      follow(start, end, depth + 1, range);
      start = end;
    }
  };
  follow(0, surfaces.size, 0, undefined);
  return ranges;
}

class PrefixListWriter {
  readonly writer: PostingWriter;
  private readonly bits: Uint32Array;
  private readonly impacts: Uint16Array;
  private readonly docs: Uint32Array;

  constructor(
    private readonly forms: FormTable,
    private readonly postings: PostingArrays,
    private readonly documents: number,
    private readonly cursor: OccurrenceCursor,
  ) {
    this.writer = new PostingWriter(documents, false);
    this.bits = new Uint32Array(wordsFor(documents));
    this.impacts = new Uint16Array(documents);
    this.docs = new Uint32Array(documents);
  }

  write(from: number, to: number): void {
    const { bits, impacts, docs } = this;
    bits.fill(0);
    impacts.fill(0);
    for (const list of postingsOfForms(this.forms, from, to, this.listOf, this.cursor)) {
      list.mark(bits, bits.length);
      list.forEach((doc, impact) => {
        if (impact > impacts[doc]) impacts[doc] = impact;
      });
    }
    const count = listBits(bits, bits.length, docs);
    for (let i = 0; i < count; i++) this.writer.add(docs[i], impacts[docs[i]]);
    this.writer.endList();
  }

  private readonly listOf = (term: number): PostingList =>
    postingListAt(this.postings, term, this.documents, isStoredAsBitmap(this.postings.counts[term], this.documents));
}
