import type { Identity } from '../../auth/identity';
import type { LanguageAnalyzer } from '../../search-engine/text/language-analyzer';

/** A list in which sponsored products may be shown. */
export interface SponsorshipRequest {
  readonly who: Identity;
  readonly placement: string | null;
  /** What the list answers; null if it is not a search with words. */
  readonly query: { readonly text: string; readonly analyzer: LanguageAnalyzer } | null;
  /** The variables of the request's filter. Targeting reads `country`. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The products of a list that are relevant enough to be sponsored, the best first. */
export interface SponsorableList {
  readonly productIds: readonly string[];
  /** Whether the order is by relevance, so that the rank of a product says how well it fits. */
  readonly isByRelevance: boolean;
}

/** The sponsored products of a list. What else there is to them is known to who has chosen them. */
export interface SponsoredProducts {
  readonly productIds: ReadonlySet<string>;
}

/** Chooses sponsored products for lists. */
export interface Sponsorship {
  /** Reads what the choice depends on besides the list. Errors concern the sponsored products only, and are returned. */
  prepare(request: SponsorshipRequest): Promise<ChooseSponsored | Error>;
}

export type ChooseSponsored = (list: SponsorableList) => SponsoredProducts;

/** Maximum number of products of a list, from its beginning, that may be sponsored. */
export const MAX_SPONSORABLE = 200;
