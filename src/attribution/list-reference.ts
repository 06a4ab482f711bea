import type { RequestIdContent, RequestKind } from '../auth/request-id';
import { queryKey } from '../search/query-log/query-key';
import type { OwnSearch } from './visitor-facts.store';

/** The list that an event or an order line names. */
export interface ListReference {
  readonly kind: RequestKind;
  /** Empty: the list has no placement. */
  readonly placement: string;
  readonly intent: string | null;
  readonly modelVersion: string | null;
}

interface NamedList {
  readonly owner: string;
  readonly requestId: string;
  readonly placement: string | null;
  /** Whether an event that names it has a query. */
  readonly hasQuery: boolean;
}

/** Finds out what a list was: from its id if this shop has issued it, else from what its sender states. */
export class ListReferences {
  private readonly queries = new Map<string, string>();
  private readonly contents = new Map<string, RequestIdContent | undefined>();

  /**
   * @param read decodes an id that this shop has issued
   * @param searches the logged searches of visitors
   */
  constructor(
    private readonly read: (id: string) => RequestIdContent | undefined,
    searches: readonly OwnSearch[] = [],
  ) {
    for (const { owner, requestId, query } of searches) this.queries.set(keyOf(owner, requestId), query);
  }

  describe({ owner, requestId, placement, hasQuery }: NamedList): ListReference {
    const issued = this.contentOf(requestId);
    if (issued !== undefined) return { ...issued, placement: issued.placement ?? '' };
    const isSearch = hasQuery || this.queries.has(keyOf(owner, requestId));
    return {
      kind: isSearch ? 'SEARCH' : 'RECOMMENDATION',
      placement: placement ?? '',
      intent: null,
      modelVersion: null,
    };
  }

  /** Returns the key of the query of a search, as the search report counts it. @param stated the query of the event */
  queryOf(owner: string, requestId: string, stated: string | null): string | null {
    const query = this.queries.get(keyOf(owner, requestId)) ?? stated;
    return query === null ? null : queryKey(query);
  }

  /** Returns whether the shop has issued the id. Then nothing else tells what the list was, except its query. */
  isIssued(requestId: string): boolean {
    return this.contentOf(requestId) !== undefined;
  }

  private contentOf(requestId: string): RequestIdContent | undefined {
    if (!this.contents.has(requestId)) this.contents.set(requestId, this.read(requestId));
    return this.contents.get(requestId);
  }
}

function keyOf(owner: string, requestId: string): string {
  return `${requestId} ${owner}`;
}
