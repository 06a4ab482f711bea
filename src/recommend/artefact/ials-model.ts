import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import type { IdTable } from '../../learn/id-table';
import type { IalsSettings } from '../../learn/ials';
import { createIalsScorer, type IalsScorer } from '../../learn/ials-scorer';
import { fromLittleEndian, littleEndian } from '../../learn/little-endian';
import type { Kernels, WasmModule } from '../../learn/wasm';
import type { ScoreVector } from './score-vector';

const MAGIC = 'freshet-ials';
const VERSION = 2;

export type FoldInSettings = Pick<IalsSettings, 'factors' | 'lambda' | 'unobserved'>;

/** Mapping between a shop's product indexes and the model's item indexes; −1: no counterpart. */
interface Binding {
  readonly size: number;
  readonly toItem: Int32Array;
  readonly toShop: Int32Array;
}

/**
 * The item factors of iALS. A customer's factors are computed ("folded in") at scoring time, from the current history.
 * Products are identified by id, so the model works with the product table of any process.
 */
export class IalsModel {
  private readonly bindings = new WeakMap<IdTable, Binding>();
  private readonly scorer: IalsScorer;

  /**
   * @param items products × factors, row-major
   * @param gram weighted Gram matrix of the items, factors × factors; it is stored because computing it is slow
   * @param kernel WASM scorer; without it the TypeScript implementation is used
   */
  constructor(
    readonly productIds: readonly string[],
    readonly items: Float32Array,
    private readonly gram: Float32Array,
    readonly settings: FoldInSettings,
    kernel?: WasmModule,
  ) {
    this.scorer = createIalsScorer(items, gram, settings, kernel);
  }

  /**
   * Adds every positive score. A product's score is the dot product of the customer's and the product's factors.
   * Adds nothing if the model contains no product of the history.
   */
  score(products: IdTable, history: Int32Array, out: ScoreVector): void {
    const { toItem, toShop } = this.bindingTo(products);
    const historyItems = history.filter((product) => toItem[product] >= 0).map((product) => toItem[product]);
    if (historyItems.length === 0) return;
    const scores = this.scorer.scores(historyItems);
    for (let item = 0; item < toShop.length; item++) {
      if (scores[item] > 0 && toShop[item] >= 0) out.add(toShop[item], scores[item]);
    }
  }

  /** Writes header, settings, ids, the factors and the Gram matrix (both little-endian f32). */
  encode(): Uint8Array {
    const { factors, lambda, unobserved } = this.settings;
    const writer = new ByteWriter();
    writer.string(MAGIC);
    writer.varint(VERSION);
    writer.varint(factors);
    writer.f64(lambda);
    writer.f64(unobserved);
    writer.varint(this.productIds.length);
    for (const id of this.productIds) writer.string(id);
    writer.block(littleEndian(this.items));
    writer.block(littleEndian(this.gram));
    return writer.finish();
  }

  /** @throws Error for bytes of another kind, of an unknown version, and for truncated bytes */
  static decode(bytes: Uint8Array, kernels: Kernels = {}): IalsModel {
    const reader = new ByteReader(bytes);
    reader.expectHeader(MAGIC, VERSION);
    const factors = reader.varint();
    const settings = { factors, lambda: reader.f64(), unobserved: reader.f64() };
    const productIds = Array.from({ length: reader.varint() }, () => reader.string());
    const block = reader.block();
    const gram = reader.block();
    const hasSquareGram = gram.byteLength === 4 * factors * factors;
    const hasExpectedSizes = hasSquareGram && block.byteLength === 4 * factors * productIds.length;
    if (factors % 4 !== 0 || !hasExpectedSizes) {
      throw new Error('the size of the factors does not match the number of products');
    }
    return new IalsModel(
      productIds,
      new Float32Array(fromLittleEndian(block)),
      new Float32Array(fromLittleEndian(gram)),
      settings,
      kernels.ials,
    );
  }

  /** Returns the mapping for a product table. A table only grows, so its size shows whether the mapping is outdated. */
  private bindingTo(products: IdTable): Binding {
    const known = this.bindings.get(products);
    if (known?.size === products.size) return known;
    const toItem = new Int32Array(products.size).fill(-1);
    const toShop = Int32Array.from(this.productIds, (id, item) => {
      const product = products.indexOf(id);
      if (product >= 0) toItem[product] = item;
      return product;
    });
    const binding = { size: products.size, toItem, toShop };
    this.bindings.set(products, binding);
    return binding;
  }
}
