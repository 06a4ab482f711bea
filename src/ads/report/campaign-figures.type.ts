import { Field, Int, ObjectType } from 'type-graphql';
import { enumType } from '../../graphql/enum-type';
import { Float } from '../../graphql/scalars';
import { Money } from '../../graphql/money.type';
import { Scoped } from '../../graphql/scope';

export const AD_DIMENSIONS = ['DAY', 'LINE_ITEM', 'PRODUCT', 'PLACEMENT'] as const;
export type AdDimension = (typeof AD_DIMENSIONS)[number];
export const AdDimensionEnum = enumType(
  'AdDimension',
  AD_DIMENSIONS,
  'What the figures of a campaign are grouped by.',
  {
    DAY: 'The day, by the time zone of the campaign.',
    LINE_ITEM: 'The line item.',
    PRODUCT: 'The product.',
    PLACEMENT: 'The ad placement.',
  },
);

@Scoped('ADVERTISER')
@ObjectType({ simpleResolvers: true, description: 'What ads cost and brought, from the ledger.' })
export class AdFigures {
  @Field(() => Money, { description: 'What was charged, exact to a millionth. It is rounded only where it is paid.' })
  spend!: Money;

  @Field(() => Int, { description: 'Valid impressions, with those that were free.' })
  impressions!: number;

  @Field(() => Int, { description: 'Valid clicks, with those that were free.' })
  clicks!: number;

  @Field(() => Int, {
    description:
      'Impressions that a CPM bid did not pay for, because the budget was spent, or the campaign or line item had stopped.',
  })
  freeImpressions!: number;

  @Field(() => Int, {
    description:
      'Clicks that a CPC bid did not pay for, because the budget was spent, or the campaign or line item had stopped.',
  })
  freeClicks!: number;

  @Field(() => Int, { description: "Impressions that don't count: repeated, too late, too many or of another visit." })
  invalidImpressions!: number;

  @Field(() => Int, { description: "Clicks that don't count: repeated, too late, too many or of another visit." })
  invalidClicks!: number;

  @Field(() => Money, { nullable: true, description: 'Spend per valid click, to a millionth; null without a click.' })
  costPerClick!: Money | null;

  @Field(() => Money, {
    nullable: true,
    description: 'Spend per thousand valid impressions, to a millionth; null without an impression.',
  })
  costPerMille!: Money | null;
}

@Scoped('ADVERTISER')
@ObjectType({ simpleResolvers: true, description: 'The figures of a day, line item, product or placement.' })
export class AdFiguresGroup {
  @Field(() => String, {
    description: 'The day, such as `2026-03-01`, or the id of the line item, product or placement.',
  })
  key!: string;

  @Field(() => AdFigures)
  figures!: AdFigures;
}

@Scoped('ADVERTISER')
@ObjectType({
  description:
    'What the clicks of a campaign earned: orders in its currency, placed within ATTRIBUTION_DAYS after the click, net of cancellations and returns. Orders of erased people are not counted.',
})
export class CampaignConversions {
  @Field(() => Int, {
    description:
      "Orders with a line whose buyer's last click on an ad for the product, or a variant of it, was on one of this campaign.",
  })
  orders!: number;

  @Field(() => Int, { description: 'Units of these lines.' })
  units!: number;

  @Field(() => Money, { description: 'Revenue of these lines.' })
  revenue!: Money;

  @Field(() => Float, { nullable: true, description: '`revenue` ÷ spend of these days; null without spend.' })
  returnOnSpend!: number | null;

  @Field(() => Int, {
    description:
      'Units of other products of the advertiser, bought without a click on an ad for them, where the last click on an ad of the advertiser was on one of this campaign. Not part of `units`.',
  })
  otherUnits!: number;

  @Field(() => Money, { description: 'Revenue of these other products. Not part of `revenue`.' })
  otherRevenue!: Money;
}

@Scoped('ADVERTISER')
@ObjectType({
  simpleResolvers: true,
  description:
    'The auctions that a campaign took part in, once for each line item, with its best product. API processes count them and store the counts about every 250 ms; those of a process that is killed are lost.',
})
export class CampaignAuctions {
  @Field(() => Int, { description: 'Auctions in which a line item won a slot.' })
  won!: number;

  @Field(() => Int, { description: 'Auctions in which others had higher scores.' })
  lostToRank!: number;

  @Field(() => Int, { description: 'Auctions without it because the budget was spent, or expected to be.' })
  lostToBudget!: number;

  @Field(() => Int, { description: 'Auctions without it because of the frequency cap.' })
  lostToCap!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of these auctions that were won, from 0 to 1; null without any.',
  })
  winRate!: number | null;
}

@Scoped('ADVERTISER')
@ObjectType({ simpleResolvers: true, description: 'The auctions of a day, line item, product or placement.' })
export class CampaignAuctionsGroup {
  @Field(() => String, {
    description: 'The day, such as `2026-03-01`, or the id of the line item, product or placement.',
  })
  key!: string;

  @Field(() => CampaignAuctions)
  auctions!: CampaignAuctions;
}

@Scoped('ADVERTISER')
@ObjectType({ description: 'The valid impressions and clicks of the customers in a segment.' })
export class CampaignSegmentFigures {
  @Field(() => String, { description: 'The id of the segment.' })
  segmentId!: string;

  @Field(() => Int)
  impressions!: number;

  @Field(() => Int)
  clicks!: number;

  @Field(() => Money, { description: 'What was charged, exact to a millionth.' })
  spend!: Money;
}
