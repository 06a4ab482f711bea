import { Arg, Ctx, Extensions, Query, Resolver } from 'type-graphql';
import type { Context } from '../graphql/context';
import { MAX_LIST_LENGTH, WORK } from '../graphql/operation-cost';
import { Scoped } from '../graphql/scope';
import { SuggestionService } from './suggestion.service';
import { SuggestInput, Suggestion } from './suggestion.type';

/** In units of {@link WORK}. Suggestions run several shallow searches, which together cost as much as a full one. */
const SUGGEST_WORK = 1_000;

@Resolver()
export class SuggestionResolver {
  constructor(private readonly service: SuggestionService) {}

  @Scoped('STOREFRONT')
  @Extensions({ [MAX_LIST_LENGTH]: 40, [WORK]: SUGGEST_WORK })
  @Query(() => [Suggestion], {
    description: 'What somebody who types may want: queries, products, categories, brands, in this order.',
  })
  suggest(@Ctx() context: Context, @Arg('input', () => SuggestInput) input: SuggestInput): Promise<Suggestion[]> {
    return this.service.suggest(context, input);
  }
}
