import { Arg, Mutation, Query, Resolver } from 'type-graphql';
import { checkFirst, encodeCursor, First, pageOf, textCursor } from '../../graphql/connection';
import { Scoped } from '../../graphql/scope';
import { HiddenSuggestionService } from './hidden-suggestion.service';
import {
  HiddenSuggestionConnection,
  HideSuggestionInput,
  HideSuggestionPayload,
  ShowSuggestionInput,
  ShowSuggestionPayload,
} from './hidden-suggestion.type';

const LIST = 'hidden-suggestions';

@Resolver()
export class HiddenSuggestionResolver {
  constructor(private readonly service: HiddenSuggestionService) {}

  @Scoped('ADMIN')
  @Query(() => HiddenSuggestionConnection, { description: 'All of them, by query.' })
  async hiddenSuggestions(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<HiddenSuggestionConnection> {
    const query = textCursor(LIST, after);
    const count = checkFirst(first);
    const rows = await this.service.page(query, count + 1);
    return pageOf(rows, count, query !== undefined, (hidden) => encodeCursor(LIST, hidden.query));
  }

  @Scoped('ADMIN')
  @Mutation(() => HideSuggestionPayload, {
    description: 'Nobody is suggested this query any more, from the next `suggest` on. A shop hides up to 10,000.',
  })
  hideSuggestion(
    @Arg('input', () => HideSuggestionInput) { query }: HideSuggestionInput,
  ): Promise<HideSuggestionPayload> {
    return this.service.hide(query);
  }

  @Scoped('ADMIN')
  @Mutation(() => ShowSuggestionPayload, { description: 'It may be suggested again.' })
  showSuggestion(
    @Arg('input', () => ShowSuggestionInput) { query }: ShowSuggestionInput,
  ): Promise<ShowSuggestionPayload> {
    return this.service.show(query);
  }
}
