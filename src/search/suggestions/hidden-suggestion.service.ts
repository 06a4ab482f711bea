import { codePointsIn, isLongerThan } from '../../expressions/code-points';
import { commitChange } from '../../events/commit-change';
import type { Outbox } from '../../events/outbox.service';
import type { LogChange } from '../../events/position.store';
import { receiptOf } from '../../events/receipts';
import type { ItemError } from '../../graphql/item-error.type';
import type { Pool, PoolClient } from '../../platform/postgres';
import type { HiddenSuggestion, HideSuggestionPayload, ShowSuggestionPayload } from './hidden-suggestion.type';
import { queryKey, spellingOf } from '../query-log/query-key';
import {
  pageOfHiddenSuggestions,
  findHiddenSuggestion,
  insertHiddenSuggestion,
  deleteHiddenSuggestion,
  lockHiddenSuggestions,
} from './hidden-suggestion.store';

/** Maximum number of hidden suggestions of a shop. */
const MAX_HIDDEN = 10_000;
const MAX_SUGGESTION_LENGTH = 200;

/** Reads and changes the queries that an admin excluded from suggestions. */
export class HiddenSuggestionService {
  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox,
  ) {}

  /** Returns up to `count` hidden suggestions in order of query. @param after return only queries after this one */
  async page(after: string | undefined, count: number): Promise<HiddenSuggestion[]> {
    return pageOfHiddenSuggestions(this.pool, after, count);
  }

  /** Hides a query. If it is already hidden, its stored text and time do not change. */
  async hide(text: string): Promise<HideSuggestionPayload> {
    const { suggestion: hidden, ...rest } = await this.commit(text, async (client, query) => {
      const stored = await findHiddenSuggestion(client, query);
      if (stored) return { suggestion: stored };
      const added = await insertHiddenSuggestion(client, query, spellingOf(text), MAX_HIDDEN);
      if (!added) return { error: `A shop can hide at most ${MAX_HIDDEN} suggestions; show another suggestion first.` };
      return { suggestion: added, change: { hiddenSuggestions: [query] } };
    });
    return { hidden, ...rest };
  }

  /** Shows a hidden query again. Does nothing if the query is not hidden. */
  async show(text: string): Promise<ShowSuggestionPayload> {
    const { suggestion: shown, ...rest } = await this.commit(text, async (client, query) => {
      const suggestion = await deleteHiddenSuggestion(client, query);
      return suggestion === undefined ? {} : { suggestion, change: { shownSuggestions: [query] } };
    });
    return { shown, ...rest };
  }

  /**
   * Runs the work in one transaction that excludes other writers. If the work changed something, the transaction
   * allocates a log position for the change, and the change is published after the commit.
   */
  private async commit(
    text: string,
    work: (client: PoolClient, query: string) => Promise<WorkResult>,
  ): Promise<CommitResult> {
    const wrong = faultOf(text);
    const { position, suggestion, error } = await commitChange(
      this.outbox,
      async (client): Promise<Omit<WorkResult, 'change'> & { change: LogChange | null }> => {
        if (wrong !== undefined) return { error: wrong, change: null };
        await lockHiddenSuggestions(client);
        const done = await work(client, queryKey(text));
        return { ...done, change: done.change ?? null };
      },
    );
    const errors = error === undefined ? [] : [{ index: 0, code: 'BAD_USER_INPUT', message: error, path: 'query' }];
    return { suggestion: suggestion ?? null, receipt: receiptOf(position), errors };
  }
}

interface WorkResult {
  readonly suggestion?: HiddenSuggestion;
  readonly change?: LogChange;
  readonly error?: string;
}

interface CommitResult {
  readonly suggestion: HiddenSuggestion | null;
  readonly receipt: string;
  readonly errors: ItemError[];
}

function faultOf(text: string): string | undefined {
  if (isLongerThan(text, MAX_SUGGESTION_LENGTH))
    return `query must have at most ${MAX_SUGGESTION_LENGTH} characters; got ${codePointsIn(text)}.`;
  return queryKey(text) === '' ? 'query must contain at least one word.' : undefined;
}
