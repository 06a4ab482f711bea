import type { LogChange } from '../../events/position.store';
import type { ReadModel } from '../../events/read-model';
import type { PoolClient } from '../../platform/postgres';
import { readHiddenQueries } from './hidden-suggestion.store';

declare module '../../events/position.store' {
  interface LogChange {
    /** Keys (see `queryKey`) of the queries that become hidden in suggestions, and of those that are shown again. */
    readonly hiddenSuggestions?: readonly string[];
    readonly shownSuggestions?: readonly string[];
  }
}

/** The hidden suggestions in memory. They are updated by the changes in the log. */
export class HiddenSuggestionsReadModel implements ReadModel {
  private hidden = new Set<string>();

  /** The hidden queries, as keys (see `queryKey`). */
  get keys(): ReadonlySet<string> {
    return this.hidden;
  }

  async load(client: PoolClient): Promise<void> {
    this.hidden = new Set(await readHiddenQueries(client));
  }

  apply({ hiddenSuggestions = [], shownSuggestions = [] }: LogChange): void {
    for (const key of hiddenSuggestions) this.hidden.add(key);
    for (const key of shownSuggestions) this.hidden.delete(key);
  }
}
