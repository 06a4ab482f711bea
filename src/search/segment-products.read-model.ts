import type { ProductConditions } from '../catalog/product-conditions.service';
import type { ProductsReadModel } from '../catalog/products.read-model';
import { grown } from '../learn/grown';
import type { Popularity } from '../live-state/replication/shop-popularity.service';
import { productColumns } from './document/product-columns';
import type { Columns } from '../search-engine/index/columns';
import { type RankingModel, withNovelty } from './ranking/log-linear';

type Product = NonNullable<ReturnType<ProductsReadModel['get']>>;

/** The inputs of a prior, which is the score of a product without text match, clicks, customer and boost. */
interface PriorRanking {
  readonly model: RankingModel;
  readonly day: number;
  readonly productScoreOf: (doc: number) => number;
}

interface Priors {
  readonly popularityValues: Float64Array;
  readonly model: RankingModel;
  readonly day: number;
  byDocument: Float64Array;
  /** Number of documents with a computed prior. */
  documents: number;
  /** The documents whose product changed after their prior was computed. */
  stale: number[];
}

/** Which product of a popularity table a segment's documents belong to, as far as it has been looked up. */
interface Indexes {
  readonly table: Popularity['table'];
  /** Number of products of the table whose documents have been given their index. */
  size: number;
  byDocument: Int32Array;
  /** The document of each index; it may have been deleted since. */
  documents: Int32Array;
}

const NOT_LOOKED_UP = -2;
/** Number of documents between two checks of the clock. */
const DOCUMENTS_PER_CHECK = 256;
const TIME_SLICE_MS = 4;
/** Maximum number of stale priors of a segment. Beyond it, all priors of the segment are recomputed. */
const MAX_STALE_PRIORS = 10_000;

/** What a segment's columns lack for a document: its product, its index in the popularity table, and its prior. */
export class SegmentProducts {
  private readonly products = new WeakMap<object, (Product | undefined)[]>();
  private readonly indexes = new WeakMap<object, Indexes>();

  private readonly priors = new WeakMap<object, Priors>();

  constructor(private readonly catalogue: Pick<ProductsReadModel, 'get'>) {}

  /** Returns a lookup of products by document. A product is cached until {@link forget} is called for it. */
  of(columns: Columns): (doc: number) => Product | undefined {
    let known = this.products.get(columns.segment);
    if (known === undefined) this.products.set(columns.segment, (known = []));
    return (doc) => (known[doc] ??= this.catalogue.get(columns.idAt(doc)));
  }

  /** Returns a filter over documents. It reads products only if the columns cannot decide the condition exactly. */
  filterOf(columns: Columns, { passes, byPart }: ProductConditions): (doc: number) => boolean {
    const possible = byPart(productColumns(columns)).passes;
    if (possible?.exact) return possible.holds;
    const productOf = this.of(columns);
    return (doc) => (possible === undefined || possible.holds(doc)) && (passes === null || passes(productOf(doc)));
  }

  /**
   * Returns a function that computes the boost factor of a document. It reads products only if the columns do not
   * determine the factor.
   */
  boostFactorOf(columns: Columns, { boost, byPart }: ProductConditions): (doc: number) => number {
    const { boost: exactBoost, mayBoost } = byPart(productColumns(columns));
    if (exactBoost !== undefined) return exactBoost;
    const productOf = this.of(columns);
    return (doc) => (boost === null || mayBoost?.(doc) === false ? 1 : boost(productOf(doc)));
  }

  /** Drops the cached data of a product that changed in the catalog without a new document in the index. */
  forget(columns: readonly Columns[], id: string): void {
    for (const segment of columns) {
      const doc = segment.find(id);
      if (doc < 0) continue;
      const known = this.products.get(segment.segment);
      if (known !== undefined) known[doc] = undefined;
      const priors = this.priors.get(segment.segment);
      if (priors !== undefined && priors.stale.push(doc) > MAX_STALE_PRIORS) this.priors.delete(segment.segment);
    }
  }

