import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { asEnum } from '../../graphql/as-enum';
import { Money } from '../../graphql/money.type';
import { Scoped } from '../../graphql/scope';

export const AD_DIMENSIONS = ['DAY', 'LINE_ITEM', 'PRODUCT', 'PLACEMENT'] as const;
export type AdDimension = (typeof AD_DIMENSIONS)[number];
export const AdDimensionEnum = asEnum(AD_DIMENSIONS);
registerEnumType(AdDimensionEnum, {
  name: 'AdDimension',
  description: 'What the figures of a campaign are grouped by.',
  valuesConfig: {
    DAY: { description: 'The day, by the time zone of the campaign.' },
    LINE_ITEM: { description: 'The line item.' },
    PRODUCT: { description: 'The product.' },
    PLACEMENT: { description: 'The ad placement.' },
  },
});

@Scoped('ADMIN')
@ObjectType({ description: 'What ads cost and brought, from the ledger.' })
export class AdFigures {
  @Field(() => Money, { description: 'What was charged, exact to a millionth. It is rounded only where it is paid.' })
  spend!: Money;

  @Field(() => Int, { description: 'Valid impressions, with those that were free.' })
  impressions!: number;

  @Field(() => Int, { description: 'Valid clicks, with those that were free.' })
  clicks!: number;

  @Field(() => Int, { description: 'Impressions that a CPM bid did not pay for, because the budget was spent.' })
  freeImpressions!: number;

  @Field(() => Int, { description: 'Clicks that a CPC bid did not pay for, because the budget was spent.' })
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

@Scoped('ADMIN')
@ObjectType({ description: 'The figures of a day, line item, product or placement.' })
export class AdFiguresGroup {
  @Field(() => String, {
    description: 'The day, such as `2026-03-01`, or the id of the line item, product or placement.',
  })
  key!: string;

  @Field(() => AdFigures)
  figures!: AdFigures;
}
