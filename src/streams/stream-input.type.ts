import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { ID } from '../graphql/scalars';
import { EventTypeEnum } from '../events/event.type';
import type { EventType } from '../events/log-event';
import { ItemErrorsPayload } from '../graphql/item-error.type';
import { Scoped } from '../graphql/scope';
import { DefinitionInput, StreamWindow } from './definition.type';
import { StreamJoin } from './join.type';
import { Stream } from './stream.type';

@InputType({ description: 'A stream, whole.' })
export class StreamInput extends DefinitionInput {
  @Field(() => ID, { description: 'Letters, digits, `-`, `_`, `.`; up to 100.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Up to 1,000 characters.' })
  description?: string | null;

  @Field(() => [EventTypeEnum], { nullable: true, description: 'Of which events. None: all.' })
  from?: EventType[] | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'A stream whose windows are the events of this one: `event.properties.keys`, `.values`, `.events`, `.end`, by name. It has no `from`, and no sessions. Up to 3 deep.',
  })
  over?: string | null;

  @Field(() => StreamJoin, {
    nullable: true,
    description:
      'Counts pairs: each `event` of `from` with every `other` that has the same keys and happened near it. Expressions know both.',
  })
  join?: StreamJoin | null;

  @Field(() => StreamWindow)
  window!: StreamWindow;

  @Field(() => String, {
    nullable: true,
    defaultValue: 'PT10M',
    description:
      'ISO 8601, up to P31D: what is received later than this after it happened counts nowhere. Imports are never late.',
  })
  lateness?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'ISO 8601, like P90D: windows that began longer ago are removed. At least the lateness, and a window; of sessions, the lateness and the gap together. None: all are kept.',
  })
  retention?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many keys each window (or slide) counts apart, from 1 to 100,000 (default). Further keys are counted together, under the key `{"other":true}`: those whose SHA-256 is not among the smallest. Not for sessions, nor with `over`.',
  })
  maxKeys?: number | null;

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
export class StreamPayload extends ItemErrorsPayload {
  @Field(() => Stream, { nullable: true })
  stream!: Stream | null;

  @Field(() => ID, { nullable: true, description: 'Batches of events are counted in it from here on.' })
  receipt!: string | null;
}

@ObjectType()
export class CreateStreamPayload extends StreamPayload {}

@ObjectType()
export class UpdateStreamPayload extends StreamPayload {}

@Scoped('ADMIN')
@ObjectType()
export class DeleteStreamPayload extends ItemErrorsPayload {}
