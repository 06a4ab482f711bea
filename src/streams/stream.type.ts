import { Field, Int, ObjectType } from 'type-graphql';
import { EventTypeEnum } from '../events/event.type';
import type { EventType } from '../events/log-event';
import { DateTime, Float, ID, JSONObject } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import { AggregateShape, DerivedField, NamedExpression, StreamWindow } from './definition.type';
import { StreamJoin } from './join.type';
import { StreamStateEnum } from './stream-enums.type';
import type { StreamState } from './stream.store';

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

  @Field(() => ID, { nullable: true, description: 'The stream whose windows are its events; none: events of the log.' })
  over!: string | null;

  @Field(() => StreamJoin, { nullable: true, description: 'None: it counts events, and not pairs of them.' })
  join!: StreamJoin | null;

  @Field(() => String, { nullable: true })
  filter!: string | null;

  @Field(() => JSONObject)
  variables!: Readonly<Record<string, unknown>>;

  @Field(() => [DerivedField])
  derive!: readonly DerivedField[];

  @Field(() => [NamedExpression])
  keys!: readonly NamedExpression[];

  @Field(() => StreamWindow)
  window!: StreamWindow;

  @Field(() => [AggregateShape])
  aggregates!: readonly AggregateShape[];

  @Field(() => String, { description: 'ISO 8601.' })
  lateness!: string;

  @Field(() => String, {
    nullable: true,
    description: 'ISO 8601: how long windows are kept; none: as long as the stream.',
  })
  retention!: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many keys each window (or slide) counts apart. Further keys are counted together, under the other key. None: 100,000; sessions and streams over others have no limit.',
  })
  maxKeys!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'Windows that began before it are removed.' })
  keptFrom!: Date | null;

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

  @Field(() => Int, { description: 'Of pairs: events that partners may still come for.' })
  rememberedCount!: number;

  @Field(() => Float, {
    description: 'Of pairs: events beyond the first 200 of their key, side and stretch of time, which are in no pair.',
  })
  crowdedCount!: number;

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
