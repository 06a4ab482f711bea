import { ByteReader } from '../learn/byte-reader';
import { ByteWriter } from '../learn/byte-writer';
import type { IdTable } from '../learn/id-table';
import { fromLittleEndian, littleEndian } from '../learn/little-endian';
import type { SparseMatrix } from '../learn/sparse-ridge';
import type { ScoreVector } from './score-vector';

const MAGIC = 'freshet-temporal-ridge';
const VERSION = 1;

export interface TemporalRidgeFigures {
  /** The penalty the program chose. */
  readonly l2: number;
}

/** Where a shop's products stand in the model, and the other way round; −1: nowhere. */
interface Binding {
  readonly size: number;
  readonly inModel: Int32Array;
  readonly inShop: Int32Array;
}

/**
 * The temporal ridge's parameters: how much each product of a history speaks for (or against) each product's being bought
 * within the next window. Products go by id, so that it fits any process's table.
 */
export class TemporalRidgeModel {
  private readonly bindings = new WeakMap<IdTable, Binding>();

  constructor(
    readonly productIds: readonly string[],
    readonly matrix: SparseMatrix,
    readonly figures: TemporalRidgeFigures,
  ) {}

  /** Adds Σ_i B_ij / √n for a history of n products that it knows; what comes out is near the chance of a purchase, or below 0. */
  score(products: IdTable, history: Int32Array, out: ScoreVector): void {
    const { inModel, inShop } = this.bindingTo(products);
    const { starts, columns, values } = this.matrix;
    let known = 0;
    for (const product of history) if (inModel[product] >= 0) known++;
    const scale = 1 / Math.sqrt(known);
    for (const product of history) {
      const feature = inModel[product];
      if (feature < 0) continue;
      for (let cell = starts[feature]; cell < starts[feature + 1]; cell++) {
        const candidate = inShop[columns[cell]];
        if (candidate >= 0) out.add(candidate, scale * values[cell]);
      }
    }
  }

  /** The product of a history that speaks most for a candidate; −1 where none does. */
  strongest(products: IdTable, history: Int32Array, candidate: number): number {
    const { inModel } = this.bindingTo(products);
    const target = inModel[candidate];
    const { starts, columns, values } = this.matrix;
    let strongest = -1;
    let most = 0;
    for (const product of history) {
      const feature = inModel[product];
      if (feature < 0 || target < 0) continue;
      for (let cell = starts[feature]; cell < starts[feature + 1]; cell++) {
        if (columns[cell] !== target || values[cell] <= most) continue;
        strongest = product;
        most = values[cell];
      }
    }
    return strongest;
  }

  /** A table only grows: when it has, the model is bound to it again. */
  private bindingTo(products: IdTable): Binding {
    const known = this.bindings.get(products);
    if (known?.size === products.size) return known;
    const inModel = new Int32Array(products.size).fill(-1);
    const inShop = Int32Array.from(this.productIds, (id, index) => {
      const product = products.indexOf(id);
      if (product >= 0) inModel[product] = index;
      return product;
    });
    const binding = { size: products.size, inModel, inShop };
    this.bindings.set(products, binding);
    return binding;
  }

  /** Header, figures, ids, then the matrix: little-endian u32 starts, i32 columns, f32 values. */
  encode(): Uint8Array {
    const { starts, columns, values } = this.matrix;
    const writer = new ByteWriter();
    writer.string(MAGIC);
    writer.varint(VERSION);
    writer.f64(this.figures.l2);
    writer.varint(this.productIds.length);
    for (const id of this.productIds) writer.string(id);
    writer.block(littleEndian(starts));
    writer.block(littleEndian(columns));
    writer.block(littleEndian(values));
    return writer.finish();
  }

  /** @throws Error for bytes of another kind or version, or cut short */
  static decode(bytes: Uint8Array): TemporalRidgeModel {
    const reader = new ByteReader(bytes);
    reader.expectHeader(MAGIC, VERSION);
    const figures = { l2: reader.f64() };
    const productIds = Array.from({ length: reader.varint() }, () => reader.string());
    // API processes decode on their event loop: a megabyte is a copy, not a loop.
    const matrix = {
      starts: new Uint32Array(fromLittleEndian(reader.block())),
      columns: new Int32Array(fromLittleEndian(reader.block())),
      values: new Float32Array(fromLittleEndian(reader.block())),
    };
    if (matrix.starts.length !== productIds.length + 1 || matrix.starts.at(-1) !== matrix.values.length) {
      throw new Error('the matrix does not fit its products');
    }
    return new TemporalRidgeModel(productIds, matrix, figures);
  }
}
