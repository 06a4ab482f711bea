import { endOfPage, NOTHING_SPONSORED } from '../recommend/serving/sponsorship';
import type { Product } from '../catalog/product.type';
import type { ProductsReadModel } from '../catalog/products.read-model';
import { decodeCursor, encodeCursor, wrongCursor } from '../graphql/connection';
import { type RankingReason as ReasonOf, reasonText } from '../recommend/serving/customer-affinities.service';
import type { Reason } from '../recommend/serving/recommendation.type';
import type { Analyzers } from '../search-engine/text/analyzers';
import { AnalyzedTextCache } from './analyzed-text-cache';
import { excerpt } from '../search-engine/query/excerpt';
import type { HitExplanation, SearchSnapshot } from './search-snapshot';
import { MAX_HIGHLIGHTS, type Highlight, type ProductSearchConnection, type ProductSearchEdge } from './search.type';
import { highlightPacked, type MatchedTerms } from '../search-engine/text/highlight';

const CURSOR = 'search';
/** Maximum length of a highlighted text, in UTF-16 code units. */
const MAX_EXCERPT_LENGTH = 240;

export interface SearchPageOptions {
  readonly first: number;
  readonly after?: string | null;
  /** Whether the response contains cursors. If it does not, the list is not stored for further pages. */
  readonly cursors: boolean;
  readonly highlights: boolean;
  readonly reasons: boolean;
  /** Whether the response says where to continue if nothing is found. */
  readonly nothingFound: boolean;
  /** Whether the response has sponsored products. */
  readonly sponsored?: boolean;
  /** Whether the response has articles. */
  readonly articles?: boolean;
}

/** Converts a search snapshot into a page of the GraphQL connection. */
export class SearchPageMapper {
  private readonly texts = new AnalyzedTextCache();

  constructor(private readonly products: ProductsReadModel) {}

  /** Decodes a cursor. @throws ApiError BAD_USER_INPUT if it is not a cursor of a search */
  parseCursor(after: string): { requestId: string; rank: number } {
    const value = decodeCursor(CURSOR, after);
    const [requestId, rank] = Array.isArray(value) ? (value as unknown[]) : [];
    if (typeof requestId !== 'string' || !Number.isSafeInteger(rank) || (rank as number) < 1) throw wrongCursor();
    return { requestId, rank: rank as number };
  }

  /** @param sponsored products that are shown as ads: the page is without them */
  page(
    snapshot: SearchSnapshot,
    offset: number,
    page: SearchPageOptions,
    analyzers: Analyzers,
    sponsored = NOTHING_SPONSORED,
  ): ProductSearchConnection {
    const { ids } = snapshot;
    const until = endOfPage(ids.length, offset, page.first, (at) => sponsored.has(ids[at]));
    const matched = { terms: new Set(snapshot.matched.terms), prefixes: snapshot.matched.prefixes };
    const edges: ProductSearchEdge[] = [];
    for (let at = offset; at < until; at++) {
      if (sponsored.has(ids[at])) continue;
      const node = this.products.getPublished(ids[at]);
      // The product was deleted, or its publication was postponed, after the search.
      if (!node) continue;
      edges.push({
        cursor: page.cursors ? encodeCursor(CURSOR, [snapshot.requestId, at + 1]) : '',
        node,
        score: snapshot.scores[at],
        rank: at + 1,
        isPartialMatch: at >= snapshot.matchCount,
        highlights: page.highlights ? this.highlightsOf(node, matched, analyzers) : [],
        reasons: page.reasons ? this.reasonsOf(snapshot.grounds?.[at]) : [],
      });
    }
    const { requestId, revision, modelVersion, totalCount, facets, didYouMean, nothingFound } = snapshot;
    const { correctedQuery, ignoredWords, conditions, redirect } = snapshot;
    return {
      ...{ requestId, revision, modelVersion, totalCount, facets, didYouMean, correctedQuery, ignoredWords, redirect },
      asOf: new Date(snapshot.asOf),
      conditions: conditions.map((condition) => ({ from: null, to: null, ...condition })),
      nothingFound:
        nothingFound === undefined
          ? null
          : {
              ...nothingFound,
              bestSellers: nothingFound.bestSellers.flatMap((id) => this.products.getPublished(id) ?? []),
            },
      edges,
      nodes: edges.map(({ node }) => node),
      pageInfo: {
        hasNextPage: until < snapshot.ids.length,
        hasPreviousPage: offset > 0,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      },
    };
  }

  private highlightsOf(product: Product, matched: MatchedTerms, analyzers: Analyzers): Highlight[] {
    const highlights: Highlight[] = [];
    for (const { field, text, tokens } of this.texts.of(product, analyzers)) {
      const ranges = highlightPacked(tokens, matched);
      if (ranges.length > 0) highlights.push({ field, fragments: excerpt(text, ranges, MAX_EXCERPT_LENGTH) });
      if (highlights.length === MAX_HIGHLIGHTS) break;
    }
    return highlights;
  }

  /** Returns the parts of a hit's score. The affinity part is split into its reasons. */
  private reasonsOf(grounds: HitExplanation | undefined): Reason[] {
    if (grounds === undefined) return [];
    const { shares, pinned, because } = grounds;
    if (pinned) return [{ source: 'pinned', product: null, share: 1, text: reasonText('pinned', 1, undefined) }];
    const parts = shares.flatMap(({ source, share }): ReasonOf[] =>
      source === 'affinity' && because.length > 0
        ? because.map((reason) => ({ ...reason, share: reason.share * share }))
        : [{ source, share }],
    );
    return parts.map(({ source, share, productId }) => {
      const product = productId === undefined ? null : (this.products.getPublished(productId) ?? null);
      return { source, product, share, text: reasonText(source, share, product?.title) };
    });
  }
}
