import { Field, ObjectType } from 'type-graphql';
import { Scoped } from '../../graphql/scope';

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true, description: 'An article of the shop that answers what is searched for.' })
export class SearchArticle {
  @Field(() => String, { description: 'The title of the article.' })
  title!: string;

  @Field(() => String, { nullable: true, description: 'The page of the article. Null: it has none.' })
  url!: string | null;

  @Field(() => String, { description: 'The paragraph that answers, up to 600 characters.' })
  passage!: string;
}
