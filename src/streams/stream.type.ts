import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { EventTypeEnum } from '../events/event.type';
import type { EventType } from '../events/log-event';
import { ItemError } from '../graphql/item-error.type';
import { DateTime, JSONObject } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import { AGGREGATE_KINDS, type AggregateKind, WINDOW_KINDS, type WindowKind } from './spec';
import { STREAM_STATES, type StreamState } from './stream-store.service';

const asEnum = <T extends string>(values: readonly T[]) =>
  Object.fromEntries(values.map((value) => [value, value])) as Record<T, T>;

export const AggregateKindEnum = asEnum(AGGREGATE_KINDS);
registerEnumType(AggregateKindEnum, {
  name: 'AggregateKind',
  valuesConfig: {
    SUM: { description: 'Exact: numbers count as the decimals they are written as.' },
    AVERAGE: { description: 'Of the exact sum, to twelve digits behind the point.' },
    DISTINCT: { description: 'Exact up to 1,000 different values, by HyperLogLog beyond.' },
    QUANTILES: { description: 'By DDSketch, within 1 % of the value.' },
    TOP: { description: 'The most frequent values, counted exactly, of up to 1,000 different ones.' },
  },
});
const WindowKindEnum = asEnum(WINDOW_KINDS);
registerEnumType(WindowKindEnum, {
  name: 'WindowKind',
  valuesConfig: {
    TUMBLING: { description: 'One after the other, each `size` long.' },
    HOPPING: { description: 'Each `size` long, a new one with every `slide`.' },
    SESSION: { description: 'As long as events of a key are less than `gap` apart.' },
  },
});
const StreamStateEnum = asEnum(STREAM_STATES);
registerEnumType(StreamStateEnum, {
  name: 'StreamState',
  valuesConfig: {
    FILLING: { description: 'The past is being filled in; what was shown before still is, if there was anything.' },
    FULL: { description: 'It has more keys or windows than a stream may have, and counts no more.' },
    FAILED: { description: 'It can’t be evaluated, and counts no more.' },
  },
});

@Scoped('ADMIN')
@InputType('NamedExpressionInput')
@ObjectType('NamedExpression')
export class NamedExpression {
  @Field(() => String)
  name!: string;

  @Field(() => String, { description: 'CEL, over `event` and `vars`.' })
  expression!: string;
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

  @Field(() => String, { nullable: true, description: 'Of HOPPING: the size is a whole number of them, up to 1,000.' })
  slide?: string | null;

  @Field(() => String, { nullable: true, description: 'Of SESSION.' })
  gap?: string | null;

  @Field(() => String, { nullable: true, description: 'IANA: whose days, weeks and months. Default UTC.' })
  timeZone?: string | null;
}

@Scoped('ADMIN')
@InputType('AggregateInput')
@ObjectType('Aggregate')
export class AggregateShape {
  @Field(() => String)
  name!: string;

  @Field(() => AggregateKindEnum)
  kind!: AggregateKind;

  @Field(() => String, {
    nullable: true,
    description: 'CEL: of what. COUNT without it counts events, with it those that have it.',
  })
  expression?: string | null;

  @Field(() => String, { nullable: true, description: 'CEL: of which events. None: of all.' })
  filter?: string | null;

  @Field(() => [Float], { nullable: true, description: 'Of QUANTILES, from 0 to 1. Default 0.5, 0.95, 0.99.' })
  quantiles?: readonly number[] | null;

  @Field(() => Int, { nullable: true, description: 'Of TOP: how many values, up to 100. Default 10.' })
  most?: number | null;
}

