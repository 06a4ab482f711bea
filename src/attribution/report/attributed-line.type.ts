import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { enumType } from '../../graphql/enum-type';
import type { ListKind } from '../list-reference';
import { Product } from '../../catalog/product.type';
import { connectionOf } from '../../graphql/connection';
import { Money } from '../../graphql/money.type';
import { DateTime, ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { TOUCHES, type Touch } from '../attribute-lines';
import { ListKindEnum } from './placement-report.type';

const TouchEnum = enumType('Touch', TOUCHES, 'What connects an order line with a list.', {
  CLICK: 'The last touch was a CLICK on the product, or on a variant of its group.',
  VIEW: 'It was a VIEW that names the list.',
  ADD_TO_CART: 'It was an ADD_TO_CART that names the list.',
  LINE: 'The order or its line names the list.',
  IMPRESSION: 'The product was only seen in the list: a view-through, which counts for no list.',
});

export const ATTRIBUTION_DIMENSIONS = ['KIND', 'PLACEMENT', 'INTENT', 'QUERY', 'MODEL_VERSION'] as const;
export type AttributionDimension = (typeof ATTRIBUTION_DIMENSIONS)[number];
export const AttributionDimensionEnum = enumType(
  'AttributionDimension',
  ATTRIBUTION_DIMENSIONS,
  'By what revenue is summed.',
  {
    KIND: 'What the list was, such as `SEARCH`.',
    PLACEMENT: 'Where the list was shown.',
    INTENT: 'The intent of a list of recommendations.',
    QUERY: 'The query of a search, folded as in search reports.',
    MODEL_VERSION: 'The version of the model that ranked the list.',
  },
);

@Scoped('SERVER')
@ObjectType({ simpleResolvers: true, description: 'An order line, and the list that it belongs to.' })
export class AttributedLine {
  @Field(() => ID, { description: '`<order>:<line>`' })
  id!: string;

  @Field(() => ID, { description: 'The order. A one-time id once its customer was erased.' })
  orderId!: string;

  @Field(() => DateTime, { description: 'When the order was placed.' })
  placedAt!: Date;

  @Field(() => ID, { description: 'The product of the line.' })
  productId!: string;

  @Field(() => Product, { nullable: true, description: 'Null if the catalogue does not have it.' })
  product!: Product | null;

  @Field(() => Int, { description: 'Without cancelled and returned units; negative in an order of kind RETURN.' })
  units!: number;

  @Field(() => Money, { description: 'The revenue of these units, less their share of the order’s discount.' })
  revenue!: Money;

  @Field(() => TouchEnum, { nullable: true, description: 'Null if nothing connects the line with a list.' })
  touch!: Touch | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the touch happened; null without one, and once the customer was erased.',
  })
  touchedAt!: Date | null;

  @Field(() => ListKindEnum, { nullable: true, description: 'What the list was; null without a touch.' })
  kind!: ListKind | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where the list was shown; null without a touch or a placement.',
  })
  placement!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The intent of a list of recommendations; null for other lists.',
  })
  intent!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The query of a search, folded; null once the customer was erased.',
  })
  query!: string | null;

  @Field(() => ID, { nullable: true, description: 'The `requestId` of the list; null once the customer was erased.' })
  requestId!: string | null;

  @Field(() => String, { nullable: true, description: 'The version of the model that ranked the list.' })
  modelVersion!: string | null;
}

@Scoped('SERVER')
@ObjectType()
export class AttributedLineConnection extends connectionOf(AttributedLine, 'AttributedLine', 'SERVER') {}

@InputType({ description: 'Only lines for which all of this holds.' })
export class AttributedLineFilter {
  @Field(() => ListKindEnum, { nullable: true, description: 'What the list was.' })
  kind?: ListKind | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where the list was shown; up to 100 characters, empty for lists without a placement.',
  })
  placement?: string | null;

  @Field(() => String, { nullable: true, description: 'The intent of the list; up to 100 characters.' })
  intent?: string | null;

  @Field(() => String, { nullable: true, description: 'The query of the search, folded; up to 500 characters.' })
  query?: string | null;

  @Field(() => String, { nullable: true, description: 'The version of the model; up to 100 characters.' })
  modelVersion?: string | null;

  @Field(() => TouchEnum, { nullable: true, description: 'What connects the line with the list.' })
  touch?: Touch | null;
}

@Scoped('SERVER')
@ObjectType({
  simpleResolvers: true,
  description: 'The revenue of the lines of one value of a dimension, in one currency.',
})
export class AttributedRevenue {
  @Field(() => String, { nullable: true, description: 'The value, such as a query; null for lines without one.' })
  value!: string | null;

  @Field(() => Int, { description: 'Order lines that belong to these lists.' })
  lines!: number;

  @Field(() => Int, { description: 'Orders with such a line.' })
  orders!: number;

  @Field(() => Money, { description: 'The revenue of these lines.' })
  revenue!: Money;
}
