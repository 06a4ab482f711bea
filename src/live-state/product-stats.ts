import type { ByteReader } from '../learn/byte-reader';
import type { ByteWriter } from '../learn/byte-writer';
import { MS_PER_DAY } from '../learn/durations';
import { ForwardDecay } from '../learn/forward-decay';
import { grown } from '../learn/grown';
import { ITEMS_PER_STEP, runTask, type ResumableTask } from '../learn/resumable-task';

/** Statistics of single products, as columns by product index. */
export class ProductStats {
  /** Number of subjects (customers and visits) that have the product in at least one order. */
  purchasers: Int32Array = new Int32Array(64);
  /** Number of subjects that have the product in at least two orders. */
  repeatPurchasers: Int32Array = new Int32Array(64);
  /** Number of (subject, order) pairs whose order contains the product. */
  orders: Int32Array = new Int32Array(64);
  /** Time of the product's first event (ms); Infinity if there is none. */
  firstSeen: Float64Array = new Float64Array(64).fill(Infinity);
  /** Three sums of popularity weights (see `SIGNALS`), with forward decay and half-lives of 7, 30 and 120 days. */
  readonly week = new ForwardDecay(7 * MS_PER_DAY);
  readonly month = new ForwardDecay(30 * MS_PER_DAY);
  readonly season = new ForwardDecay(120 * MS_PER_DAY);
  /** Number of first purchases (a subject's first order with the product), with forward decay and half-life 14 days. */
  readonly acquisitions = new ForwardDecay(14 * MS_PER_DAY);
  private readonly dirty = new Set<number>();
  private versions: Uint32Array = new Uint32Array(64);
  private changes = 0;

  /** Increases with every change of any product. */
  get revision(): number {
    return this.changes;
  }

  /** Returns the product's version, which increases with every change. Derived values are valid until it changes. */
  version(product: number): number {
    return this.versions[product];
  }

  /** Marks the product as changed. */
  touch(product: number): void {
    if (product >= this.purchasers.length) this.grow(product + 1);
    this.dirty.add(product);
    this.countChange(product);
  }

  private countChange(product: number): void {
    this.versions[product]++;
    this.changes++;
  }

  /** Sets each product's time of the first event to the given time (ms), if there is one and it is earlier. */
  lowerFirstSeen(timeOf: (product: number) => number | undefined): void {
    this.firstSeen.forEach((time, product) => {
      if (time < Infinity) this.firstSeen[product] = Math.min(time, timeOf(product) ?? Infinity);
    });
  }

  /** Multiplies all counts and sums by a power of two. */
  multiply(factor: number): void {
    for (const counts of [this.purchasers, this.repeatPurchasers, this.orders])
      for (let product = 0; product < counts.length; product++) counts[product] *= factor;
    for (const decay of this.decays()) decay.multiply(factor);
    for (let product = 0; product < this.versions.length; product++) this.countChange(product);
  }

  pendingChanges(): number {
    return this.dirty.size;
  }

  clearChanges(): void {
    this.dirty.clear();
  }

  writeChanges(writer: ByteWriter): void {
    const products = Array.from(this.dirty).sort((a, b) => a - b);
    writer.varint(products.length);
    for (const product of products) writer.varint(product);
    this.write(writer, products);
    this.dirty.clear();
  }

  readChanges(reader: ByteReader): void {
    const products = Array.from({ length: reader.varint() }, () => reader.varint());
    this.read(reader, products);
  }

  write(writer: ByteWriter, products: readonly number[]): void {
    runTask(this.writeInSteps(writer, products));
  }

  *writeInSteps(writer: ByteWriter, products: readonly number[]): ResumableTask<void> {
    for (const [place, product] of products.entries()) {
      if (place % ITEMS_PER_STEP === 0) yield;
      if (product >= this.purchasers.length) this.grow(product + 1);
      writer.varint(this.purchasers[product]);
      writer.varint(this.repeatPurchasers[product]);
      // A return may have another subject than its order, so this number may be negative.
      writer.signed(this.orders[product]);
      writer.f64(this.firstSeen[product]);
    }
    for (const decay of this.decays()) {
      decay.writeItems(writer, products);
      yield;
    }
  }

  read(reader: ByteReader, products: readonly number[]): void {
    runTask(this.readInSteps(reader, products));
  }

  *readInSteps(reader: ByteReader, products: readonly number[]): ResumableTask<void> {
    for (const [place, product] of products.entries()) {
      if (place % ITEMS_PER_STEP === 0) yield;
      if (product >= this.purchasers.length) this.grow(product + 1);
      this.purchasers[product] = reader.varint();
      this.repeatPurchasers[product] = reader.varint();
      this.orders[product] = reader.signed();
      this.firstSeen[product] = reader.f64();
      this.countChange(product);
    }
    for (const decay of this.decays()) {
      decay.readItems(reader, products);
      yield;
    }
  }

  private decays(): ForwardDecay[] {
    return [this.week, this.month, this.season, this.acquisitions];
  }

  private grow(products: number): void {
    const capacity = Math.max(products, Math.ceil(this.purchasers.length * 1.5));
    this.purchasers = grown(this.purchasers, capacity);
    this.repeatPurchasers = grown(this.repeatPurchasers, capacity);
    this.orders = grown(this.orders, capacity);
    this.firstSeen = grown(this.firstSeen, capacity, Infinity);
    this.versions = grown(this.versions, capacity);
  }
}
