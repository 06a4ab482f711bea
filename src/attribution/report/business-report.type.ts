import { Extensions, Field, Int, ObjectType } from 'type-graphql';
import { enumType } from '../../graphql/enum-type';
import { MAX_LIST_LENGTH } from '../../graphql/limits/operation-cost';
import { Money } from '../../graphql/money.type';
import { DateTime, Float } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';

export const MAX_REPORT_DAYS = 366;
/** The number of currencies by which the cost of a report is estimated. */
const USUAL_CURRENCIES = 3;

export const BUSINESS_COMPARISONS = ['PRECEDING', 'YEAR_BEFORE'] as const;
export type BusinessComparison = (typeof BUSINESS_COMPARISONS)[number];
export const BusinessComparisonEnum = enumType(
  'BusinessComparison',
  BUSINESS_COMPARISONS,
  'The span of days that a report is compared with.',
  {
    PRECEDING: 'The same number of days immediately before.',
    YEAR_BEFORE: 'The same number of days, 364 days before: they begin on the same day of the week.',
  },
);

const CHANGE = 'The relative change since the other span, such as 0.1 for 10 % more; null without one, or if it was 0.';

@Scoped('SERVER')
@ObjectType({
  simpleResolvers: true,
  description: 'A number, and the same number in the span that it is compared with.',
})
export class CountFigure {
  @Field(() => Int, { description: 'In the span of the report.' })
  value!: number;

  @Field(() => Int, { nullable: true, description: 'In the span that it is compared with; null without one.' })
  before!: number | null;

  @Field(() => Float, { nullable: true, description: CHANGE })
  change!: number | null;
}

@Scoped('SERVER')
@ObjectType({
  simpleResolvers: true,
  description: 'An amount, and the same amount in the span that it is compared with.',
})
export class MoneyFigure {
  @Field(() => Money, { description: 'In the span of the report.' })
  value!: Money;

  @Field(() => Money, { nullable: true, description: 'In the span that it is compared with; null without one.' })
  before!: Money | null;

  @Field(() => Float, { nullable: true, description: CHANGE })
  change!: number | null;
}

@Scoped('SERVER')
@ObjectType({ simpleResolvers: true, description: 'A share from 0 to 1, with its 95 % confidence interval.' })
export class RateFigure {
  @Field(() => Float, {
    nullable: true,
    description: 'Null if it is a share of nothing, as are both ends of the interval.',
  })
  value!: number | null;

  @Field(() => Float, { nullable: true, description: 'The lower end of the interval.' })
  low!: number | null;

  @Field(() => Float, { nullable: true, description: 'The upper end of the interval.' })
  high!: number | null;

  @Field(() => Float, { nullable: true, description: 'In the span that it is compared with; null without one.' })
  before!: number | null;

  @Field(() => Float, { nullable: true, description: CHANGE })
  change!: number | null;
}

@Scoped('SERVER')
@ObjectType({ simpleResolvers: true, description: 'The visits of one day of the shop.' })
class DayVisits {
  @Field(() => DateTime, { description: 'When the day began.' })
  from!: Date;

  @Field(() => Int, { description: 'Customers and anonymous sessions that did something on this day.' })
  visits!: number;

  @Field(() => Int, { description: 'Those of them that placed an order on this day.' })
  conversions!: number;
}

@Scoped('SERVER')
@ObjectType({ simpleResolvers: true, description: 'The orders of one day of the shop in one currency.' })
class DayRevenue {
  @Field(() => DateTime, { description: 'When the day began.' })
  from!: Date;

  @Field(() => Int, { description: 'Orders that were placed on this day and not wholly cancelled.' })
  orders!: number;

  @Field(() => Money, { description: 'The revenue of the orders that were placed on this day.' })
  revenue!: Money;

  @Field(() => Money, { description: 'Its part by recommendations.' })
  recommendations!: Money;

  @Field(() => Money, { description: 'Its part by search.' })
  search!: Money;

  @Field(() => Money, { nullable: true, description: 'As of the span; null without a sale that keeps a unit.' })
  averageOrder!: Money | null;

