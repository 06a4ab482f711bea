import type { ProductConditions } from '../catalog/product-conditions.service';
import type { ProductsReadModel } from '../catalog/products.read-model';
import type { Popularity } from '../recommend/shop-popularity.service';
import { productColumns } from './document/product-columns';
import type { Columns } from './index/columns';

type Product = NonNullable<ReturnType<ProductsReadModel['get']>>;

const NOT_YET = -2;
/** Documents between two looks at the clock. */
const STEP = 256;
const TURN_MS = 4;

/** What there is beside a segment's columns, by document: the product, and its index in the shop's table of what has happened. */
export class SegmentProducts {
  private readonly products = new WeakMap<object, (Product | undefined)[]>();
  private readonly indexes = new WeakMap<object, { table: Popularity['table']; size: number; of: Int32Array }>();

  constructor(private readonly catalogue: Pick<ProductsReadModel, 'get'>) {}

  /** Each is looked up once: the document of a product that changes is another one. */
  of(columns: Columns): (doc: number) => Product | undefined {
    let known = this.products.get(columns.segment);
    if (known === undefined) this.products.set(columns.segment, (known = []));
    return (doc) => (known[doc] ??= this.catalogue.get(columns.idAt(doc)));
  }

  /** Which documents pass: by the columns, as far as they know; products are asked only where they do not. */
  passing(columns: Columns, { passes, byPart }: ProductConditions): (doc: number) => boolean {
    const possible = byPart(productColumns(columns)).passes;
    if (possible?.exact) return possible.holds;
    const productOf = this.of(columns);
    return (doc) => (possible === undefined || possible.holds(doc)) && (passes === null || passes(productOf(doc)));
  }

  /** What a document's score is multiplied by. */
  boosting(columns: Columns, { boost, byPart }: ProductConditions): (doc: number) => number {
    const known = byPart(productColumns(columns)).boost;
    if (known !== undefined) return known;
    const productOf = this.of(columns);
    return (doc) => (boost === null ? 1 : boost(productOf(doc)));
  }

  /** The catalogue has changed without the index. */
  forget(columns: readonly Columns[], id: string): void {
    for (const segment of columns) {
      const doc = segment.find(id);
      const known = this.products.get(segment.segment);
      if (doc >= 0 && known !== undefined) known[doc] = undefined;
    }
  }

  /** The index of each document's product; −1 where nothing has happened. */
  indexesOf(columns: Columns, table: Popularity['table']): (doc: number) => number {
    let known = this.indexes.get(columns.segment);
    if (known === undefined || known.table !== table) {
      known = { table, size: table.size, of: new Int32Array(columns.documents).fill(NOT_YET) };
      this.indexes.set(columns.segment, known);
    }
    if (known.of.length < columns.documents) {
      const grown = new Int32Array(Math.ceil(columns.documents * 1.5)).fill(NOT_YET);
      grown.set(known.of);
      known.of = grown;
    }
    for (; known.size < table.size; known.size++) {
      const doc = columns.find(table.idAt(known.size));
      if (doc >= 0) known.of[doc] = known.size;
    }
    const { of } = known;
    return (doc) => (of[doc] === NOT_YET ? (of[doc] = table.indexOf(columns.idAt(doc))) : of[doc]);
  }

  /** Looks all of a segment's products up, in small turns, so that no search has to. */
  async warm(columns: Columns, table: Popularity['table']): Promise<void> {
    const productOf = this.of(columns);
    const indexOf = this.indexesOf(columns, table);
    let until = performance.now() + TURN_MS;
    for (let doc = 0; doc < columns.documents; doc++) {
      productOf(doc);
      indexOf(doc);
      if (doc % STEP > 0 || performance.now() < until) continue;
      await new Promise((resolve) => setImmediate(resolve));
      until = performance.now() + TURN_MS;
    }
  }
}
