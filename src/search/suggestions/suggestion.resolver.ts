import { Arg, Ctx, Extensions, Query, Resolver } from 'type-graphql';
import type { Context } from '../../graphql/context';
import { MEASURED, MAX_LIST_LENGTH, WORK } from '../../graphql/limits/operation-cost';
import { Scoped } from '../../graphql/scope';
import { SuggestionService } from './suggestion.service';
import { SuggestInput, Suggestion } from './suggestion.type';

/**
 * Cost of suggestions, in units of {@link WORK} (1 to 2 µs each). They run several searches for few products, which
 * together cost as much as one search for a page of products.
 */
const SUGGEST_WORK = 1_000;

@Resolver()
export class SuggestionResolver {
  constructor(private readonly service: SuggestionService) {}

  @Scoped('STOREFRONT')
  @Extensions({ [MAX_LIST_LENGTH]: 40, [WORK]: SUGGEST_WORK, [MEASURED]: true })
  @Query(() => [Suggestion], {
    description: 'What somebody who types may want: queries, products, categories, brands, in this order.',
  })
  suggest(@Ctx() context: Context, @Arg('input', () => SuggestInput) input: SuggestInput): Promise<Suggestion[]> {
    return this.service.suggest(context, input);
  }
}
