import type { CatalogueProduct } from '../catalog/catalogue-product';
import { SegmentBuilder } from '../search-engine/index/segment-builder';
import type { Hit } from '../search-engine/index/search-request';
import type { InterpretedQuery } from '../search-engine/query/interpret-query';
import { runToCompletion } from '../search-engine/scheduling/cooperative-task';
import { Analyzers } from '../search-engine/text/analyzers';
import { loadJieba } from '../search-engine/text/jieba';
import { baseMessage } from './base-segment/base-segment-thread';
import { CatalogIndex } from './catalog-index.read-model';
import { indexSettings } from './document/index-settings';
import { productDocument } from './document/product-document';
import { MerchandisingReadModel } from './merchandising/merchandising.read-model';
import { defaultRanker } from './ranking/query-ranker';
import { SearchPipeline } from './search-pipeline';
import { ShopWords } from './shop-words';
import { SynonymsReadModel } from './synonyms/synonyms.read-model';

/** The popularity of a shop without events. */
const NO_POPULARITY = {
  table: { size: 0, indexOf: () => -1, idAt: (index: number) => String(index) },
  values: new Float64Array(0),
};

/** What a search of {@link offlineSearch} found. */
export interface OfflineResult {
  readonly interpreted: InterpretedQuery;
  /** The hits that have all words. */
  readonly matches: readonly Hit[];
  /** The hits with some of the words, which follow. */
  readonly partialMatches: readonly Hit[];
}

/**
 * Returns the search of a shop over a catalog, in this process and without services. The customer is unknown, and the
 * shop has no events, no rules and no synonyms of its own.
 * @param usesStarterSynonyms whether the starter synonyms of the shop's language are on
 */
export async function offlineSearch(
  products: readonly CatalogueProduct[],
  shopLanguage: string,
  usesStarterSynonyms: boolean,
): Promise<(text: string, typing: boolean, limit: number) => OfflineResult> {
  const isChinese = [shopLanguage, ...products.map(({ language }) => language)].some((one) => one?.startsWith('zh'));
  const segmenter = isChinese ? await loadJieba() : undefined;
  const builder = new SegmentBuilder(indexSettings([]));
  const analyzers = new Analyzers(shopLanguage, segmenter);
  for (const product of products) {
    const document = productDocument(product, analyzers);
    if (document !== undefined) builder.add(document);
  }
  const base = { segment: builder.finish(), position: 0, jieba: isChinese, buildVersion: '', read: 0, gone: 0 };
  const byId = new Map(products.map((product) => [product.id, product]));
  const { message } = baseMessage(base);
  const catalogIndex = new CatalogIndex(message, byId, shopLanguage, segmenter, () => undefined);
  const synonyms = new SynonymsReadModel();
  synonyms.apply({ starterSynonyms: [{ language: shopLanguage, enabled: usesStarterSynonyms }] });
  const merchandising = new MerchandisingReadModel(() => {
    throw new Error('A shop without rules has no conditions of rules.');
  });
  const words = new ShopWords({ synonyms, merchandising });
  const pipeline = new SearchPipeline({ synonyms, words, merchandising });
  const ranking = {
    ranker: defaultRanker(),
    segments: catalogIndex.products,
    popularity: NO_POPULARITY,
    affinities: null,
    boosts: [],
  };
  return (text, typing, limit) => {
    const interpreted = runToCompletion(pipeline.interpret(catalogIndex, { text, typing, readsConditions: true }));
    const request = { ranking, isFilled: true, limit };
    const { result, partialHits } = runToCompletion(pipeline.find(catalogIndex, interpreted, request));
    return { interpreted, matches: result.hits, partialMatches: partialHits };
  };
}
