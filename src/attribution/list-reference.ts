import type { RequestIdContent, RequestKind } from '../auth/request-id';

/** The list that an event or an order line names. */
export interface ListReference {
  readonly kind: RequestKind;
  /** Empty: the list has no placement. */
  readonly placement: string;
  readonly intent: string | null;
  readonly modelVersion: string | null;
}

interface NamedList {
  readonly requestId: string;
  readonly placement: string | null;
  /** Whether the event that names it has a query. */
  readonly hasQuery: boolean;
}

/** Finds out what a list was: from its id if this shop has issued it, else from what its sender states. */
export class ListReferences {
  private readonly contents = new Map<string, RequestIdContent | undefined>();

  /** @param read decodes an id that this shop has issued */
  constructor(private readonly read: (id: string) => RequestIdContent | undefined) {}

  describe({ requestId, placement, hasQuery }: NamedList): ListReference {
    if (!this.contents.has(requestId)) this.contents.set(requestId, this.read(requestId));
    const issued = this.contents.get(requestId);
    if (issued !== undefined) return { ...issued, placement: issued.placement ?? '' };
    const kind = hasQuery ? 'SEARCH' : 'RECOMMENDATION';
    return { kind, placement: placement ?? '', intent: null, modelVersion: null };
  }
}
