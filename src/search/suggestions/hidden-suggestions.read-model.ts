import type { LogChange } from '../../events/position.store';
import { withLongTimeout, type PoolClient } from '../../platform/postgres';
import { queryRows } from '../../platform/sql';

/** The hidden suggestions in memory. They are updated by the changes in the log. */
export class HiddenSuggestionsReadModel {
  private hidden = new Set<string>();

  /** The hidden queries, as keys (see `queryKey`). */
  get keys(): ReadonlySet<string> {
    return this.hidden;
  }

  async load(client: PoolClient): Promise<void> {
    const rows = await queryRows<{ query: string }>(client, withLongTimeout('SELECT query FROM hidden_suggestions'));
    this.hidden = new Set(rows.map(({ query }) => query));
  }

  apply({ hiddenSuggestions = [], shownSuggestions = [] }: LogChange): void {
    for (const key of hiddenSuggestions) this.hidden.add(key);
    for (const key of shownSuggestions) this.hidden.delete(key);
  }
}
