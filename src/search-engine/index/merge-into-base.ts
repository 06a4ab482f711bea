import { wordsFor } from './bitmap';
import type { InvertedDocuments } from './document-log';
import { mergeSegments } from './merge-segments';
import type { Segment } from './segment';
import { buildSegment } from './segment-builder';

/** The input of a merge in addition to the base segment. It is plain data, so it can be sent to another thread. */
export interface MergeInput {
  readonly documents: InvertedDocuments;
  /** Bitmap of the deleted documents among `documents`. */
  readonly deleted: Uint32Array;
  /** Bitmap of the deleted documents of the base segment. */
  readonly deletedFromBase: Uint32Array;
}

/**
 * Returns a new base segment: the documents of the old one, then `documents`, both without the deleted ones.
 * It takes seconds, so it runs on a thread of its own.
 */
export function mergeIntoBase(base: Segment, { documents, deleted, deletedFromBase }: MergeInput): Segment {
  return mergeSegments([
    { segment: base, deleted: deletedFromBase },
    { segment: buildSegment(withUniqueIds(documents, deleted)), deleted },
  ]);
}

/**
 * Gives deleted documents unique ids, because a segment rejects duplicate ids. If a document was put twice, the log
 * contains both versions, and the first one is marked as deleted.
 */
function withUniqueIds(documents: InvertedDocuments, deleted: Uint32Array): InvertedDocuments {
  if (deleted.length < wordsFor(documents.ids.length))
    throw new RangeError(`deleted must have a bit for each of the ${documents.ids.length} documents`);
  const ids = documents.ids.map((id, doc) => (((deleted[doc >>> 5] >>> (doc & 31)) & 1) === 1 ? `\u0000${doc}` : id));
  return { ...documents, ids };
}
