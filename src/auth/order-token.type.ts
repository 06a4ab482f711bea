import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { DateTime, ID } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import { UserError } from '../graphql/user-error.type';

@InputType()
export class IssueOrderTokenInput {
  @Field(() => ID, { description: 'The order, as it was recorded.' })
  orderId!: string;

  @Field(() => Int, { nullable: true, description: 'From 1 second to 90 days. Default: 30 days.' })
  expiresInSeconds?: number | null;
}

@Scoped('SERVER')
@ObjectType({ simpleResolvers: true })
export class IssueOrderTokenPayload {
  @Field(() => String, { nullable: true, description: 'Null if the input is wrong.' })
  token!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the token ends.' })
  expiresAt!: Date | null;

  @Field(() => [UserError], { description: 'What is wrong with the input.' })
  userErrors!: readonly UserError[];
}

@InputType()
export class RevokeOrderTokensInput {
  @Field(() => ID, { description: 'The order.' })
  orderId!: string;
}

@Scoped('SERVER')
@ObjectType({ simpleResolvers: true })
export class RevokeOrderTokensPayload {
  @Field(() => [UserError], { description: 'What is wrong with the input.' })
  userErrors!: readonly UserError[];
}
