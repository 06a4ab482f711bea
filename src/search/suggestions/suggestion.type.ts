import { Extensions, Field, InputType, Int, ObjectType } from 'type-graphql';
import { enumType } from '../../graphql/enum-type';
import { ID } from '../../graphql/scalars';
import { Product } from '../../catalog/product.type';
import { SUBFIELD_PRICE } from '../../graphql/limits/operation-cost';
import { Scoped } from '../../graphql/scope';
import { HighlightFragment, PLAIN_FIELD_PRICE } from '../search.type';

export const SUGGESTION_KINDS = ['QUERY', 'PRODUCT', 'CATEGORY', 'BRAND'] as const;
export type SuggestionKind = (typeof SUGGESTION_KINDS)[number];

const KindEnum = enumType('SuggestionKind', SUGGESTION_KINDS, undefined, {
  QUERY:
    'Something to search for, which finds something: what customers have searched for, then what is typed with its last word completed.',
  PRODUCT: 'A product that is found.',
  CATEGORY: 'A category, as a path, with the words in its name.',
  BRAND: 'A brand with the words in its name.',
});

@InputType()
export class SuggestInput {
  @Field(() => String, { description: 'The beginning of a query, as the visitor types it. Up to 200 characters.' })
  query!: string;

  @Field(() => String, { nullable: true, description: 'BCP 47, as in `search`.' })
  language?: string | null;

  @Field(() => [KindEnum], { nullable: true, description: 'Default: all.' })
  kinds?: SuggestionKind[] | null;

  @Field(() => Int, { nullable: true, description: 'Of each kind. Default 4, up to 10.' })
  first?: number | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The receipt of a mutation: the answer knows what it did. Waits 3 s at most.',
  })
  awaitReceipt?: string | null;
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
export class Suggestion {
  @Field(() => KindEnum)
  kind!: SuggestionKind;

  @Field(() => String, { description: 'The query, the title, the path of the category, or the brand.' })
  text!: string;

  @Extensions({ [SUBFIELD_PRICE]: PLAIN_FIELD_PRICE })
  @Field(() => [HighlightFragment], { description: 'The text in pieces; what begins as it is typed is `matched`.' })
  fragments!: readonly HighlightFragment[];

  @Field(() => Int, { description: 'How many products it finds; of a product, 1.' })
  count!: number;

  @Field(() => Product, { nullable: true, description: 'Of PRODUCT.' })
  product!: Product | null;
}