@Scoped('ADMIN')
@ObjectType({
  simpleResolvers: true,
  description: 'A continuous query: windows of event time, kept current as events enter the log.',
})
export class Stream {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true })
  description!: string | null;

  @Field(() => [EventTypeEnum], { description: 'Of which events; empty: all.' })
  from!: readonly EventType[];

  @Field(() => String, { nullable: true })
  filter!: string | null;

  @Field(() => JSONObject)
  variables!: Readonly<Record<string, unknown>>;

  @Field(() => [NamedExpression])
  derive!: readonly NamedExpression[];

  @Field(() => [NamedExpression])
  keys!: readonly NamedExpression[];

  @Field(() => StreamWindow)
  window!: StreamWindow;

  @Field(() => [AggregateShape])
  aggregates!: readonly AggregateShape[];

  @Field(() => String, { description: 'ISO 8601.' })
  lateness!: string;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => StreamStateEnum)
  state!: StreamState;

  @Field(() => String, { nullable: true, description: 'Why it is FULL or FAILED.' })
  reason!: string | null;

  @Field(() => Float, { description: 'How far the past is filled in, from 0 to 1.' })
  progress!: number;

  @Field(() => Int, { description: 'Pieces that are kept: windows, or the slides of hopping ones.' })
  windowCount!: number;

  @Field(() => Int)
  keyCount!: number;

  @Field(() => Float, { description: 'Events that came too late, and count nowhere: see `lateEvents`.' })
  lateCount!: number;

  @Field(() => DateTime, { nullable: true, description: 'All events that were received before it are counted.' })
  watermark!: Date | null;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true, description: 'Events that came too late for one window.' })
export class LateWindow {
  @Field(() => String)
  key!: string;

  @Field(() => DateTime, { description: 'Where the window begins; of a session, when it happened.' })
  start!: Date;

  @Field(() => Int)
  count!: number;

  @Field(() => [String], { description: 'Up to 20 of them, as `source:id`, the first in alphabetical order.' })
  events!: readonly string[];
}

@InputType({ description: 'A stream, whole.' })
export class StreamInput {
  @Field(() => ID, { description: 'Letters, digits, `-`, `_`, `.`; up to 100.' })
  id!: string;

  @Field(() => String, { nullable: true })
  description?: string | null;

  @Field(() => [EventTypeEnum], { nullable: true, description: 'Of which events. None: all.' })
  from?: EventType[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'CEL over `event`; where it rests on something missing, the event does not count.',
  })
  filter?: string | null;

  @Field(() => JSONObject, {
    nullable: true,
    description: 'Known to expressions as `vars`: rates of exchange, units, lists.',
  })
  variables?: Record<string, unknown> | null;

  @Field(() => [NamedExpression], {
    nullable: true,
    description: 'New fields, as `event.<name>`, each made of the ones before; up to 20.',
  })
  derive?: NamedExpression[] | null;

  @Field(() => [NamedExpression], {
    nullable: true,
    description: 'By what it is counted apart; up to 5. An event that lacks one does not count.',
  })
  keys?: NamedExpression[] | null;

  @Field(() => StreamWindow)
  window!: StreamWindow;

  @Field(() => [AggregateShape], { description: 'From 1 to 20.' })
  aggregates!: AggregateShape[];

  @Field(() => String, {
    nullable: true,
    defaultValue: 'PT10M',
    description:
      'ISO 8601, up to P31D: what is received later than this after it happened counts nowhere. Imports are never late.',
  })
  lateness?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description:
      'Whether it is filled with what is in the log already. As it was when created, of one that is updated.',
  })
  backfill?: boolean | null;
}

@InputType()
export class CreateStreamInput {
  @Field(() => StreamInput)
  stream!: StreamInput;
}

@InputType()
export class UpdateStreamInput {
  @Field(() => StreamInput, { description: 'Takes the place of the one with this id, once it is filled.' })
  stream!: StreamInput;
}

@InputType()
export class DeleteStreamInput {
  @Field(() => ID)
  id!: string;
}

@Scoped('ADMIN')
@ObjectType()
export class StreamPayload {
  @Field(() => Stream, { nullable: true })
  stream!: Stream | null;

  @Field(() => ID, { nullable: true, description: 'Batches of events are counted in it from here on.' })
  receipt!: string | null;

  @Field(() => [ItemError])
  errors!: ItemError[];
}

@ObjectType()
export class CreateStreamPayload extends StreamPayload {}

@ObjectType()
export class UpdateStreamPayload extends StreamPayload {}

@Scoped('ADMIN')
@ObjectType()
export class DeleteStreamPayload {
  @Field(() => [ItemError])
  errors!: ItemError[];
}