  @Field(() => Money, { description: 'The refunds that were made on this day. Revenue does not follow payments.' })
  refunded!: Money;
}

@Scoped('SERVER')
@ObjectType({ simpleResolvers: true, description: 'What orders in one currency earned, and by what.' })
export class CurrencyReport {
  @Field(() => String, { description: 'ISO 4217, such as `EUR`.' })
  currency!: string;

  @Field(() => CountFigure, { description: 'Orders that were placed in the span and not wholly cancelled.' })
  orders!: CountFigure;

  @Field(() => MoneyFigure, {
    description:
      'Order lines less their share of the order’s discount, without shipping and tax, net of cancelled and returned units. It belongs to the day on which the order was placed.',
  })
  revenue!: MoneyFigure;

  @Field(() => MoneyFigure, {
    nullable: true,
    description:
      'Revenue of the sales of which at least one unit was neither cancelled nor returned / the number of these sales; null without one. It is not `revenue` / `orders`: orders of kind RETURN, and sales that came back whole, are in neither.',
  })
  averageOrder!: MoneyFigure | null;

  @Field(() => MoneyFigure, { description: 'The part of `revenue` whose last touch was in a list of recommendations.' })
  recommendations!: MoneyFigure;

  @Field(() => MoneyFigure, { description: 'The part of `revenue` whose last touch was in the results of a search.' })
  search!: MoneyFigure;

  @Field(() => MoneyFigure, { description: '`revenue` less `recommendations` and `search`.' })
  rest!: MoneyFigure;

  @Field(() => MoneyFigure, {
    description:
      'The part of `rest` whose product was seen in a list within a day before the order, and not touched. It counts for no list.',
  })
  viewThrough!: MoneyFigure;

  @Field(() => MoneyFigure, {
    description:
      'The refunds that were made in the span, by the times of the payments. `revenue` follows cancelled and returned units, not payments.',
  })
  refunded!: MoneyFigure;

  @Extensions({ [MAX_LIST_LENGTH]: MAX_REPORT_DAYS })
  @Field(() => [DayRevenue], { description: 'Every day of the span, oldest first.' })
  days!: DayRevenue[];
}

@Scoped('SERVER')
@ObjectType({ simpleResolvers: true, description: 'What the shop earned in a span of days, and by what.' })
export class BusinessReport {
  @Field(() => DateTime, { description: 'When the first day of the span began, in the shop’s time zone.' })
  from!: Date;

  @Field(() => DateTime, { description: 'When its last day ends.' })
  to!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the first day of the other span began; null without one.',
  })
  comparedFrom!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the last day of the other span ended; null without one.',
  })
  comparedTo!: Date | null;

  @Field(() => String, { description: 'The IANA name of the shop’s time zone (`TIME_ZONE`).' })
  timeZone!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the newest events in the figures were logged; null if there are none.',
  })
  asOf!: Date | null;

  @Field(() => Boolean, {
    description: 'Whether events or imports are not in the figures yet, except those of the last minute.',
  })
  behind!: boolean;

  @Field(() => CountFigure, {
    description: 'Customers and anonymous sessions with an event on a day, counted once a day. Exact.',
  })
  visits!: CountFigure;

  @Field(() => RateFigure, {
    description:
      'Visits with an order on the same day / visits. A visit over midnight converts on the day of its order.',
  })
  conversion!: RateFigure;

  @Field(() => CountFigure, { description: 'Orders in all currencies.' })
  orders!: CountFigure;

  @Field(() => CountFigure, { description: 'Customers and guests whose first order was placed in the span.' })
  newCustomers!: CountFigure;

  @Field(() => CountFigure, { description: 'Those who ordered in the span and had ordered before it.' })
  returningCustomers!: CountFigure;

  @Extensions({ [MAX_LIST_LENGTH]: USUAL_CURRENCIES })
  @Field(() => [CurrencyReport], { description: 'That with the most orders first.' })
  currencies!: CurrencyReport[];

  @Extensions({ [MAX_LIST_LENGTH]: MAX_REPORT_DAYS })
  @Field(() => [DayVisits], { description: 'Every day of the span, oldest first.' })
  days!: DayVisits[];
}
