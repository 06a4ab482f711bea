import { Field, InputType, ObjectType } from 'type-graphql';
import { enumType } from '../graphql/enum-type';
import { ItemError } from '../graphql/item-error.type';
import { DateTime, Decimal, ID, SafeInt } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';

@InputType()
export class CreateOrderStreamsInput {
  @Field(() => String, { nullable: true, description: 'IANA: whose days. Default UTC.' })
  timeZone?: string | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Placements that are counted apart, up to 100; those of events have up to 100 characters. All others are `-`. Absent: whatever events say, which browsers may make up; beyond 200 an hour they are counted together.',
  })
  placements?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Also creates the streams by the segment of the customer. Default: false.',
  })
  bySegment?: boolean | null;
}

@Scoped('ADMIN')
@ObjectType()
export class CreateOrderStreamsPayload {
  @Field(() => [ID], { description: 'Streams that are new: they fill in the past.' })
  created!: readonly string[];

  @Field(() => [ID], { description: 'Streams that there were already, whatever they are: they stay as they are.' })
  existing!: readonly string[];

  @Field(() => [ItemError], { description: '`index` counts in the table of docs/orders.md.' })
  errors!: ItemError[];
}

const SellerOrderEnum = enumType('BestSellerOrder', ['UNITS', 'REVENUE']);
export type SellerOrder = keyof typeof SellerOrderEnum;

@InputType()
export class BestSellersInput {
  @Field(() => DateTime, {
    description: 'Included. Moved back to the beginning of its day by the time zone of the stream.',
  })
  from!: Date;

  @Field(() => DateTime, {
    description:
      'Excluded. Moved forward to the end of its day, unless it is at the beginning of one. Up to 366 days later.',
  })
  to!: Date;

  @Field(() => SellerOrderEnum, { nullable: true, defaultValue: 'UNITS', description: 'The most of what first.' })
  by?: SellerOrder | null;

  @Field(() => String, { nullable: true, description: 'Only what was sold in this currency (ISO 4217).' })
  currency?: string | null;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
export class BestSeller {
  @Field(() => ID)
  productId!: string;

  @Field(() => String, { description: '`-` where the events say none.' })
  currency!: string;

  @Field(() => SafeInt, { description: 'Bought, less cancelled and returned: negative where more came back.' })
  units!: number;

  @Field(() => Decimal, { nullable: true, description: 'To the last digit; null where no line has a price.' })
  revenue!: string | null;
}
