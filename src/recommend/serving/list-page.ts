import type { ProductsReadModel } from '../../catalog/products.read-model';
import { decodeCursor, encodeCursor } from '../../graphql/connection';
import { ApiError } from '../../graphql/errors';
import type { ListSnapshot, ListSnapshots } from './list-snapshots.service';
import { reasonText } from './reason-text';
import { endOfPage, NOTHING_SPONSORED } from './sponsorship';
import type { RecommendationConnection, RecommendationEdge } from './recommendation.type';

const CURSOR = 'recommendations';

/**
 * Returns the list that a cursor belongs to, and the offset of its next page.
 * @throws ApiError BAD_USER_INPUT for an invalid cursor, CURSOR_EXPIRED if the list has expired or belongs to another
 *   owner
 */
export async function resumeFromCursor(
  snapshots: ListSnapshots,
  after: string,
  owner: string,
): Promise<{ snapshot: ListSnapshot; offset: number }> {
  const value = decodeCursor(CURSOR, after);
  const [requestId, rank] = Array.isArray(value) ? (value as unknown[]) : [];
  if (typeof requestId !== 'string' || !Number.isSafeInteger(rank) || (rank as number) < 1) {
    throw new ApiError('BAD_USER_INPUT', 'after is not a cursor of this list.');
  }
  const snapshot = await snapshots.find(requestId, owner);
  if (snapshot === null) throw new ApiError('CURSOR_EXPIRED', 'This list has expired. Request its first page again.');
  return { snapshot, offset: rank as number };
}

/**
 * Returns a page of a list, with the current catalogue data of its products.
 * @param sponsored products that are shown as ads: the page is without them
 */
export function toConnection(
  products: ProductsReadModel,
  snapshot: ListSnapshot,
  offset: number,
  first: number,
  sponsored: ReadonlySet<string> = NOTHING_SPONSORED,
): RecommendationConnection {
  const isSponsored = (at: number) => sponsored.has(snapshot.ranked[at].productId);
  const until = endOfPage(snapshot.ranked.length, offset, first, isSponsored);
  const edges: RecommendationEdge[] = [];
  for (let at = offset; at < until; at++) {
    if (isSponsored(at)) continue;
    const { productId, score, reasons } = snapshot.ranked[at];
    const node = products.getPublished(productId);
    // The product was deleted or unpublished after the list was computed.
    if (!node) continue;
    edges.push({
      cursor: encodeCursor(CURSOR, [snapshot.requestId, at + 1]),
      node,
      score,
      rank: at + 1,
      reasons: reasons.map((reason) => {
        const product = reason.productId === undefined ? null : (products.getPublished(reason.productId) ?? null);
        return {
          source: reason.source,
          product,
          share: reason.share,
          text: reasonText(reason.source, reason.share, product?.title),
        };
      }),
    });
  }
  return {
    requestId: snapshot.requestId,
    modelVersion: snapshot.modelVersion,
    revision: snapshot.revision,
    asOf: new Date(snapshot.asOf),
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage: until < snapshot.ranked.length,
      hasPreviousPage: offset > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
