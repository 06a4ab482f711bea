import { inSnapshot, type Pool } from '../../../platform/postgres';
import type { Analyzers } from '../../../search-engine/text/analyzers';
import { subtagOf } from '../../../search-engine/text/analyzers';
import type { SynonymsReadModel } from '../synonyms.read-model';
import { dismissSynonym, readDismissedIds } from './dismissed-synonym.store';
import {
  MAX_SUGGESTION_ID_LENGTH,
  suggestSynonyms,
  SUGGESTION_PREFIX,
  type SuggestedSynonym,
} from './suggest-synonyms';
import { type EvidenceLimits, readReformulations, readSharedClicks } from './synonym-evidence.store';
import type { DismissSynonymSuggestionPayload } from './synonym-suggestion.type';

/** They bound the time that PostgreSQL takes, however many searches a shop has. */
const LIMITS: Omit<EvidenceLimits, 'minCustomers'> = {
  searches: 100_000,
  minVisits: 3,
  minSharedClicks: 5,
  minSimilarity: 0.3,
  queriesPerProduct: 30,
  pairs: 5_000,
};
/** Maximum number of dismissed suggestions of a shop. */
const MAX_DISMISSED = 10_000;

export interface SynonymSuggestionOptions {
  readonly pool: Pool;
  readonly synonyms: SynonymsReadModel;
  readonly analyzers: () => Analyzers;
  /** A query counts only if at least this number of distinct customers or visits have typed it. */
  readonly minCustomers: number;
}

/** Suggests synonyms from the query log. */
export class SynonymSuggestionService {
  constructor(private readonly options: SynonymSuggestionOptions) {}

  /** Returns all suggestions that are neither in force nor dismissed, those with the highest score first. */
  async list(): Promise<SuggestedSynonym[]> {
    const { pool, synonyms, minCustomers } = this.options;
    const limits = { ...LIMITS, minCustomers, minVisits: Math.max(LIMITS.minVisits, minCustomers) };
    const { reformulations, sharedClicks, dismissed } = await inSnapshot(pool, async (client) => ({
      reformulations: await readReformulations(client, limits),
      sharedClicks: await readSharedClicks(client, limits),
      dismissed: await readDismissedIds(client),
    }));
    const analyzers = this.options.analyzers();
    const contextOf = (language: string | null) => ({
      analyzer: analyzers.forQuery(language),
      synonyms: synonyms.forLanguage(language ?? subtagOf(analyzers.shopLanguage), analyzers),
    });
    return suggestSynonyms(reformulations, sharedClicks, contextOf).filter(({ id }) => !dismissed.has(id));
  }

  /** Stores that a suggestion is not wanted. If it is dismissed already, nothing changes. */
  async dismiss(id: string): Promise<DismissSynonymSuggestionPayload> {
    if (!id.startsWith(SUGGESTION_PREFIX) || id.length > MAX_SUGGESTION_ID_LENGTH)
      return refused('id must be the id of a suggestion.');
    const dismissedAt = await dismissSynonym(this.options.pool, id, MAX_DISMISSED);
    if (dismissedAt === undefined) return refused(`A shop can dismiss at most ${MAX_DISMISSED} suggestions.`);
    return { dismissedId: id, dismissedAt, userErrors: [] };
  }
}

function refused(message: string): DismissSynonymSuggestionPayload {
  return {
    dismissedId: null,
    dismissedAt: null,
    userErrors: [{ field: ['input', 'id'], message, code: 'BAD_USER_INPUT' }],
  };
}
