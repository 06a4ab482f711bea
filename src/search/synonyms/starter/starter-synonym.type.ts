import { Field, InputType, ObjectType } from 'type-graphql';
import { ID } from '../../../graphql/scalars';
import { Scoped } from '../../../graphql/scope';
import { UserError } from '../../../graphql/user-error.type';
import { SynonymKindEnum, type SynonymKind } from '../synonym.type';

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true, description: 'Words that find each other, or other words too.' })
class StarterSynonymGroup {
  @Field(() => SynonymKindEnum)
  kind!: SynonymKind;

  @Field(() => [String], { description: 'Expressions of one to five words.' })
  words!: readonly string[];

  @Field(() => [String], { description: 'What `words` find too. Empty for TWO_WAY.' })
  finds!: readonly string[];
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true, description: 'The synonyms that come with Freshet for one language.' })
export class StarterSynonyms {
  @Field(() => String, { description: 'ISO 639-1, such as `en`.' })
  language!: string;

  @Field(() => Boolean, { description: 'Whether searches in this language use them.' })
  enabled!: boolean;

  @Field(() => [StarterSynonymGroup], { description: 'All groups of this release, at most 1,000.' })
  groups!: readonly StarterSynonymGroup[];
}

@InputType()
export class UseStarterSynonymsInput {
  @Field(() => String, { description: 'ISO 639-1: `de` or `en`. Up to 35 characters.' })
  language!: string;

  @Field(() => Boolean, { description: 'True switches them on, false off.' })
  enabled!: boolean;
}

@Scoped('ADMIN')
@ObjectType()
export class UseStarterSynonymsPayload {
  @Field(() => StarterSynonyms, { nullable: true, description: 'As they are now. Null if there is an error.' })
  starterSynonyms!: StarterSynonyms | null;

  @Field(() => ID, { description: 'For `awaitReceipt`: read your writes.' })
  receipt!: string;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}
