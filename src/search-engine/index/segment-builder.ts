import { DocumentLog, type InvertedDocuments } from './document-log';
import { facetSections } from './facet-log';
import type { SearchDocument } from './search-document';
import type { Sections } from './sections';
import type { Segment } from './segment';
import { SegmentWriter } from './segment-writer';
import type { IndexSettings } from './settings';

/** Builds a base segment from documents. */
export class SegmentBuilder {
  private readonly log: DocumentLog;

  constructor(settings: IndexSettings) {
    this.log = new DocumentLog(settings);
  }

  /** Adds a document. Documents are numbered in this order, which also orders documents with equal scores. */
  add(document: SearchDocument): void {
    this.log.append(document);
  }

  /** @throws RangeError if two documents have the same id */
  finish(): Segment {
    return buildSegment(this.log.documents());
  }
}

/**
 * Builds a segment. The postings are sorted by term with a counting sort.
 * @throws RangeError if two documents have the same id
 */
function buildSegment(documents: InvertedDocuments): Segment {
  const { settings, ids, lengths, terms, surfaces, occurrences, occurrenceEnds } = documents;
  const sections: Sections = {};
  documents.facets.forEach((facet, i) => Object.assign(sections, facetSections(facet, `facet${i}`)));
  documents.numbers.forEach((number, i) => (sections[`number${i}`] = number.slice()));
  const writer = new SegmentWriter(settings, { ids, lengths: lengths.slice(), sections });
  const { starts, postings, docs } = sortByTerm(documents);
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

function sortByTerm({ terms, postingTerms, postingEnds }: InvertedDocuments) {
  const starts = new Uint32Array(terms.length + 1);
  for (let i = 0; i < postingTerms.length; i++) starts[postingTerms[i] + 1]++;
  for (let term = 0; term < terms.length; term++) starts[term + 1] += starts[term];
  const next = starts.slice();
  const postings = new Uint32Array(postingTerms.length);
  const docs = new Uint32Array(postingTerms.length);
  let posting = 0;
  for (let doc = 0; doc < postingEnds.length; doc++) {
    for (; posting < postingEnds[doc]; posting++) {
      const at = next[postingTerms[posting]]++;
      postings[at] = posting;
      docs[at] = doc;
    }
  }
  return { starts, postings, docs };
}
