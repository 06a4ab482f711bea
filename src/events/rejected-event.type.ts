import { Field, ID, ObjectType } from 'type-graphql';
import { PageInfo } from '../graphql/connection';
import { DateTime, JSONObject } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';

@Scoped('ADMIN')
@ObjectType({ description: 'An event that was accepted and could not enter the log: whole, with the reason.' })
export class RejectedEvent {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'A code of the documented list.' })
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => DateTime)
  receivedAt!: Date;

  @Field(() => DateTime)
  rejectedAt!: Date;

  @Field(() => JSONObject)
  event!: Record<string, unknown>;
}

@Scoped('ADMIN')
@ObjectType()
export class RejectedEventEdge {
  @Field(() => String)
  cursor!: string;

  @Field(() => RejectedEvent)
  node!: RejectedEvent;
}

@Scoped('ADMIN')
@ObjectType()
export class RejectedEventConnection {
  @Field(() => [RejectedEventEdge])
  edges!: readonly RejectedEventEdge[];

  @Field(() => [RejectedEvent])
  nodes!: readonly RejectedEvent[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
