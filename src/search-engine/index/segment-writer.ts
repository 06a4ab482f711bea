import { ImpactScale } from './bm25f';
import { readFacet } from './facet-log';
import { packSections } from './facet-pack';
import { GrowableUint16 } from './growable';
import { impactOf, nextInFields, OccurrenceCursor } from './occurrences';
import type { PostingArrays } from './posting-store';
import { PostingWriter } from './posting-writer';
import { writePrefixLists } from './prefix-writer';
import type { Sections } from './sections';
import { Segment } from './segment';
import { type IndexSettings, nameFields } from './settings';
import { StringTable } from './string-table';

/** The data of a segment's documents in addition to their postings. */
export interface DocumentColumns {
  readonly ids: readonly string[];
  /** Number of tokens, by document and field. */
  readonly lengths: Uint16Array;
  /** The sections of facets and numeric columns. */
  readonly sections: Sections;
}

/**
 * Writes a base segment, from documents or other segments. Terms must be added in ascending order, and the postings of
 * a term in document order.
 */
export class SegmentWriter {
  private readonly postings: PostingWriter;
  private readonly cursor: OccurrenceCursor;
  private readonly scale: ImpactScale;
  private readonly averageLengths: readonly number[];
  private readonly terms: string[] = [];
  private readonly termForms = new GrowableUint16(1024);
  private readonly forms: { surface: string; term: number; ordinal: number; count: number; nameCount: number }[] = [];
  private readonly nameFields: number;
  private surfaces: readonly string[] = [];
  private counts: number[] = [];
  private lastDocs: number[] = [];
  private nameCounts: number[] = [];
  private lastNameDocs: number[] = [];

  constructor(
    private readonly settings: IndexSettings,
    private readonly columns: DocumentColumns,
  ) {
    const fields = settings.fields.length;
    this.postings = new PostingWriter(columns.ids.length, true);
    this.cursor = new OccurrenceCursor(fields);
    this.averageLengths = averageLengthsOf(settings, columns.lengths);
    this.scale = new ImpactScale(settings, this.averageLengths);
    this.nameFields = nameFields(settings);
  }

  /** @param surfaces the term's forms, by the ordinal that occurrences refer to */
  beginTerm(surfaces: readonly string[]): void {
    this.surfaces = surfaces;
    this.counts = surfaces.map(() => 0);
    this.lastDocs = surfaces.map(() => -1);
    this.nameCounts = surfaces.map(() => 0);
    this.lastNameDocs = surfaces.map(() => -1);
  }

  /** Adds a posting. Its occurrences are the bytes [from, to). */
  add(doc: number, bytes: Uint8Array, from: number, to: number): void {
    const { cursor } = this;
    cursor.open(bytes, from, to);
    const impact = impactOf(cursor, this.scale, this.columns.lengths, doc * this.settings.fields.length);
    this.postings.add(doc, impact);
    this.postings.addOccurrences(bytes, from, to);
    cursor.open(bytes, from, to);
    if (this.surfaces.length === 1) {
      this.counts[0]++;
      if (nextInFields(cursor, this.nameFields)) this.nameCounts[0]++;
      return;
    }
    while (cursor.next()) {
      const { surface, field } = cursor;
      if (this.lastDocs[surface] !== doc) {
        this.lastDocs[surface] = doc;
        this.counts[surface]++;
      }
      if (((this.nameFields >>> field) & 1) === 1 && this.lastNameDocs[surface] !== doc) {
        this.lastNameDocs[surface] = doc;
        this.nameCounts[surface]++;
      }
    }
  }

  /** Ends the current term. Omits the term, or a surface form of it, if no document has it. */
  endTerm(term: string): void {
    if (!this.postings.endList()) return;
    const number = this.terms.push(term) - 1;
    let formCount = 0;
    this.surfaces.forEach((surface, ordinal) => {
      const count = this.counts[ordinal];
      if (count === 0) return;
      formCount++;
      this.forms.push({ surface, term: number, ordinal, count, nameCount: this.nameCounts[ordinal] });
    });
    this.termForms.push(formCount);
  }

  finish(): Segment {
    const { columns, forms } = this;
    forms.sort((a, b) => (a.surface < b.surface ? -1 : a.surface > b.surface ? 1 : a.term - b.term));
    const order = columns.ids.map((_, doc) => doc).sort((a, b) => (columns.ids[a] < columns.ids[b] ? -1 : 1));
    const ids = order.map((doc) => columns.ids[doc]);
    const duplicate = ids.findIndex((id, at) => at > 0 && id === ids[at - 1]);
    if (duplicate >= 0) throw new RangeError(`two documents have the id ${ids[duplicate]}`);
    const docIds = new Uint32Array(order.length);
    order.forEach((doc, at) => (docIds[doc] = at));
    const postings = this.postings.finish();
    const terms = StringTable.of(this.terms);
    const surfaces = StringTable.of(forms.map(({ surface }) => surface));
    const formSections = {
      formTerms: Uint32Array.from(forms, ({ term }) => term),
      formOrdinals: Uint16Array.from(forms, ({ ordinal }) => ordinal),
      formCounts: Uint32Array.from(forms, ({ count }) => count),
      formNameCounts: Uint32Array.from(forms, ({ nameCount }) => nameCount),
      formsByEnding: formsByEnding(forms, terms),
      termForms: this.termForms.finish(),
    };
    const { termForms } = formSections;
    const table = { surfaces, ...formSections, formsOfTerm: (term: number) => termForms[term] };
    const prefixes = writePrefixLists(table, postings, ids.length, this.cursor);
    const facets = this.settings.facets.map((_, facet) => readFacet(columns.sections, `facet${facet}`).column);
    return new Segment(
      { settings: this.settings, documents: ids.length, averageLengths: this.averageLengths },
      {
        ...stringSections('ids', StringTable.of(ids)),
        idDocs: Uint32Array.from(order),
        docIds,
        lengths: columns.lengths,
        ...stringSections('terms', terms),
        ...stringSections('surfaces', surfaces),
        ...formSections,
        ...postingSections('postings', postings),
        ...postingSections('prefixes', prefixes.postings),
        prefixFrom: prefixes.from,
        prefixTo: prefixes.to,
        ...columns.sections,
        ...packSections(facets, (facet) => !this.settings.facets[facet].isUncounted, ids.length, postings.words),
      },
    );
  }
}

function averageLengthsOf({ fields }: IndexSettings, lengths: Uint16Array): number[] {
  return fields.map(({ typicalLength, lengthIsFixed }, field) => {
    if (lengthIsFixed) return typicalLength;
    let words = 0;
    let documents = 0;
    for (let at = field; at < lengths.length; at += fields.length) {
      words += lengths[at];
      if (lengths[at] > 0) documents++;
    }
    return documents === 0 ? typicalLength : words / documents;
  });
}

/** Returns the numbers of the forms, in ascending order of the reversed text of their terms. */
function formsByEnding(forms: readonly { readonly term: number }[], terms: StringTable): Uint32Array {
  const ranks = terms.ranksByEnding();
  const rankOf = (form: number) => ranks[forms[form].term];
  return Uint32Array.from(forms.keys()).sort((a, b) => rankOf(a) - rankOf(b) || a - b);
}

const stringSections = (name: string, { chars, starts }: StringTable): Sections => ({
  [`${name}.chars`]: chars,
  [`${name}.starts`]: starts,
});

const postingSections = (name: string, postings: PostingArrays): Sections =>
  Object.fromEntries(
    Object.entries(postings).map(([part, section]) => [`${name}.${part}`, section as Sections[string]]),
  );
