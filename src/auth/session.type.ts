import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { ItemErrorsPayload } from '../graphql/item-error.type';
import { DateTime, ID } from '../graphql/scalars';
import { Scoped, type Scope } from '../graphql/scope';
import { ApiKeyScope } from './api-key.type';

@Scoped('STOREFRONT')
@ObjectType('Viewer', { description: 'Who is asking.', simpleResolvers: true })
export class ViewerType {
  @Field(() => ApiKeyScope, { description: 'What the key may do.' })
  scope!: Scope;

  @Field(() => ID, { nullable: true, description: 'The signed-in customer, from the token.' })
  customerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The visit, from the token.' })
  sessionId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The only order that the token of a guest shows.' })
  orderId?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the token ends.' })
  tokenExpiresAt?: Date | null;
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
export class SessionPayload {
  @Field(() => String, { description: 'To be sent as `Authorization: Bearer …` beside the key.' })
  token!: string;

  @Field(() => ID)
  sessionId!: string;

  @Field(() => DateTime)
  expiresAt!: Date;
}

@InputType()
export class IssueCustomerTokenInput {
  @Field(() => ID)
  customerId!: string;

  @Field(() => ID, { nullable: true, description: 'The visit that the customer signed in during.' })
  sessionId?: string | null;

  @Field(() => Int, { nullable: true, description: 'From 1 second to 30 days; a day where absent.' })
  expiresInSeconds?: number | null;
}

@Scoped('SERVER')
@ObjectType({ simpleResolvers: true })
export class CustomerTokenPayload extends ItemErrorsPayload {
  @Field(() => String, { nullable: true })
  token?: string | null;

  @Field(() => DateTime, { nullable: true })
  expiresAt?: Date | null;
}
