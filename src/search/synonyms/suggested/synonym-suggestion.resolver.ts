import { Arg, Extensions, Mutation, Query, Resolver } from 'type-graphql';
import { checkFirst, decodeCursor, encodeCursor, First, pageOf, wrongCursor } from '../../../graphql/connection';
import { WORK } from '../../../graphql/limits/operation-cost';
import { Scoped } from '../../../graphql/scope';
import type { SuggestedSynonym } from './suggest-synonyms';
import type { SynonymSuggestionService } from './synonym-suggestion.service';
import {
  DismissSynonymSuggestionInput,
  DismissSynonymSuggestionPayload,
  SynonymSuggestionConnection,
} from './synonym-suggestion.type';

const LIST = 'synonym-suggestions';
/** Rate-limit cost: the newest searches of the shop are compared. */
const SUGGESTIONS_WORK = 10_000;

@Resolver()
export class SynonymSuggestionResolver {
  constructor(private readonly service: SynonymSuggestionService) {}

  @Scoped('ADMIN')
  @Extensions({ [WORK]: SUGGESTIONS_WORK })
  @Query(() => SynonymSuggestionConnection, {
    nullable: true,
    description:
      'Synonyms that the newest 100,000 searches suggest, those with the highest score first, at most 500. Without those that are in force or dismissed.',
  })
  async synonymSuggestions(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<SynonymSuggestionConnection> {
    const count = checkFirst(first);
    const isAfter = after == null ? () => true : isAfterCursor(after);
    const suggestions = (await this.service.list()).filter(isAfter);
    return pageOf(suggestions, count, after != null, ({ score, id }) => encodeCursor(LIST, [score, id]));
  }

  @Scoped('ADMIN')
  @Mutation(() => DismissSynonymSuggestionPayload, {
    nullable: true,
    description:
      'The suggestion does not come again. Dismissing it twice changes nothing. A shop dismisses up to 10,000.',
  })
  dismissSynonymSuggestion(
    @Arg('input', () => DismissSynonymSuggestionInput) { id }: DismissSynonymSuggestionInput,
  ): Promise<DismissSynonymSuggestionPayload> {
    return this.service.dismiss(id);
  }
}

/** Returns whether a suggestion follows a cursor. Its own suggestion may no longer exist. */
function isAfterCursor(after: string): (suggestion: SuggestedSynonym) => boolean {
  const value = decodeCursor(LIST, after);
  const [score, id] = Array.isArray(value) ? (value as unknown[]) : [];
  if (typeof score !== 'number' || typeof id !== 'string') throw wrongCursor();
  return (one) => one.score < score || (one.score === score && one.id > id);
}
