import { Arg, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import { MAX_LIST_LENGTH, SUBFIELD_PRICE, WORK } from '../../graphql/limits/operation-cost';
import { Money } from '../../graphql/money.type';
import { DateTime } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { Campaign, CampaignStatusEnum, type CampaignStatus } from '../definitions/ad-definitions.type';
import { MAX_GROUPS, type CampaignFiguresService } from './campaign-figures.service';
import {
  AdDimensionEnum,
  AdFigures,
  AdFiguresGroup,
  CampaignAuctions,
  CampaignAuctionsGroup,
  CampaignConversions,
  CampaignSegmentFigures,
  type AdDimension,
} from './campaign-figures.type';

/** Rate-limit cost of an SQL statement. A plain field costs 1. */
const READ_WORK = 200;
/** Cost of the figures of up to a year. */
const REPORT_WORK = 5_000;
/** Rate-limit cost of a field of a group: plain values without resolvers. */
const GROUP_FIELD_PRICE = 0.2;
/** A model has at most about so many segments. */
const MAX_SEGMENTS = 20;
const FROM = 'Included. Moved back to the midnight of the campaign before it, unless it is one.';
const TO =
  'Excluded. Moved forward to the next midnight of the campaign, unless it is one. The span has up to 366 days.';

@Resolver(() => Campaign)
export class CampaignFiguresResolver {
  constructor(private readonly service: CampaignFiguresService) {}

  @Scoped('ADVERTISER')
  @Extensions({ [WORK]: READ_WORK })
  @FieldResolver(() => CampaignStatusEnum, { nullable: true, description: 'Whether its ads can be shown now.' })
  status(@Root() campaign: Campaign): Promise<CampaignStatus> {
    return this.service.status(campaign);
  }

  @Scoped('ADVERTISER')
  @Extensions({ [WORK]: READ_WORK })
  @FieldResolver(() => AdFigures, { nullable: true, description: 'The figures since it was created.' })
  figures(@Root() campaign: Campaign): Promise<AdFigures> {
    return this.service.figures(campaign);
  }

  @Scoped('ADVERTISER')
  @Extensions({ [WORK]: READ_WORK })
  @FieldResolver(() => Money, {
    nullable: true,
    description: 'What was charged on the present day, by the time zone of the campaign.',
  })
  spendToday(@Root() campaign: Campaign): Promise<Money> {
    return this.service.spendToday(campaign);
  }

  @Scoped('ADVERTISER')
  @Extensions({ [WORK]: REPORT_WORK, [MAX_LIST_LENGTH]: MAX_GROUPS, [SUBFIELD_PRICE]: GROUP_FIELD_PRICE })
  @FieldResolver(() => [AdFiguresGroup], {
    nullable: true,
    description:
      'The figures of a span by day, in order of days, or by line item, product or placement, with the highest spend first; up to 1,000.',
  })
  figuresBy(
    @Root() campaign: Campaign,
    @Arg('dimension', () => AdDimensionEnum, { description: 'What they are grouped by.' }) dimension: AdDimension,
    @Arg('from', () => DateTime, { description: FROM }) from: Date,
    @Arg('to', () => DateTime, { description: TO }) to: Date,
  ): Promise<AdFiguresGroup[]> {
    return this.service.figuresBy(campaign, dimension, { from, to });
  }

  @Scoped('ADVERTISER')
  @Extensions({ [WORK]: REPORT_WORK, [MAX_LIST_LENGTH]: MAX_SEGMENTS })
  @FieldResolver(() => [CampaignSegmentFigures], {
    nullable: true,
    description:
      'The figures of the calendar months that the days of the span are in, by the present segment of the customers, with the highest spend first. Of each month, segments with fewer than 10 customers, and visitors who are not customers, are left out.',
  })
  figuresBySegment(
    @Root() campaign: Campaign,
    @Arg('from', () => DateTime, { description: FROM }) from: Date,
    @Arg('to', () => DateTime, { description: TO }) to: Date,
  ): Promise<CampaignSegmentFigures[]> {
    return this.service.figuresBySegment(campaign, { from, to });
  }

  @Scoped('ADVERTISER')
  @Extensions({ [WORK]: READ_WORK })
  @FieldResolver(() => CampaignAuctions, { nullable: true, description: 'How often it won, and what it lost to.' })
  auctions(
    @Root() campaign: Campaign,
    @Arg('from', () => DateTime, { description: FROM }) from: Date,
    @Arg('to', () => DateTime, { description: TO }) to: Date,
  ): Promise<CampaignAuctions> {
    return this.service.auctions(campaign, { from, to });
  }

  @Scoped('ADVERTISER')
  @Extensions({ [WORK]: REPORT_WORK, [MAX_LIST_LENGTH]: MAX_GROUPS, [SUBFIELD_PRICE]: GROUP_FIELD_PRICE })
  @FieldResolver(() => [CampaignAuctionsGroup], {
    nullable: true,
    description:
      'The auctions of a span by day, in order of days, or by line item, product or placement, those with the most first; up to 1,000.',
  })
  auctionsBy(
    @Root() campaign: Campaign,
    @Arg('dimension', () => AdDimensionEnum, { description: 'What they are grouped by.' }) dimension: AdDimension,
    @Arg('from', () => DateTime, { description: FROM }) from: Date,
    @Arg('to', () => DateTime, { description: TO }) to: Date,
  ): Promise<CampaignAuctionsGroup[]> {
    return this.service.auctionsBy(campaign, dimension, { from, to });
  }

  @Scoped('ADVERTISER')
  @Extensions({ [WORK]: REPORT_WORK })
  @FieldResolver(() => CampaignConversions, {
    nullable: true,
    description: 'What its clicks earned, by the days on which the orders were placed.',
  })
  conversions(
    @Root() campaign: Campaign,
    @Arg('from', () => DateTime, { description: FROM }) from: Date,
    @Arg('to', () => DateTime, { description: TO }) to: Date,
  ): Promise<CampaignConversions> {
    return this.service.conversions(campaign, { from, to });
  }
}
