import { GrowableUint16, GrowableUint32 } from './growable';
import type { OccurrenceCursor } from './occurrences';
import { PostingList } from './posting-list';

/**
 * Returns the postings of a list in which one of these surface forms occurs. Their impacts still count all forms of the
 * term.
 * @param forms numbers of the forms within the list's term
 */
export function restrictToForms(list: PostingList, forms: readonly number[], cursor: OccurrenceCursor): PostingList {
  const docs = new GrowableUint32();
  const impacts = new GrowableUint16();
  const run = list.occurrenceRun(0);
  let maximum = 0;
  list.forEach((doc, impact) => {
    run.next();
    cursor.open(run.bytes, run.from, run.to);
    while (cursor.next()) {
      if (!forms.includes(cursor.surface)) continue;
      docs.push(doc);
      impacts.push(impact);
      maximum = Math.max(maximum, impact);
      break;
    }
  });
  return new PostingList(-1, docs.length, docs.values, 0, impacts.values, 0, maximum, null, null);
}
