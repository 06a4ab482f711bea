import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { AD_BID_KINDS, type AdBidKind } from '../../auth/ad-token';
import { enumType } from '../../graphql/enum-type';
import { connectionOf, type ConnectionPage } from '../../graphql/connection';
import { Money, MoneyInput } from '../../graphql/money.type';
import { DateTime, Float, ID, JSONObject } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { UserError } from '../../graphql/user-error.type';

export const BidKindEnum = enumType('AdBidKind', AD_BID_KINDS, 'What a bid pays for.', {
  CPC: 'A click.',
  CPM: 'A thousand impressions.',
});

export const CAMPAIGN_STATUSES = ['SCHEDULED', 'RUNNING', 'PAUSED', 'SPENT', 'ENDED'] as const;
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number];
export const CampaignStatusEnum = enumType(
  'CampaignStatus',
  CAMPAIGN_STATUSES,
  'Whether the ads of a campaign can be shown now.',
  {
    SCHEDULED: 'Its flight has not begun.',
    RUNNING: 'They can.',
    PAUSED: 'An operator has paused it.',
    SPENT:
      'The total budget or that of the present day leaves less than the lowest reserve of its placements. A higher budget lets it run again.',
    ENDED: 'Its flight has ended.',
  },
);

export const AD_OBJECT_KINDS = ['ADVERTISER', 'PLACEMENT', 'CAMPAIGN', 'LINE_ITEM'] as const;
const AdObjectKindEnum = enumType('AdObjectKind', AD_OBJECT_KINDS, 'A kind of definition of the ads.', {
  ADVERTISER: 'An advertiser.',
  PLACEMENT: 'A placement.',
  CAMPAIGN: 'A campaign.',
  LINE_ITEM: 'A line item.',
});

const UPDATED_AT = 'When it was last changed.';
const NAME = 'From 1 to 100 characters.';
const SLOTS = 'How many ads an answer can show, from 1 to 10.';
const RESERVE_CPC = 'The lowest price of a click. Bids below it take no part. Default 0.';
const RESERVE_CPM = 'The lowest price of a thousand impressions. Bids below it take no part. Default 0.';
const EXPLORATION =
  'Share of the slots, from 0 to 0.5, that show a random candidate at the reserve, outside the auction, so that the click model learns about ads that rarely win. Default 0.';
const ID_TEXT = 'Up to 64 bytes of UTF-8: the `placement` that lists and searches state.';
const TIME_ZONE = 'IANA name of the time zone in which the days of the daily budget begin. It cannot be changed.';
const TOTAL = 'Maximum spend. It cannot be lowered below what is spent.';
const DAILY = 'Maximum spend of a day, by the time zone. Without one, only the total limits.';
const STARTS = 'Ads are shown from here on. Default: now.';
const ENDS = 'Ads are not shown from here on. Without one, the budget ends the campaign.';
const KEYWORDS = 'compared in any form of the words. Up to 200, of 1 to 100 characters each.';
const EXACT = `Searches with the same words, ${KEYWORDS}`;
const PHRASE = `Searches that contain these words in this order, ${KEYWORDS}`;
const NEGATIVE = `Searches that contain these words in this order show no ad of the line item, ${KEYWORDS}`;
const TARGETING =
  'A CEL condition over `product`, `customer` (such as `customer.segment`) and `vars.country`, which is the `country` in the `filterVariables` of the list (ISO 3166-1, two letters; empty without one). A condition that reads the customer is personal: it holds only for customers who have given consent (see AD_CONSENT_ATTRIBUTE in the settings). Up to 4,096 characters.';
const PRODUCTS =
  'The products that it shows, from 1 to 1,000 ids. A list that has another variant of one shows that. They are shown only where they are relevant, and not while they are out of stock.';
const PLACEMENTS = 'Ids of the placements, from 1 to 20. They have the currency of the campaign.';
const CAP = 'Maximum number of impressions of a visitor in 24 hours, from 1 to 1,000. Without one, there is no limit.';
const BID = 'For a click, or for a thousand impressions: at most the budgets, up to 6 decimals (CPM: 3).';

@Scoped('ADVERTISER')
@ObjectType({ description: 'Who pays for ads.' })
export class Advertiser {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: `Shown with its ads. ${NAME}` })
  name!: string;

  @Field(() => DateTime, { description: UPDATED_AT })
  updatedAt!: Date;
}

@Scoped('ADMIN')
@ObjectType({ description: 'A place in the storefront where ads are shown.' })
export class AdPlacement {
  @Field(() => ID, { description: ID_TEXT })
  id!: string;

  @Field(() => Int, { description: SLOTS })
  slots!: number;

  @Field(() => Money, { description: RESERVE_CPC })
  reserveCpc!: Money;

