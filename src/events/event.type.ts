import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { enumType } from '../graphql/enum-type';
import { ItemError } from '../graphql/item-error.type';
import { MoneyInput } from '../graphql/money.type';
import { DateTime, Float, ID, JSONObject } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import { EVENT_SOURCES, EVENT_TYPES, type EventSource, type EventType } from './log-event';

export const EventTypeEnum = enumType('EventType', EVENT_TYPES, 'What happened.');

export const EventSourceEnum = enumType('EventSource', EVENT_SOURCES, 'Which system of the shop says so.');

@InputType({ description: 'Something that happened, once.' })
export class EventInput {
  @Field(() => ID, {
    nullable: true,
    description:
      'Chosen by the sender: with `source` and `occurredAt` it makes repeats harmless. It needs an `occurredAt`. Without it, one is made.',
  })
  id?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it happened. Without an `id`: now.' })
  occurredAt?: Date | null;

  @Field(() => EventTypeEnum)
  type!: EventType;

  @Field(() => ID, { nullable: true, description: 'Server keys. With a storefront key it comes from the token.' })
  customerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Server keys. With a storefront key it comes from the token.' })
  sessionId?: string | null;

  @Field(() => ID, { nullable: true })
  productId?: string | null;

  @Field(() => Int, { nullable: true, description: 'Units, from 1. Default 1.' })
  quantity?: number | null;

  @Field(() => MoneyInput, { nullable: true, description: 'Price of one unit. Server keys only.' })
  unitPrice?: MoneyInput | null;

  @Field(() => Float, { nullable: true, description: '0 to 5, for RATE.' })
  rating?: number | null;

  @Field(() => String, { nullable: true, description: 'What was searched for, for SEARCH. Up to 500 characters.' })
  query?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The `requestId` of the list or search that this reacts to. With a storefront key, an id that the shop has not issued to the customer or session of the token, or to every visit, is not stored: the event is accepted without it. Other keys: stored as sent.',
  })
  requestId?: string | null;

  @Field(() => Int, { nullable: true, description: 'The rank at which the item was shown, from 1.' })
  position?: number | null;

  @Field(() => String, { nullable: true, description: 'Where it was shown. Up to 100 characters.' })
  placement?: string | null;

  @Field(() => EventSourceEnum, { nullable: true, description: 'Default STOREFRONT.' })
  source?: EventSource | null;

  @Field(() => String, { nullable: true, description: 'What happened, for CUSTOM. Up to 100 characters.' })
  name?: string | null;

  @Field(() => JSONObject, { nullable: true, description: 'Anything else, up to 4 KB of JSON.' })
  properties?: Record<string, unknown> | null;
}

@InputType()
export class RecordEventsInput {
  @Field(() => [EventInput], { description: 'Up to 1,000.' })
  events!: EventInput[];
}

@Scoped('STOREFRONT')
@ObjectType()
export class RecordEventsPayload {
  @Field(() => Int, { description: 'Events that are durable now. Repeats of known events count too.' })
  accepted!: number;

  @Field(() => ID, {
    nullable: true,
    description: 'For `awaitReceipt`: read your writes. Null when nothing was accepted.',
  })
  receipt!: string | null;

  @Field(() => [ItemError], { description: 'One for each event that was not accepted.' })
  errors!: ItemError[];
}
