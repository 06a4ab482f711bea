import { ByteReader } from '../learn/byte-reader';
import { ByteWriter } from '../learn/byte-writer';
import { Cooccurrence } from '../learn/cooccurrence';
import { IdTable } from '../learn/id-table';
import { runTask, type ResumableTask } from '../learn/resumable-task';
import { NeighbourLists } from './neighbour-lists';
import { ProductStats } from './product-stats';

const MAGIC = 'freshet-shop';
const VERSION = 1;
const DELTA = 0;
const WHOLE = 1;

/** How many subjects, or orders, a similarity must rest on before it counts in full. */
const INTEREST_SHRINK = 10;
const PURCHASE_SHRINK = 5;

/**
 * The item side of live state: what an API process answers from. The learner owns one and changes it; everybody else
 * decodes a checkpoint and applies deltas, and then has the very same state.
 */
export class ShopState {
  products = new IdTable();
  /** Customer-level co-interest: how many subjects are interested in both products. */
  interest = new Cooccurrence();
  /** Order-level co-purchase: how many orders hold both products. */
  purchase = new Cooccurrence();
  stats = new ProductStats();
  /** Derived from the counts, never stored: see {@link refreshNeighbours}. */
  interestNeighbours = new NeighbourLists(this.interest, INTEREST_SHRINK);
  purchaseNeighbours = new NeighbourLists(this.purchase, PURCHASE_SHRINK);
  /** `occurredAt` of the newest event applied: "now" for a shop whose data ends in the past. −Infinity when empty. */
  clock = -Infinity;
  private sentProducts = 0;

  /** Index of a product, new or not; everything has room for it. */
  productIndex(id: string): number {
    const index = this.products.intern(id);
    if (index >= this.interest.items) this.grow();
    return index;
  }

  private grow(): void {
    this.interest.grow(this.products.size);
    this.purchase.grow(this.products.size);
  }

  /**
   * Brings who is whose neighbour up to date, all of it. It takes about 0.1 ms a product in each view, so whoever serves
   * calls it after decoding and before answering; the first answer does it otherwise.
   */
  refreshNeighbours(): void {
    this.interestNeighbours.refresh();
    this.purchaseNeighbours.refresh();
  }

  /**
   * The next few rows that have changed, in both views.
   * @returns how many there were; 0 when everything is fresh
   */
  refreshSomeNeighbours(rows: number): number {
    return this.interestNeighbours.refresh(rows) + this.purchaseNeighbours.refresh(rows);
  }

  encode(): Uint8Array {
    return runTask(this.encoding());
  }

  /** The same in steps, during which the state may not change. */
  *encoding(): ResumableTask<Uint8Array> {
    const writer = new ByteWriter();
    writer.string(MAGIC);
    writer.varint(VERSION);
    writer.f64(this.clock);
    yield* this.products.writing(writer, 0);
    yield* this.interest.encoding(writer);
    yield* this.purchase.encoding(writer);
    this.stats.write(writer, this.allProducts());
    return writer.finish();
  }

  static decode(bytes: Uint8Array): ShopState {
    const state = new ShopState();
    state.load(bytes);
    return state;
  }

  /** Changed cells and products since the last delta; a cell changed twice may count twice. */
  pending(): number {
    return this.interest.pending() + this.purchase.pending() + this.stats.pending();
  }

  /** VALUES of everything that changed since the last take (the whole state, where that is most of it). */
  takeDelta(): Uint8Array {
    return runTask(this.takingDelta());
  }

  /** The same in steps, during which the state may not change. */
  *takingDelta(): ResumableTask<Uint8Array> {
    const writer = new ByteWriter();
    const whole = this.interest.overflowed || this.purchase.overflowed;
    writer.u8(whole ? WHOLE : DELTA);
    if (whole) {
      this.forgetChanges();
      writer.block(yield* this.encoding());
      return writer.finish();
    }
    writer.f64(this.clock);
    yield* this.products.writing(writer, this.sentProducts);
    this.sentProducts = this.products.size;
    yield* this.interest.writingChanges(writer);
    yield* this.purchase.writingChanges(writer);
    this.stats.writeChanges(writer);
    return writer.finish();
  }

  /** After a checkpoint: the next delta starts here. */
  forgetChanges(): void {
    this.interest.forgetChanges();
    this.purchase.forgetChanges();
    this.stats.forgetChanges();
    this.sentProducts = this.products.size;
  }

  applyDelta(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes);
    if (reader.u8() === WHOLE) {
      this.load(reader.block());
      return;
    }
    this.clock = reader.f64();
    this.products.readFrom(reader);
    this.grow();
    this.interest.readChanges(reader);
    this.purchase.readChanges(reader);
    this.stats.readChanges(reader);
  }

  private load(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes);
    reader.expectHeader(MAGIC, VERSION);
    this.clock = reader.f64();
    this.products = new IdTable();
    this.products.readFrom(reader);
    this.interest = Cooccurrence.decode(reader);
    this.purchase = Cooccurrence.decode(reader);
    this.stats = new ProductStats();
    this.stats.read(reader, this.allProducts());
    this.interestNeighbours = new NeighbourLists(this.interest, INTEREST_SHRINK);
    this.purchaseNeighbours = new NeighbourLists(this.purchase, PURCHASE_SHRINK);
    this.sentProducts = this.products.size;
  }

  private allProducts(): number[] {
    return Array.from({ length: this.products.size }, (_, product) => product);
  }
}