  @Field(() => Money, { description: RESERVE_CPM })
  reserveCpm!: Money;

  @Field(() => Float, { description: EXPLORATION })
  explorationShare!: number;

  @Field(() => DateTime, { description: UPDATED_AT })
  updatedAt!: Date;
}

@Scoped('ADVERTISER')
@ObjectType({ description: 'Products that are shown for a bid, with their targeting.' })
export class LineItem {
  @Field(() => ID)
  id!: string;

  @Field(() => BidKindEnum, { description: 'It cannot be changed.' })
  bidKind!: AdBidKind;

  @Field(() => Money, { description: BID })
  bid!: Money;

  @Field(() => [ID], { description: PLACEMENTS })
  placements!: readonly string[];

  @Field(() => [ID], { description: PRODUCTS })
  productIds!: readonly string[];

  @Field(() => [String], { description: EXACT })
  exactKeywords!: readonly string[];

  @Field(() => [String], { description: PHRASE })
  phraseKeywords!: readonly string[];

  @Field(() => [String], { description: NEGATIVE })
  negativeKeywords!: readonly string[];

  @Field(() => String, { nullable: true, description: TARGETING })
  targeting!: string | null;

  @Field(() => Int, { nullable: true, description: CAP })
  frequencyCap!: number | null;

  @Field(() => Boolean, { description: 'Whether an operator has paused it.' })
  isPaused!: boolean;

  @Field(() => DateTime, { description: UPDATED_AT })
  updatedAt!: Date;
}

@Scoped('ADVERTISER')
@ObjectType({ description: 'The ads of an advertiser with a budget.' })
export class Campaign {
  @Field(() => ID)
  id!: string;

  /** Resolved to the field `advertiser`. */
  advertiserId!: string;

  @Field(() => String, { description: NAME })
  name!: string;

  @Field(() => String, { description: TIME_ZONE })
  timeZone!: string;

  @Field(() => Money, { description: TOTAL })
  totalBudget!: Money;

  @Field(() => Money, { nullable: true, description: DAILY })
  dailyBudget!: Money | null;

  @Field(() => DateTime, { description: 'Ads are shown from here on.' })
  startsAt!: Date;

  @Field(() => DateTime, { nullable: true, description: ENDS })
  endsAt!: Date | null;

  @Field(() => Boolean, { description: 'Whether an operator has paused it.' })
  isPaused!: boolean;

  @Field(() => DateTime, { description: UPDATED_AT })
  updatedAt!: Date;
}

@Scoped('ADMIN')
@ObjectType({ description: 'A change of the definitions of the ads.' })
export class AdDefinitionChange {
  @Field(() => ID, { description: 'The log position of the change.' })
  id!: string;

  @Field(() => AdObjectKindEnum, { description: 'What was changed.' })
  kind!: (typeof AD_OBJECT_KINDS)[number];

  @Field(() => ID, { description: 'The id of the advertiser, placement, campaign or line item.' })
  objectId!: string;

  @Field(() => ID, { description: 'The API key that changed it.' })
  apiKeyId!: string;

  @Field(() => DateTime)
  changedAt!: Date;

  @Field(() => JSONObject, {
    nullable: true,
    description: 'The definition before, with amounts in millionths; null if it is new.',
  })
  before!: Record<string, unknown> | null;

  @Field(() => JSONObject, { description: 'The definition after, with amounts in millionths.' })
  after!: Record<string, unknown>;
}

export const AdvertiserConnection = connectionOf(Advertiser, 'Advertiser', 'ADMIN');
export type AdvertiserConnection = ConnectionPage<Advertiser>;
export const AdPlacementConnection = connectionOf(AdPlacement, 'AdPlacement', 'ADMIN');
export type AdPlacementConnection = ConnectionPage<AdPlacement>;
export const CampaignConnection = connectionOf(Campaign, 'Campaign', 'ADVERTISER');
export type CampaignConnection = ConnectionPage<Campaign>;
export const LineItemConnection = connectionOf(LineItem, 'LineItem', 'ADVERTISER');
export type LineItemConnection = ConnectionPage<LineItem>;
export const AdDefinitionChangeConnection = connectionOf(AdDefinitionChange, 'AdDefinitionChange', 'ADMIN');
export type AdDefinitionChangeConnection = ConnectionPage<AdDefinitionChange>;

@InputType({ description: 'Absent leaves alone.' })
export class UpsertAdvertiserInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: `Shown with its ads; required for a new one. ${NAME}` })
  name?: string | null;
}

@InputType({ description: 'Absent leaves alone, null restores the default.' })
export class UpsertAdPlacementInput {
  @Field(() => ID, { description: ID_TEXT })
  id!: string;

