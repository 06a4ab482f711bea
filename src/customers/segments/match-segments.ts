import { contingencyTable, jaccardTable } from '../../learn/contingency-table';
import { maximumOverlapMatching } from '../../learn/maximum-overlap-matching';

/** A segment retains its id if its customers and those of the earlier segment have at least this Jaccard coefficient. */
const MIN_JACCARD = 0.5;

export interface SegmentMatch {
  /** Id of each new segment. */
  readonly ids: readonly number[];
  /** The Jaccard coefficient with the earlier segment of the same id; null for a new id. */
  readonly jaccards: readonly (number | null)[];
  /** Ids of the earlier segments that have no successor, ascending. */
  readonly retired: readonly number[];
  /** The id of the next new segment. An id is never used again. */
  readonly nextId: number;
}

/**
 * Gives the segments of a new version the ids of their predecessors. Both versions have assigned the same customers as
 * of the same instant. The matching is one to one and has the greatest total number of shared customers.
 * @param before the segment of each customer by the previous version: an index of `previousIds`
 * @param now the segment of each customer by the new version, from 0 to `segments` − 1
 */
export function matchSegments(
  { ids: previousIds, nextId }: { readonly ids: readonly number[]; readonly nextId: number },
  before: Int32Array,
  segments: number,
  now: Int32Array,
): SegmentMatch {
  const counts = contingencyTable(now, segments, before, previousIds.length);
  const table = jaccardTable(counts, previousIds.length);
  const matching = maximumOverlapMatching(counts, previousIds.length);
  let next = nextId;
  const ids: number[] = [];
  const jaccards: (number | null)[] = [];
  for (let segment = 0; segment < segments; segment++) {
    const earlier = matching[segment] ?? -1;
    const jaccard = earlier < 0 ? 0 : table[segment * previousIds.length + earlier]!;
    const isSame = jaccard >= MIN_JACCARD;
    ids.push(isSame ? previousIds[earlier]! : next++);
    jaccards.push(isSame ? jaccard : null);
  }
  const retired = previousIds.filter((id) => !ids.includes(id)).sort((a, b) => a - b);
  return { ids, jaccards, retired, nextId: next };
}
