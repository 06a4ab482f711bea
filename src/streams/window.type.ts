import { Extensions, Field, InputType, Int, ObjectType } from 'type-graphql';
import { MAX_LIST_LENGTH } from '../graphql/limits/operation-cost';
import { DateTime, Decimal, Float, ID } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import { AggregateKindEnum } from './stream-enums.type';
import type { AggregateKind } from './stream-spec';

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
class QuantileValue {
  @Field(() => Float)
  quantile!: number;

  @Field(() => Float, { description: 'Within 1 %.' })
  value!: number;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
class TopValue {
  @Field(() => String)
  value!: string;

  @Field(() => Int)
  count!: number;
}

/** Estimated list length per aggregate for the operation cost. Most kinds have neither quantiles nor top values. */
const LISTED_VALUES = 1;

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true, description: 'What one aggregate says of a window.' })
export class WindowValue {
  @Field(() => String)
  name!: string;

  @Field(() => AggregateKindEnum)
  kind!: AggregateKind;

  @Field(() => Decimal, {
    nullable: true,
    description: 'The exact number; none where it is estimated, or where there was nothing.',
  })
  decimal!: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The nearest float, or the estimate; none where it is too large for a float.',
  })
  number!: number | null;

  @Field(() => Float, { nullable: true, description: 'Of what is estimated: how far it may be off, relative to it.' })
  error!: number | null;

  @Extensions({ [MAX_LIST_LENGTH]: LISTED_VALUES })
  @Field(() => [QuantileValue], { nullable: true, description: 'Of QUANTILES.' })
  quantiles!: readonly QuantileValue[] | null;

  @Extensions({ [MAX_LIST_LENGTH]: LISTED_VALUES })
  @Field(() => [TopValue], { nullable: true, description: 'Of TOP, the most frequent first.' })
  top!: readonly TopValue[] | null;

  @Field(() => Boolean, { description: 'TOP had more than 1,000 different values, and does not know.' })
  overfull!: boolean;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true, description: 'A stretch of event time, of one key of a stream.' })
export class Window {
  @Field(() => ID)
  stream!: string;

  @Field(() => String, {
    description:
      'The parts of the key as one text: a single one as it is, several as a JSON list. `{"other":true}` is the other key: all keys beyond the `maxKeys` of the stream together.',
  })
  key!: string;

  @Field(() => [String], { description: 'One for each of the stream’s `keys`; none of the other key.' })
  keys!: readonly string[];

  @Field(() => Boolean, {
    description: 'Whether this is the window of the other key, which counts the keys beyond `maxKeys`.',
  })
  isOther!: boolean;

  @Field(() => DateTime)
  start!: Date;

  @Field(() => DateTime, { description: 'The window ends before it.' })
  end!: Date;

  @Field(() => String, { description: 'The position of the log that changed it last.' })
  revision!: string;

  @Field(() => Boolean, { description: 'No live event will change it any more; only an import of the past would.' })
  final!: boolean;

  @Field(() => Boolean, {
    description:
      'Of a stream of pairs: pairs may be missing, because a key had more than 200 events on one side in a time that the window overlaps. Always false for other streams, unless they are over such a stream.',
  })
  isIncomplete!: boolean;

  @Field(() => Boolean, {
    description:
      'Only in `windowUpdated`: the window of this `stream`, `key` and `start` exists no more. A late event has joined a session to an earlier one, its key has moved to the other key, it was too old, or what it counted was corrected. `events` is then 0 and `values` is empty.',
  })
  isRemoved!: boolean;

  @Field(() => Int, { description: 'Events in it.' })
  events!: number;

  @Field(() => [WindowValue], { description: 'In the order of the stream’s `aggregates`.' })
  values!: readonly WindowValue[];
}

@InputType()
export class WindowsInput {
  @Field(() => ID)
  stream!: string;

  @Field(() => DateTime, { description: 'Windows that begin at or after it…' })
  from!: Date;

  @Field(() => DateTime, { description: '…and before this.' })
  to!: Date;

  @Field(() => [String], {
    nullable: true,
    description: 'Only these keys, up to 1,000. Keys have up to 500 characters.',
  })
  keys?: string[] | null;

  @Field(() => String, { nullable: true, description: 'ISO 8601: coarser windows than the stream’s own.' })
  size?: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 8601: overlapping ones, a new one with every slide.' })
  slide?: string | null;
}
