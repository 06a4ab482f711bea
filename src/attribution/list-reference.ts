import { isLikeAdToken, openAdToken, type AdTokenKeys } from '../auth/ad-token';
import { decodeRequestId, REQUEST_KINDS } from '../auth/request-id';

/** What an event or an order line can name: a list, or an ad. */
export const LIST_KINDS = [...REQUEST_KINDS, 'AD'] as const;
export type ListKind = (typeof LIST_KINDS)[number];

/** The list that an event or an order line names. */
export interface ListReference {
  readonly kind: ListKind;
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
  private readonly contents = new Map<string, ListReference | undefined>();

  /** @param read describes an id that this shop has issued, see {@link readerOfIds} */
  constructor(private readonly read: (id: string) => ListReference | undefined) {}

  describe({ requestId, placement, hasQuery }: NamedList): ListReference {
    if (!this.contents.has(requestId)) this.contents.set(requestId, this.read(requestId));
    const issued = this.contents.get(requestId);
    if (issued !== undefined) return issued;
    const kind = hasQuery ? 'SEARCH' : 'RECOMMENDATION';
    return { kind, placement: placement ?? '', intent: null, modelVersion: null };
  }
}

/** Returns a function that describes the ids of lists, and the tokens of ads, that the shop has issued. */
export function readerOfIds(
  secret: Buffer | undefined,
  adKeys: AdTokenKeys,
): (id: string) => ListReference | undefined {
  return (id) => {
    if (isLikeAdToken(id)) {
      const token = openAdToken(adKeys, id);
      return token && { kind: 'AD', placement: token.placement, intent: null, modelVersion: null };
    }
    const list = secret === undefined ? undefined : decodeRequestId(secret, id);
    return list && { ...list, placement: list.placement ?? '' };
  };
}
