import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { DateTime, Float, ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { UserError } from '../../graphql/user-error.type';

const CONDITION =
  'A CEL expression over `customer`: `attributes`, `segment`, `expectedAmount`, `purchaseProbability`, `churnProbability` and `id`. What is missing is false. Up to 4,096 characters.';

@Scoped('SERVER')
@ObjectType({ description: 'The customers for whom a condition holds that an operator has defined.' })
export class Audience {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { description: CONDITION })
  condition!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of customers in it now. Null until all customers have been examined once.',
  })
  size!: number | null;

  @Field(() => Float, {
    description: 'Share of the customers that have been examined since the condition was stored, from 0 to 1.',
  })
  progress!: number;

  @Field(() => DateTime, { description: 'When its name or condition was last changed.' })
  updatedAt!: Date;

  /** The number of the condition; it is not a field of the schema. */
  definition!: number;
}

@InputType({ description: 'Absent leaves alone. A new audience needs a name and a condition.' })
export class UpsertAudienceInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: 'From 1 to 100 characters.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: CONDITION })
  condition?: string | null;
}

@InputType()
export class DeleteAudienceInput {
  @Field(() => ID)
  id!: string;
}

@Scoped('ADMIN')
@ObjectType()
export class UpsertAudiencePayload {
  @Field(() => Audience, { nullable: true, description: 'The stored audience; null if nothing was stored.' })
  audience!: Audience | null;

  @Field(() => [UserError], { description: 'Why nothing was stored; empty if the audience was stored.' })
  userErrors!: readonly UserError[];
}

@Scoped('ADMIN')
@ObjectType()
export class DeleteAudiencePayload {
  @Field(() => [UserError], { description: 'Why nothing was deleted; empty if the audience was deleted.' })
  userErrors!: readonly UserError[];
}
