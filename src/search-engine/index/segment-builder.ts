import { DocumentLog } from './document-log';
import { appendFacetValues, emptyFacetLog, type FacetLog, facetSections } from './facet-log';
import { distinctFacetValues } from './facet-values';
import { GrowableUint32 } from './growable';
import type { SearchDocument } from './search-document';
import type { Sections } from './sections';
import type { Segment } from './segment';
import { SegmentWriter } from './segment-writer';
import type { IndexSettings } from './settings';

/** Builds a base segment from documents. */
export class SegmentBuilder {
  private readonly log: DocumentLog;
  private readonly facets: readonly FacetLog[];
  /** By posting, in document order: the number of its term. */
  private readonly postingTerms = new GrowableUint32(1024);
  /** By document: where its postings end in `postingTerms`. */
  private readonly postingEnds = new GrowableUint32(1024);

  constructor(settings: IndexSettings) {
    this.log = new DocumentLog(settings);
    this.facets = settings.facets.map(emptyFacetLog);
  }

  /** Adds a document. Documents are numbered in this order, which also orders documents with equal scores. */
  add(document: SearchDocument): void {
    const { log } = this;
    log.append(document);
    const { documentTerms } = log.inverter;
    for (let i = 0; i < documentTerms.length; i++) this.postingTerms.push(documentTerms.values[i]);
    this.postingEnds.push(this.postingTerms.length);
    log.settings.facets.forEach((facet, i) =>
      appendFacetValues(this.facets[i], distinctFacetValues(facet, document.facets[facet.name])),
    );
  }

  /**
   * Builds the segment. The postings are sorted by term with a counting sort.
   * @throws RangeError if two documents have the same id
   */
  finish(): Segment {
    const { settings, ids, lengths, numbers, inverter } = this.log;
    const { terms, surfaces } = inverter;
    const occurrences = this.log.occurrences.values;
    const occurrenceEnds = this.log.occurrenceEnds.values;
    const sections: Sections = {};
    this.facets.forEach((facet, i) => Object.assign(sections, facetSections(facet, `facet${i}`)));
    numbers.forEach(({ values, length }, i) => (sections[`number${i}`] = values.slice(0, length)));
    const writer = new SegmentWriter(settings, { ids, lengths: lengths.values.slice(0, lengths.length), sections });
    const { starts, postings, docs } = this.sortByTerm();
    const order = terms.map((_, term) => term).sort((a, b) => (terms[a] < terms[b] ? -1 : 1));
    for (const term of order) {
      writer.beginTerm(surfaces[term]);
      for (let at = starts[term]; at < starts[term + 1]; at++) {
        const posting = postings[at];
        writer.add(docs[at], occurrences, posting === 0 ? 0 : occurrenceEnds[posting - 1], occurrenceEnds[posting]);
      }
      writer.endTerm(terms[term]);
    }
    return writer.finish();
  }

  private sortByTerm() {
    const termCount = this.log.inverter.terms.length;
    const postingCount = this.postingTerms.length;
    const postingTerms = this.postingTerms.values;
    const postingEnds = this.postingEnds.values;
    const starts = new Uint32Array(termCount + 1);
    for (let i = 0; i < postingCount; i++) starts[postingTerms[i] + 1]++;
    for (let term = 0; term < termCount; term++) starts[term + 1] += starts[term];
    const next = starts.slice();
    const postings = new Uint32Array(postingCount);
    const docs = new Uint32Array(postingCount);
    let posting = 0;
    for (let doc = 0; doc < this.postingEnds.length; doc++) {
      for (; posting < postingEnds[doc]; posting++) {
        const at = next[postingTerms[posting]]++;
        postings[at] = posting;
        docs[at] = doc;
      }
    }
    return { starts, postings, docs };
  }
}
