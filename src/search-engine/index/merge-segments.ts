import { hasBit } from './bitmap';
import { type FacetLog, facetSections, emptyFacetLog, appendFacetValues } from './facet-log';
import { GrowableBytes } from './growable';
import { OccurrenceCursor, type OccurrenceRun, OccurrenceWriter } from './occurrences';
import type { Sections } from './sections';
import type { Segment } from './segment';
import { SegmentWriter } from './segment-writer';

export interface MergeSource {
  readonly segment: Segment;
  /** Bitmap of the documents to leave out. */
  readonly deleted: Uint32Array;
}

const DELETED = 0xffffffff;

/**
 * Merges the documents of several segments with the same settings, in order. The result equals the segment that
 * {@link SegmentBuilder} builds from these documents: average lengths and impacts are computed again.
 */
export function mergeSegments(sources: readonly MergeSource[]): Segment {
  const { settings } = sources[0].segment.header;
  const numbers = assignNumbers(sources);
  const parts = sources.map(({ segment }, i) => ({ segment, forms: formsOf(segment), numbers: numbers[i], next: 0 }));
  const writer = new SegmentWriter(settings, mergedColumns(parts));
  const copier = new PostingCopier(settings.fields.length, writer);
  for (;;) {
    const nextTerms = parts.map(({ segment, next }) =>
      next < segment.terms.size ? segment.terms.at(next) : undefined,
    );
    const term = nextTerms.reduce((a, b) => (a === undefined || (b !== undefined && b < a) ? b : a), undefined);
    if (term === undefined) return writer.finish();
    const sharing = parts.filter((_, i) => nextTerms[i] === term);
    const surfaces = [...new Set(sharing.flatMap(({ forms, next }) => forms[next]))];
    writer.beginTerm(surfaces);
    for (const part of sharing) {
      copier.copy(part, part.next, (ordinal) => surfaces.indexOf(part.forms[part.next][ordinal]));
      part.next++;
    }
    writer.endTerm(term);
  }
}

interface MergedPart {
  readonly segment: Segment;
  /** By term, then the form's number within the term (its ordinal): the surface form. */
  readonly forms: readonly (readonly string[])[];
  /** By document: its number in the merged segment, or {@link DELETED}. */
  readonly numbers: Uint32Array;
}

function assignNumbers(sources: readonly MergeSource[]): Uint32Array[] {
  let next = 0;
  return sources.map(({ segment, deleted }) => {
    const numbers = new Uint32Array(segment.documents);
    for (let doc = 0; doc < numbers.length; doc++) numbers[doc] = hasBit(deleted, doc) ? DELETED : next++;
    return numbers;
  });
}

function formsOf({ surfaces, formTerms, formOrdinals, terms }: Segment): string[][] {
  const forms: string[][] = Array.from({ length: terms.size }, () => []);
  for (let form = 0; form < formTerms.length; form++) forms[formTerms[form]][formOrdinals[form]] = surfaces.at(form);
  return forms;
}

class PostingCopier {
  private readonly cursor: OccurrenceCursor;
  private readonly occurrences: OccurrenceWriter;
  private readonly rewritten = new GrowableBytes(256);

  constructor(
    fields: number,
    private readonly writer: SegmentWriter,
  ) {
    this.cursor = new OccurrenceCursor(fields);
    this.occurrences = new OccurrenceWriter(fields);
  }

  copy({ segment, forms, numbers }: MergedPart, term: number, ordinalOf: (ordinal: number) => number): void {
    const list = segment.list(term);
    const run = list.occurrenceRun(0);
    const ordinals = forms[term].map((_, ordinal) => ordinalOf(ordinal));
    const same = ordinals.every((to, from) => to === from);
    list.forEach((doc) => {
      run.next();
      if (numbers[doc] === DELETED) return;
      if (same) this.writer.add(numbers[doc], run.bytes, run.from, run.to);
      else this.rewrite(numbers[doc], run, ordinals);
    });
  }

  private rewrite(doc: number, run: OccurrenceRun, ordinals: readonly number[]): void {
    const { cursor, rewritten, occurrences } = this;
    rewritten.length = 0;
    occurrences.begin();
    cursor.open(run.bytes, run.from, run.to);
    while (cursor.next()) occurrences.write(rewritten, cursor.field, cursor.position, ordinals[cursor.surface]);
    this.writer.add(doc, rewritten.values, 0, rewritten.length);
  }
}

function mergedColumns(parts: readonly MergedPart[]) {
  const { settings } = parts[0].segment.header;
  const fields = settings.fields.length;
  const ids: string[] = [];
  const facets: FacetLog[] = settings.facets.map(emptyFacetLog);
  const documentCount = parts.reduce(
    (sum, { numbers }) => sum + numbers.reduce((n, to) => n + (to === DELETED ? 0 : 1), 0),
    0,
  );
  const lengths = new Uint16Array(documentCount * fields);
  const columns = settings.numbers.map(() => new Float64Array(documentCount));
  for (const { segment, numbers } of parts) {
    for (let doc = 0; doc < numbers.length; doc++) {
      const newNumber = numbers[doc];
      if (newNumber === DELETED) continue;
      ids.push(segment.idAt(doc));
      lengths.set(segment.lengths.subarray(doc * fields, (doc + 1) * fields), newNumber * fields);
      columns.forEach((column, i) => (column[newNumber] = segment.numbers[i][doc]));
      facets.forEach((facet, i) => {
        const { column, values } = segment.facets[i];
        appendFacetValues(
          facet,
          Array.from(column.slotsOf(doc), (slot) => values.at(slot)),
        );
      });
    }
  }
  const sections: Sections = {};
  facets.forEach((facet, i) => Object.assign(sections, facetSections(facet, `facet${i}`)));
  columns.forEach((column, i) => (sections[`number${i}`] = column));
  return { ids, lengths, sections };
}
