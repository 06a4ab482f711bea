import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { DateTime, Decimal, Float, JSONObject } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import type { AggregateKind, WindowKind } from './stream-spec';
import { AggregateKindEnum, WindowKindEnum } from './stream-enums.type';

@Scoped('ADMIN')
@InputType('NamedExpressionInput')
@ObjectType('NamedExpression')
export class NamedExpression {
  @Field(() => String, { description: 'A letter, then up to 63 letters, digits and `_`.' })
  name!: string;

  @Field(() => String, { description: 'CEL, over `event`, `product`, `customer` and `vars`. Up to 4,096 characters.' })
  expression!: string;
}

@Scoped('ADMIN')
@InputType('ConversionRateInput')
@ObjectType('ConversionRate')
class ConversionRate {
  @Field(() => String, { description: 'What is converted from, as `unit` gives it: USD, kg. From 1 to 64 characters.' })
  unit!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'It holds for what happened from then on, up to the next one of this unit. None: always.',
  })
  since?: Date | null;

  @Field(() => Decimal, { description: 'One of this unit is so many of what is converted to; above 0.' })
  factor!: string;
}

@Scoped('ADMIN')
@InputType('DerivedFieldInput')
@ObjectType('DerivedField')
export class DerivedField extends NamedExpression {
  @Field(() => String, {
    nullable: true,
    description: 'CEL: the unit that the number is in, such as event.currency. With `rates`. Up to 4,096 characters.',
  })
  unit?: string | null;

  @Field(() => [ConversionRate], {
    nullable: true,
    description:
      'The number is multiplied by the one of its unit and time, exactly; without one, it is missing. Up to 2,000.',
  })
  rates?: readonly ConversionRate[] | null;
}

@Scoped('ADMIN')
@InputType('StreamWindowInput')
@ObjectType('StreamWindow')
export class StreamWindow {
  @Field(() => WindowKindEnum)
  kind!: WindowKind;

  @Field(() => String, {
    nullable: true,
    description: 'ISO 8601, of one unit: PT10M, P1D, P1W (from Monday), P1M, P1Y.',
  })
  size?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Of HOPPING: ISO 8601. The size is a whole number of them, up to 1,000.',
  })
  slide?: string | null;

  @Field(() => String, { nullable: true, description: 'Of SESSION: ISO 8601, at least PT1S.' })
  gap?: string | null;

  @Field(() => String, { nullable: true, description: 'IANA: whose days, weeks and months. Default UTC.' })
  timeZone?: string | null;
}

@Scoped('ADMIN')
@InputType('AggregateInput')
@ObjectType('Aggregate')
export class AggregateShape {
  @Field(() => String, { description: 'A letter, then up to 63 letters, digits and `_`.' })
  name!: string;

  @Field(() => AggregateKindEnum)
  kind!: AggregateKind;

  @Field(() => String, {
    nullable: true,
    description: 'CEL: of what. COUNT without it counts events, with it those that have it. Up to 4,096 characters.',
  })
  expression?: string | null;

  @Field(() => String, { nullable: true, description: 'CEL: of which events. None: of all. Up to 4,096 characters.' })
  filter?: string | null;

  @Field(() => [Float], { nullable: true, description: 'Of QUANTILES, from 0 to 1. Default 0.5, 0.95, 0.99.' })
  quantiles?: readonly number[] | null;

  @Field(() => Int, { nullable: true, description: 'Of TOP: how many values, up to 100. Default 10.' })
  most?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'CEL, of AVERAGE: the sum is divided by the number of events that meet this condition, whether or not they meet `filter`. Default: by the number of values in the sum. Up to 4,096 characters.',
  })
  per?: string | null;
}

/** The part of the definition that streams and analyses share: filter, derived fields, keys and aggregates. */
@InputType()
export abstract class DefinitionInput {
  @Field(() => String, {
    nullable: true,
    description:
      'CEL over `event`; where it rests on something missing, the event does not count. Up to 4,096 characters.',
  })
  filter?: string | null;

  @Field(() => JSONObject, {
    nullable: true,
    description: 'Known to expressions as `vars`: rates of exchange, units, lists.',
  })
  variables?: Record<string, unknown> | null;

  @Field(() => [DerivedField], {
    nullable: true,
    description: 'New fields, as `event.<name>`, each made of the ones before; up to 20.',
  })
  derive?: DerivedField[] | null;

  @Field(() => [NamedExpression], {
    nullable: true,
    description: 'By what it is counted apart; up to 5. An event that lacks one does not count.',
  })
  keys?: NamedExpression[] | null;

  @Field(() => [AggregateShape], { description: 'From 1 to 20.' })
  aggregates!: AggregateShape[];
}
