import type { Reason } from '../recommend/customer-affinities.service';
import type { Facet } from './facet.type';
import type { Evidence } from './ranking/log-linear';

/** A search as it was answered, that pages point into. */
export interface SearchSnapshot {
  readonly requestId: string;
  readonly revision: string;
  /** Milliseconds since 1970. */
  readonly asOf: number;
  readonly modelVersion: string;
  readonly totalCount: number;
  readonly facets: readonly Facet[];
  readonly didYouMean: string | null;
  readonly correctedQuery: string | null;
  readonly ignoredWords: readonly string[];
  /** What words of products are highlighted by. */
  readonly matched: { readonly terms: readonly string[]; readonly prefixes: readonly string[] };
  readonly hits: readonly ListedHit[];
}

export interface ListedHit {
  readonly id: string;
  readonly score: number;
  /** null where the list is sorted by something else. */
  readonly evidence: Evidence | null;
  /** Why the customer may want it. */
  readonly because: readonly Reason[];
}
