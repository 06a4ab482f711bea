import type { Reason } from '../recommend/customer-affinities.service';
import type { Facet } from './facet.type';
import type { ScoreShare } from './ranking/log-linear';

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
  readonly redirect: string | null;
  /** What words of products are highlighted by. */
  readonly matched: { readonly terms: readonly string[]; readonly prefixes: readonly string[] };
  readonly ids: readonly string[];
  readonly scores: readonly number[];
  /** By hit, where somebody asks for reasons and there are any. */
  readonly grounds: readonly Grounds[] | null;
}

/** What the place of a hit rests on. */
export interface Grounds {
  readonly shares: readonly ScoreShare[];
  /** By a merchandising rule. */
  readonly pinned: boolean;
  /** Why the customer may want it. */
  readonly because: readonly Reason[];
}