  /** Returns a lookup of a document's index in the popularity table. The index is −1 if the product has no events. */
  indexesOf(columns: Columns, table: Popularity['table']): (doc: number) => number {
    const known = this.indexesIn(columns, table);
    if (known.byDocument.length < columns.documents)
      known.byDocument = grown(known.byDocument, Math.ceil(columns.documents * 1.5), NOT_LOOKED_UP);
    for (; known.size < table.size; known.size++) {
      const doc = columns.find(table.idAt(known.size));
      if (doc >= 0) known.byDocument[doc] = known.size;
    }
    const { byDocument } = known;
    return (doc) =>
      byDocument[doc] === NOT_LOOKED_UP ? (byDocument[doc] = table.indexOf(columns.idAt(doc))) : byDocument[doc];
  }

  /** Returns a lookup of the document of a popularity table's index. It is −1 if the segment has no such document. */
  documentsOf(columns: Columns, table: Popularity['table']): (index: number) => number {
    const known = this.indexesIn(columns, table);
    if (known.documents.length < table.size)
      known.documents = grown(known.documents, Math.ceil(table.size * 1.1), NOT_LOOKED_UP);
    const { documents } = known;
    return (index) => {
      const doc = documents[index];
      return doc >= 0 && !columns.isDeleted(doc) ? doc : (documents[index] = columns.find(table.idAt(index)));
    };
  }

  private indexesIn(columns: Columns, table: Popularity['table']): Indexes {
    let known = this.indexes.get(columns.segment);
    if (known?.table !== table) {
      const byDocument = new Int32Array(columns.documents).fill(NOT_LOOKED_UP);
      known = { table, size: table.size, byDocument, documents: new Int32Array(0) };
      this.indexes.set(columns.segment, known);
    }
    return known;
  }

  /**
   * Returns the prior of each document: its score without text, clicks, customer and boost. All priors are recomputed
   * when the popularity changes (at most once a second), in about 10 ns per document.
   */
  priorsOf(
    columns: Columns,
    { table, values: popularityValues }: Popularity,
    { model, day, productScoreOf }: PriorRanking,
  ): Float64Array {
    const { documents } = columns;
    let known = this.priors.get(columns.segment);
    if (
      known === undefined ||
      known.popularityValues !== popularityValues ||
      known.model !== model ||
      known.day !== day
    ) {
      known = { popularityValues, model, day, byDocument: new Float64Array(documents), documents: 0, stale: [] };
      this.priors.set(columns.segment, known);
    }
    if (known.byDocument.length < documents) known.byDocument = grown(known.byDocument, Math.ceil(documents * 1.1));
    const indexOf = this.indexesOf(columns, table);
    const newest = columns.numbers('newest');
    const { byDocument, stale } = known;
    const computePrior = (doc: number) => {
      const index = indexOf(doc);
      const popularityValue = index < 0 || index >= popularityValues.length ? 0 : popularityValues[index];
      byDocument[doc] = withNovelty(model.weights.popularity * popularityValue + productScoreOf(doc), newest[doc]);
    };
    for (; known.documents < documents; known.documents++) computePrior(known.documents);
    for (const doc of stale) computePrior(doc);
    known.stale = [];
    return byDocument;
  }

  /** Fills the caches of a segment in short time slices, so that searches do not have to fill them. */
  async warm(columns: Columns, table: Popularity['table']): Promise<void> {
    const productOf = this.of(columns);
    const indexOf = this.indexesOf(columns, table);
    let until = performance.now() + TIME_SLICE_MS;
    for (let doc = 0; doc < columns.documents; doc++) {
      productOf(doc);
      indexOf(doc);
      if (doc % DOCUMENTS_PER_CHECK > 0 || performance.now() < until) continue;
      await new Promise((resolve) => setImmediate(resolve));
      until = performance.now() + TIME_SLICE_MS;
    }
  }
}
