import { Field, Int, ObjectType } from 'type-graphql';
import { enumType } from '../../graphql/enum-type';
import { LIST_KINDS, type ListKind } from '../list-reference';
import { connectionOf } from '../../graphql/connection';
import { Money } from '../../graphql/money.type';
import { Scoped } from '../../graphql/scope';
import { RateFigure } from './business-report.type';

export const ListKindEnum = enumType('ListKind', LIST_KINDS, 'What answered with a list of products.', {
  RECOMMENDATION: '`recommendations` or `recommendationRails`.',
  SEARCH: '`search` with a query.',
  BROWSE: '`search` without a query: its revenue is part of the rest.',
  AD: '`sponsored` of a list or search, or `ads`: its revenue is part of the rest. Campaigns report it by advertiser.',
});

@Scoped('SERVER')
@ObjectType({ simpleResolvers: true, description: 'What the lists of a placement earned in one currency.' })
class PlacementEarnings {
  @Field(() => String, { description: 'ISO 4217, such as `EUR`.' })
  currency!: string;

  @Field(() => Int, { description: 'Orders with a line that belongs to one of these lists.' })
  orders!: number;

  @Field(() => Money, { description: 'The revenue of the order lines that belong to these lists.' })
  revenue!: Money;

  @Field(() => Money, {
    nullable: true,
    description: '`revenue` × 1,000 / `shown`, to the cent; null if nothing was shown.',
  })
  revenuePerThousandShown!: Money | null;

  @Field(() => Money, {
    description: 'The revenue of lines whose product was only seen in these lists. It is not part of `revenue`.',
  })
  viewThrough!: Money;
}

@Scoped('SERVER')
@ObjectType({
  simpleResolvers: true,
  description: 'What the lists of a placement showed, and what was done with them.',
})
export class PlacementReport {
  @Field(() => ListKindEnum, { description: 'What the lists were.' })
  kind!: ListKind;

  @Field(() => String, {
    nullable: true,
    description: 'As lists, rails and searches state it; null for those without one.',
  })
  placement!: string | null;

  @Field(() => Int, { description: 'Visits (customers or sessions by day) to which a list was shown.' })
  visits!: number;

  @Field(() => Int, {
    description: 'Lists of which a product was seen, clicked or put into the cart. A list counts once in a visit.',
  })
  shown!: number;

  @Field(() => Int, {
    description: 'Products of these lists that were seen (IMPRESSION). A product counts once in a list.',
  })
  viewed!: number;

  @Field(() => RateFigure, {
    description:
      'Seen products that were clicked / seen products. The interval treats the products of a visit as dependent.',
  })
  clickThrough!: RateFigure;

  @Field(() => Int, { description: 'Products of these lists that were clicked or opened (CLICK or VIEW).' })
  clicks!: number;

  @Field(() => Int, { description: 'Products of these lists that were put into the cart.' })
  carts!: number;

  @Field(() => [PlacementEarnings], { description: 'By currency: that with the most orders first.' })
  earnings!: PlacementEarnings[];
}

@Scoped('SERVER')
@ObjectType()
export class PlacementReportConnection extends connectionOf(PlacementReport, 'PlacementReport', 'SERVER') {}