  @Field(() => Int, { nullable: true, description: `${SLOTS} Default 1.` })
  slots?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'ISO 4217, such as `EUR`; required for a new one. It cannot be changed.',
  })
  currency?: string | null;

  @Field(() => MoneyInput, { nullable: true, description: RESERVE_CPC })
  reserveCpc?: MoneyInput | null;

  @Field(() => MoneyInput, { nullable: true, description: RESERVE_CPM })
  reserveCpm?: MoneyInput | null;

  @Field(() => Float, { nullable: true, description: EXPLORATION })
  explorationShare?: number | null;
}

@InputType({ description: 'A new campaign.' })
export class CreateCampaignInput {
  @Field(() => ID)
  id!: string;

  @Field(() => ID, { description: 'The advertiser, who must exist. It cannot be changed.' })
  advertiserId!: string;

  @Field(() => String, { description: NAME })
  name!: string;

  @Field(() => String, { nullable: true, description: `${TIME_ZONE} Default: that of the shop.` })
  timeZone?: string | null;

  @Field(() => MoneyInput, { description: `${TOTAL} Its currency is that of the campaign and cannot be changed.` })
  totalBudget!: MoneyInput;

  @Field(() => MoneyInput, { nullable: true, description: DAILY })
  dailyBudget?: MoneyInput | null;

  @Field(() => DateTime, { nullable: true, description: STARTS })
  startsAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: ENDS })
  endsAt?: Date | null;

  @Field(() => Boolean, { nullable: true, description: 'Default false.' })
  isPaused?: boolean | null;
}

@InputType({ description: 'Absent leaves alone, null clears.' })
export class UpdateCampaignInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: NAME })
  name?: string | null;

  @Field(() => MoneyInput, { nullable: true, description: TOTAL })
  totalBudget?: MoneyInput | null;

  @Field(() => MoneyInput, { nullable: true, description: DAILY })
  dailyBudget?: MoneyInput | null;

  @Field(() => DateTime, { nullable: true, description: STARTS })
  startsAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: ENDS })
  endsAt?: Date | null;

  @Field(() => Boolean, { nullable: true, description: 'true pauses it, false continues.' })
  isPaused?: boolean | null;
}

@InputType({ description: 'Absent leaves alone, null clears.' })
export class UpsertLineItemInput {
  @Field(() => ID)
  id!: string;

  @Field(() => ID, { nullable: true, description: 'Required for a new one. It cannot be changed.' })
  campaignId?: string | null;

  @Field(() => BidKindEnum, { nullable: true, description: 'Default CPC. It cannot be changed.' })
  bidKind?: AdBidKind | null;

  @Field(() => MoneyInput, { nullable: true, description: `${BID} Required for a new one.` })
  bid?: MoneyInput | null;

  @Field(() => [ID], { nullable: true, description: `${PLACEMENTS} Required for a new one.` })
  placements?: string[] | null;

  @Field(() => [ID], { nullable: true, description: `${PRODUCTS} Required for a new one.` })
  productIds?: string[] | null;

  @Field(() => [String], { nullable: true, description: EXACT })
  exactKeywords?: string[] | null;

  @Field(() => [String], { nullable: true, description: PHRASE })
  phraseKeywords?: string[] | null;

  @Field(() => [String], { nullable: true, description: NEGATIVE })
  negativeKeywords?: string[] | null;

  @Field(() => String, { nullable: true, description: TARGETING })
  targeting?: string | null;

  @Field(() => Int, { nullable: true, description: CAP })
  frequencyCap?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'true pauses it, false continues. Default false.' })
  isPaused?: boolean | null;
}

@Scoped('ADMIN')
@ObjectType()
class DefinitionPayload {
  @Field(() => ID, { description: 'For `awaitReceipt`: read your writes.' })
  receipt!: string;

  @Field(() => [UserError], { description: 'Why nothing was stored; empty if it was.' })
  userErrors!: readonly UserError[];
}

@ObjectType()
export class UpsertAdvertiserPayload extends DefinitionPayload {
  @Field(() => Advertiser, { nullable: true, description: 'As stored; null if nothing was stored.' })
  advertiser!: Advertiser | null;
}

@ObjectType()
export class UpsertAdPlacementPayload extends DefinitionPayload {
  @Field(() => AdPlacement, { nullable: true, description: 'As stored; null if nothing was stored.' })
  placement!: AdPlacement | null;
}

@ObjectType()
export class CampaignPayload extends DefinitionPayload {
  @Field(() => Campaign, { nullable: true, description: 'As stored; null if nothing was stored.' })
  campaign!: Campaign | null;
}

@ObjectType()
export class UpsertLineItemPayload extends DefinitionPayload {
  @Field(() => LineItem, { nullable: true, description: 'As stored; null if nothing was stored.' })
  lineItem!: LineItem | null;
}
