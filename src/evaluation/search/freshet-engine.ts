import type { CatalogueProduct } from '../../catalog/catalogue-product';
import { baseMessage } from '../../search/base-segment/base-segment-thread';
import { CatalogIndex } from '../../search/catalog-index.read-model';
import { indexSettings } from '../../search/document/index-settings';
import { productDocument } from '../../search/document/product-document';
import { MerchandisingReadModel } from '../../search/merchandising/merchandising.read-model';
import { defaultRanker } from '../../search/ranking/query-ranker';
import { SearchPipeline } from '../../search/search-pipeline';
import { ShopWords } from '../../search/shop-words';
import { SynonymsReadModel } from '../../search/synonyms/synonyms.read-model';
import { SegmentBuilder } from '../../search-engine/index/segment-builder';
import type { InterpretedQuery } from '../../search-engine/query/interpret-query';
import { runToCompletion } from '../../search-engine/scheduling/cooperative-task';
import { Analyzers } from '../../search-engine/text/analyzers';
import { loadJieba } from '../../search-engine/text/jieba';
import type { AnswerCause, SearchEngine } from './evaluate';
import { DEPTH } from './metrics';

/** The popularity of a shop without events. */
const NO_POPULARITY = {
  table: { size: 0, indexOf: () => -1, idAt: (index: number) => String(index) },
  values: new Float64Array(0),
};

/**
 * Returns Freshet's own search over a catalog, in this process: index, dictionary, query understanding and ranking. The
 * customer is unknown, and the shop has no events and no synonyms of its own.
 * @param usesStarterSynonyms whether the starter synonyms of the shop's language are on
 */
export async function freshetEngine(
  products: readonly CatalogueProduct[],
  shopLanguage: string,
  usesStarterSynonyms = false,
): Promise<SearchEngine> {
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
  return {
    subject: 'freshet',
    search(text, typing) {
      const interpreted = runToCompletion(pipeline.interpret(catalogIndex, { text, typing, readsConditions: true }));
      const request = { ranking, isFilled: true, limit: DEPTH };
      const { result, partialHits } = runToCompletion(pipeline.find(catalogIndex, interpreted, request));
      const ids = [...result.hits, ...partialHits].map(({ id }) => id);
      const matchCount = result.hits.length;
      return { ids, cause: causeOf(interpreted, ids.length, matchCount), matchCount };
    },
  };
}

/**
 * A query that was both corrected and relaxed counts as corrected.
 * @param matchCount number of hits that are not partial matches
 */
function causeOf(
  { correctedQuery, ignoredWords }: InterpretedQuery,
  hitCount: number,
  matchCount: number,
): AnswerCause {
  if (hitCount === 0) return 'NONE';
  if (correctedQuery !== undefined) return 'CORRECTED';
  return ignoredWords.length > 0 || matchCount === 0 ? 'SOME' : 'ALL';
}
