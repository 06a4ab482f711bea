import type { AdBidKind } from '../../auth/ad-token';

/** Definitions of the ads as they are stored and published in the log. Times are ISO 8601, amounts millionths. */
export interface AdvertiserRecord {
  readonly id: string;
  readonly name: string;
  readonly updatedAt: string;
}

export interface AdPlacementRecord {
  readonly id: string;
  readonly slots: number;
  readonly currency: string;
  /** The lowest price of a click. */
  readonly reserveCpc: number;
  /** The lowest price of a thousand impressions. */
  readonly reserveCpm: number;
  /** The share of slots that are filled at random, outside the auction, from 0 to {@link MAX_EXPLORATION_SHARE}. */
  readonly explorationShare: number;
  readonly updatedAt: string;
}

export interface CampaignRecord {
  readonly id: string;
  readonly advertiserId: string;
  readonly name: string;
  readonly currency: string;
  /** IANA name of the time zone in which the days of the daily budget begin. */
  readonly timeZone: string;
  readonly totalBudget: number;
  readonly dailyBudget: number | null;
  readonly startsAt: string;
  readonly endsAt: string | null;
  readonly isPaused: boolean;
  readonly updatedAt: string;
}

export interface LineItemRecord {
  readonly id: string;
  /** What tokens and the ledger name it by. */
  readonly number: number;
  readonly campaignId: string;
  readonly bidKind: AdBidKind;
  /** For a click, or for a thousand impressions. */
  readonly bid: number;
  readonly placements: readonly string[];
  readonly productIds: readonly string[];
  readonly exactKeywords: readonly string[];
  readonly phraseKeywords: readonly string[];
  readonly negativeKeywords: readonly string[];
  /** A CEL condition over `product`, `customer` and `vars.country`. */
  readonly targeting: string | null;
  /** Maximum number of impressions of a visitor in 24 hours. */
  readonly frequencyCap: number | null;
  readonly isPaused: boolean;
  readonly updatedAt: string;
}

export interface AdRecords {
  readonly ADVERTISER: AdvertiserRecord;
  readonly PLACEMENT: AdPlacementRecord;
  readonly CAMPAIGN: CampaignRecord;
  readonly LINE_ITEM: LineItemRecord;
}
export type AdObjectKind = keyof AdRecords;

/** A definition that was created or changed, as the log publishes it. */
export type AdDefinition = {
  readonly [Kind in AdObjectKind]: { readonly kind: Kind; readonly record: AdRecords[Kind] };
}[AdObjectKind];

export const MAX_SLOTS = 10;
export const MAX_EXPLORATION_SHARE = 0.5;
/** Maximum of budgets in whole units of the currency: sums of them are exact. */
export const MAX_BUDGET = 1_000_000_000;
/** Maximum of bids and reserves in whole units of the currency. A token has 48 bits for a price. */
export const MAX_PRICE = 1_000_000;
