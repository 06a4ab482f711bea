import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { EventSourceEnum, EventTypeEnum } from '../events/event.type';
import type { EventSource, EventType } from '../events/log-event';
import { Product } from '../catalog/product.type';
import { connectionOf, type ConnectionPage } from '../graphql/connection';
import { ReceiptPayload } from '../graphql/item-error.type';
import { Money } from '../graphql/money.type';
import { DateTime, Float, ID, JSONObject } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';

@Scoped('SERVER')
@ObjectType()
export class Customer {
  @Field(() => ID, { description: "The shop's own id." })
  id!: string;

  @Field(() => JSONObject)
  attributes!: Readonly<Record<string, unknown>>;

  @Field(() => DateTime, { description: 'First sight, in an event or from the back end.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Newest change of attributes.' })
  updatedAt!: Date | null;

  @Field(() => Boolean, {
    description:
      'False: the customer has opted out of profiling: no segment, no predictions, and lists, searches and ads as for a visitor of whom nothing is known.',
  })
  profiling!: boolean;
}

export const CustomerConnection = connectionOf(Customer, 'Customer', 'SERVER');
export type CustomerConnection = ConnectionPage<Customer>;

@Scoped('SERVER')
@ObjectType({ description: 'Something that happened, as the log has it.' })
export class Event {
  @Field(() => ID)
  id!: string;

  @Field(() => EventSourceEnum)
  source!: EventSource;

  @Field(() => EventTypeEnum)
  type!: EventType;

  @Field(() => DateTime)
  occurredAt!: Date;

  @Field(() => DateTime)
  receivedAt!: Date;

  @Field(() => ID, { nullable: true })
  sessionId!: string | null;

  @Field(() => ID, { nullable: true })
  productId!: string | null;

  @Field(() => Product, { nullable: true, description: 'Null while the catalogue does not have it.' })
  product!: Product | null;

  @Field(() => Int)
  quantity!: number;

  @Field(() => Money, { nullable: true })
  unitPrice!: Money | null;

  @Field(() => Float, { nullable: true })
  rating!: number | null;

  @Field(() => String, { nullable: true, description: 'What was searched for.' })
  query!: string | null;

  @Field(() => ID, { nullable: true, description: 'The `requestId` of the list or search that it reacted to.' })
  requestId!: string | null;

  @Field(() => Int, { nullable: true, description: 'The rank at which the product was shown, from 1.' })
  position!: number | null;

  @Field(() => String, { nullable: true, description: 'Where it was shown.' })
  placement!: string | null;

  @Field(() => String, { nullable: true, description: 'What happened, for CUSTOM.' })
  name!: string | null;

  @Field(() => JSONObject, { nullable: true, description: 'Anything else that its sender has said of it.' })
  properties!: Readonly<Record<string, unknown>> | null;
}

export const EventConnection = connectionOf(Event, 'Event', 'SERVER');
export type EventConnection = ConnectionPage<Event>;

@InputType({ description: 'Absent leaves alone, null clears.' })
export class CustomerInput {
  @Field(() => ID)
  id!: string;

  @Field(() => JSONObject, { nullable: true, description: 'Replaces all attributes.' })
  attributes?: Record<string, unknown> | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When this became true. Older than what is stored: STALE. Default now.',
  })
  updatedAt?: Date | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'False opts the customer out of profiling: no segment, no predictions, and lists, searches and ads as for a visitor of whom nothing is known. Default for a new one: true.',
  })
  profiling?: boolean | null;
}

@InputType()
export class UpsertCustomersInput {
  @Field(() => [CustomerInput], { description: 'Up to 1,000.' })
  customers!: CustomerInput[];
}

@Scoped('SERVER')
@ObjectType()
export class UpsertCustomersPayload extends ReceiptPayload {
  @Field(() => Int, { description: 'Customers that are now as asked.' })
  accepted!: number;
}
