import { Field, InputType, ObjectType } from 'type-graphql';
import { enumType } from '../graphql/enum-type';
import { connectionOf, type ConnectionPage } from '../graphql/connection';
import { ItemErrorsPayload } from '../graphql/item-error.type';
import { DateTime, ID } from '../graphql/scalars';
import { Scoped, SCOPES, type Scope } from '../graphql/scope';

export const ApiKeyScope = enumType(
  'ApiKeyScope',
  SCOPES,
  'What a key may do. ADMIN includes all others, SERVER includes STOREFRONT.',
  {
    STOREFRONT: 'Public, in the browser: the visitor’s own lists, search and events.',
    ADVERTISER: 'An advertiser: reads its own campaigns and their figures.',
    OPERATOR: 'A person who answers customers: conversations only. The name of the key is shown to the customers.',
    SERVER: 'The shop’s back end: any customer, catalogue, orders, shipments.',
    ADMIN: 'Everything.',
  },
);

@Scoped('ADMIN')
@ObjectType({ description: 'A key, without its secret.', simpleResolvers: true })
class ApiKey {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => ApiKeyScope)
  scope!: Scope;

  @Field(() => String, { description: 'The first characters of the secret, to recognise it by.' })
  hint!: string;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true })
  expiresAt?: Date | null;

  @Field(() => DateTime, { nullable: true })
  revokedAt?: Date | null;

  @Field(() => ID, { nullable: true, description: 'The advertiser of a key with the scope ADVERTISER.' })
  advertiserId?: string | null;
}

export const ApiKeyConnection = connectionOf(ApiKey, 'ApiKey', 'ADMIN');
export type ApiKeyConnection = ConnectionPage<ApiKey>;

@InputType()
export class CreateApiKeyInput {
  @Field(() => ApiKeyScope)
  scope!: Scope;

  @Field(() => String, {
    description:
      'What it is for: up to 100 characters, without control characters and such that change the direction of text.',
  })
  name!: string;

  @Field(() => DateTime, { nullable: true, description: 'Absent: it does not expire.' })
  expiresAt?: Date | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The advertiser whose campaigns the key shows: required for the scope ADVERTISER, and only for it.',
  })
  advertiserId?: string | null;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
export class CreateApiKeyPayload extends ItemErrorsPayload {
  @Field(() => String, { nullable: true, description: 'Shown here and never again.' })
  secret?: string | null;

  @Field(() => ApiKey, { nullable: true })
  apiKey?: ApiKey | null;
}

@InputType()
export class RevokeApiKeyInput {
  @Field(() => ID)
  id!: string;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
export class RevokeApiKeyPayload extends ItemErrorsPayload {
  @Field(() => ApiKey, { nullable: true })
  apiKey?: ApiKey | null;
}
