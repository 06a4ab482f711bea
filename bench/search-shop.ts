import { type CatalogueProduct, catalogueProduct } from '../src/catalog/catalogue-product';
import { popularities, type Popularity } from '../src/live-state/replication/shop-popularity.service';
import { Analyzers } from '../src/search-engine/text/analyzers';
import { indexSettings } from '../src/search/document/index-settings';
import { productDocument } from '../src/search/document/product-document';
import type { IndexFacetRequest } from '../src/search-engine/index/facet-request';
import type { SearchRequest } from '../src/search-engine/index/search-request';
import { SearchIndex } from '../src/search-engine/index/search-index';
import type { Segment } from '../src/search-engine/index/segment';
import { SegmentBuilder } from '../src/search-engine/index/segment-builder';
import { rankingBy } from '../src/search/ranking/product-ranking';
import { type QueryContext, queryInterpretation } from '../src/search-engine/query/interpret-query';
import { DEFAULT_RANKING_MODEL, type RankingModel } from '../src/search/ranking/log-linear';
import { defaultRanker, type QueryRanker } from '../src/search/ranking/query-ranker';
import { SegmentProducts } from '../src/search/segment-products.read-model';
import { segmentDictionary } from '../src/search-engine/spelling/segment-dictionary';
import { Synonyms } from '../src/search-engine/text/synonyms';
import { resolveCountsInSteps } from '../src/search-engine/scheduling/count-requests';
import type { CooperativeTask } from '../src/search-engine/scheduling/cooperative-task';
import { seededRandom } from '../src/learn/seeded-random';
import type { Corpus } from './search-corpus';

/** In each ten products, four are variants of one product, three of another, and three have no variants. */
const GROUP_OF = [0, 0, 0, 0, 4, 4, 4, 7, 8, 9];
const SIZES = ['small', 'medium', 'large', 'huge'];
/** The share of the products that have been bought, and the number of a customer's candidates. */
const BOUGHT = 0.5;
const CANDIDATES = 300;
const FACETS: readonly IndexFacetRequest[] = [
  { facet: 'brand' },
  { facet: 'categories', parent: '' },
  { number: 'price', boundaries: [0, 10, 20, 50, 100, 200, 1_000] },
];

const FIELDS_WEIGHED: RankingModel = {
  ...DEFAULT_RANKING_MODEL,
  weights: { ...DEFAULT_RANKING_MODEL.weights, titleMatch: 1 },
};

interface Asking {
  readonly typing?: boolean;
  /** Whether the ranking also uses the fields in which the words match. */
  readonly byFields?: boolean;
}

/** A shop as in production: documents with variants, columns, and a ranking for a customer. */
export class BenchShop {
  readonly segment: Segment;
  readonly index: SearchIndex;
  private readonly around: QueryContext;
  private readonly ranker = defaultRanker();
  private readonly fieldsRanker: QueryRanker = { ...defaultRanker(), model: FIELDS_WEIGHED };
  private readonly products: SegmentProducts;
  private readonly popularity: Popularity;
  private readonly affinities: { scores: ReadonlyMap<number, number>; reasons: () => never[] };

  constructor(readonly corpus: Corpus) {
    const analyzers = new Analyzers('en');
    const builder = new SegmentBuilder(indexSettings([]));
    for (let number = 0; number < corpus.size; number++) {
      const document = productDocument(this.product(number), analyzers);
      if (document !== undefined) builder.add(document);
    }
    this.segment = builder.finish();
    this.index = new SearchIndex(this.segment.header.settings, this.segment);
    this.products = new SegmentProducts({ get: (id) => this.product(Number(id)) });
    const random = seededRandom(5);
    const bought = Math.floor(corpus.size * BOUGHT);
    // Every second product, in pseudo-random order.
    const ids = Array.from({ length: bought }, (_, i) => ((i * 7_919) % bought) * 2);
    const indexes = new Map(ids.map((id, index) => [String(id), index]));
    this.popularity = {
      table: { size: bought, indexOf: (id) => indexes.get(id) ?? -1, idAt: (index) => String(ids[index]) },
      values: popularities({ relative: () => random() ** 8 }, bought),
    };
    const candidates = Array.from({ length: CANDIDATES }, () => [Math.floor(random() * bought), random()] as const);
    this.affinities = { scores: new Map(candidates), reasons: () => [] };
    this.around = {
      analyzers,
      dictionary: segmentDictionary(this.segment),
      synonymsOf: (language) => new Synonyms([], analyzers.of(language)),
      languages: ['en'],
      documents: this.index.size,
    };
  }

  /** Does the work that the first search needs, in time slices. */
  async warm(): Promise<void> {
    for (const columns of this.index.columns()) await this.products.warm(columns, this.popularity.table);
  }

  /** Searches as the service does: interprets the text, searches, ranks for a customer and counts facets. */
  *ask(
    text: string,
    { typing = false, byFields = false, ...page }: Asking & Pick<SearchRequest, 'offset' | 'limit'>,
  ): CooperativeTask<number> {
    const { index, products, popularity, affinities } = this;
    const asking = queryInterpretation({ text, language: 'en', typing }, this.around);
    const { query } = yield* resolveCountsInSteps(asking, function* (one) {
      return (yield* index.searchInSteps({ query: one, limit: 0 })).total;
    });
    const ranker = byFields ? this.fieldsRanker : this.ranker;
    const rank = rankingBy({ ranker, segments: products, popularity, affinities, boosts: [] });
    const request = { query, facets: FACETS, rank, ties: 'tie', distinct: 'group', ...page };
    return (yield* index.searchInSteps(request)).total;
  }

  private product(number: number): CatalogueProduct {
    const group = number - (number % 10) + GROUP_OF[number % 10];
    const { title, description, section, vendor, price } = this.corpus.document(group);
    const variant = number - group;
    const isVariant = GROUP_OF.filter((first) => first === group % 10).length > 1;
    return catalogueProduct({
      id: String(number),
      title: [...title, ...(isVariant ? [SIZES[variant]] : [])].join(' '),
      description: description.join(' '),
      url: null,
      imageUrls: [],
      price: String(price + variant),
      listPrice: null,
      currency: 'EUR',
      brand: vendor,
      categories: [section],
      groupId: isVariant ? `g${group}` : null,
      language: 'en',
      availability: number % 20 === 0 ? 'OUT_OF_STOCK' : 'IN_STOCK',
      stock: null,
      rating: null,
      attributes: { colour: this.corpus.document(number).colour },
      publishedAt: null,
      updatedAt: new Date(Date.UTC(2026, 0, 1) + ((number * 7_919) % 1_000_003) * 1_000).toISOString(),
      offerUpdatedAt: new Date(0).toISOString(),
    });
  }
}
