import type { ProductsReadModel } from '../catalog/products.read-model';
import type { Popularity } from '../recommend/shop-popularity.service';
import type { Columns } from './index/columns';
import { score, withNovelty } from './ranking/log-linear';

type Product = NonNullable<ReturnType<ProductsReadModel['get']>>;

const NOT_YET = -2;
/** Documents between two looks at the clock. */
const STEP = 256;
const TURN_MS = 4;

/** What there is beside a segment's columns, by document: the product, and its index in the shop's table of what has happened. */
export class SegmentProducts {
  private readonly products = new WeakMap<object, (Product | undefined)[]>();
  private readonly indexes = new WeakMap<object, { table: Popularity['table']; size: number; of: Int32Array }>();

  private readonly priors = new WeakMap<object, { values: Float64Array; priors: Float64Array; documents: number }>();

  constructor(private readonly catalogue: Pick<ProductsReadModel, 'get'>) {}

  /** Each is looked up once: the document of a product that changes is another one. */
  of(columns: Columns): (doc: number) => Product | undefined {
    let known = this.products.get(columns.segment);
    if (known === undefined) this.products.set(columns.segment, (known = []));
    return (doc) => (known[doc] ??= this.catalogue.get(columns.idAt(doc)));
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

  /**
   * By document: its score without words, customer and boost. Made anew when there is another popularity, once a second at most: 5 ns a
   * document.
   */
  priorsOf(columns: Columns, { table, values }: Popularity): Float64Array {
    const { documents } = columns;
    const before = this.priors.get(columns.segment);
    const known = before?.values === values ? before : { values, priors: new Float64Array(0), documents: 0 };
    if (known.documents === documents) return known.priors;
    if (known.priors.length < documents) {
      const grown = new Float64Array(Math.ceil(documents * 1.1));
      grown.set(known.priors);
      known.priors = grown;
    }
    const indexOf = this.indexesOf(columns, table);
    const available = columns.numbers('available');
    const newest = columns.numbers('newest');
    const { priors } = known;
    for (let doc = known.documents; doc < documents; doc++) {
      const index = indexOf(doc);
      const wanted = index < 0 || index >= values.length ? 0 : values[index];
      priors[doc] = withNovelty(score(0, wanted, 0, 1, available[doc] === 1), newest[doc]);
    }
    known.documents = documents;
    this.priors.set(columns.segment, known);
    return priors;
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
