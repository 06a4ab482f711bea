import type { StorageSender } from '../../events/storage-sender';
import type { LanguageAnalyzer } from '../../search-engine/text/language-analyzer';

/** Describes `adConsent` in the schema. */
export const AD_CONSENT =
  'Whether a visitor who is not signed in agrees to ads that are chosen by what was viewed and bought in the visit. Default false. A customer agrees by the attribute AD_CONSENT_ATTRIBUTE (see the settings) instead.';

/** A list in which sponsored products may be shown. */
export interface SponsorshipRequest {
  /** The customer and the session. */
  readonly who: { readonly customerId?: string; readonly sessionId?: string };
  /** Null with a key of the shop. */
  readonly sender: StorageSender | null;
  readonly placement: string | null;
  /** Whether a visitor who is not signed in agrees to ads that are chosen by the history of the visit. */
  readonly adConsent: boolean;
  /** What the list answers; null if it is not a search with words. */
  readonly query: {
    readonly text: string;
    readonly analyzer: LanguageAnalyzer;
    /** Returns whether searches find a word with a sign, such as `c++`. */
    readonly hasWord: (surface: string) => boolean;
  } | null;
  /** The variables of the request's filter. Targeting reads `country`. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The products of a list that are relevant enough to be sponsored, the most relevant first. */
export interface SponsorableList {
  readonly productIds: readonly string[];
  /** Why none of them is sponsored. Absent if they may be. */
  readonly exclusion?: ListExclusion;
  /** Why some of them are not sponsored. */
  readonly excluded?: ReadonlyMap<string, ListExclusion>;
}

export const LIST_EXCLUSIONS = ['SORTED', 'ONE_PRODUCT', 'NOT_ALL_WORDS'] as const;
/**
 * Why a list has no sponsored products:
 * - SORTED: the customer has chosen another order than relevance
 * - ONE_PRODUCT: one product is relevant: the only match, or the one that the query names. A product whose short title
 *   the query is stays in the list and is no ad, but others may be.
 * - NOT_ALL_WORDS: the products do not have all words of the query as typed or by a synonym
 */
export type ListExclusion = (typeof LIST_EXCLUSIONS)[number];

/** The sponsored products of a list. What else there is to them is known to who has chosen them. */
export interface SponsoredProducts {
  /** With their variants: the page shows none of them a second time. */
  readonly productIds: ReadonlySet<string>;
}

/** Chooses sponsored products for lists. */
export interface Sponsorship {
  /** Reads what the choice depends on besides the list. Errors concern the sponsored products only, and are returned. */
  prepare(request: SponsorshipRequest): Promise<PreparedSponsorship | Error>;
}

export interface PreparedSponsorship {
  /**
   * Whether the products of the list may be those that its customer or visit is expected to want. If not, it must be the
   * list of a visitor of whom nothing is known.
   */
  readonly isPersonal: boolean;
  readonly choose: (list: SponsorableList) => SponsoredProducts | Error;
}

/**
 * Maximum number of products of a list, from its beginning, that may be sponsored. A page and its ads are fewer together.
 */
export const MAX_SPONSORABLE = 200;

export const NOTHING_SPONSORED: ReadonlySet<string> = new Set();

/** The sponsorship of a shop in which no room sells slots. */
export const NO_SPONSORSHIP: Sponsorship = {
  prepare: async () => ({ isPersonal: true, choose: () => ({ productIds: NOTHING_SPONSORED }) }),
};

/** Returns the ids of sponsored products that a page is without; none if there are none or their choice has failed. */
export function sponsoredIds(sponsorship: SponsoredProducts | Error | undefined): ReadonlySet<string> {
  return sponsorship === undefined || sponsorship instanceof Error ? NOTHING_SPONSORED : sponsorship.productIds;
}

/** Returns the end of a page with `first` items of a list that are not sponsored, without sponsored ones after it. */
export function endOfPage(
  length: number,
  offset: number,
  first: number,
  isSponsored: (index: number) => boolean,
): number {
  let until = offset;
  for (let count = 0; count < first && until < length; until++) if (!isSponsored(until)) count++;
  while (until < length && isSponsored(until)) until++;
  return until;
}

/** Chooses sponsored products of a list, up to {@link MAX_SPONSORABLE} from its beginning. */
export function chooseFrom(sponsorship: PreparedSponsorship | Error, list: SponsorableList): SponsoredProducts | Error {
  if (sponsorship instanceof Error) return sponsorship;
  return sponsorship.choose({ ...list, productIds: list.productIds.slice(0, MAX_SPONSORABLE) });
}
