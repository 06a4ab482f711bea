import { wordsFor } from './bitmap';
import type { LoggedDocuments } from './document-log';
import { mergeSegments } from './merge-segments';
import type { Segment } from './segment';
import { segmentOf } from './segment-builder';

/** What a merge takes beside the base segment: plain data. */
export interface MergeInput {
  readonly documents: LoggedDocuments;
  /** Bits of these documents, and of the base segment's, that are to be left out. */
  readonly deleted: Uint32Array;
  readonly deletedFromBase: Uint32Array;
}

/** The base segment without what has been deleted, and the live documents behind it. Seconds of work: for a thread of its own. */
export function merge(base: Segment, { documents, deleted, deletedFromBase }: MergeInput): Segment {
  return mergeSegments([
    { segment: base, deleted: deletedFromBase },
    { segment: segmentOf(latestOnly(documents, deleted)), deleted },
  ]);
}

/** A document that was put again stands there twice, the first time deleted: under an id of its own it is no contradiction. */
function latestOnly(documents: LoggedDocuments, deleted: Uint32Array): LoggedDocuments {
  if (deleted.length < wordsFor(documents.ids.length)) throw new RangeError('a bit for every document');
  const ids = documents.ids.map((id, doc) => (((deleted[doc >>> 5] >>> (doc & 31)) & 1) === 1 ? `\u0000${doc}` : id));
  return { ...documents, ids };
}
