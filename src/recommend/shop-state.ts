import { ByteReader } from '../learn/byte-reader';
import { ByteWriter } from '../learn/byte-writer';
import { Cooccurrence, MAX_HEAD_ITEMS } from '../learn/cooccurrence';
import { IdTable } from '../learn/id-table';
import { runTask, type ResumableTask } from '../learn/resumable-task';
import { NeighbourLists } from './neighbour-lists';
import { ProductStats } from './product-stats';

export const SHOP_MAGIC = 'freshet-shop';
export const SHOP_VERSION = 2;
/** All pairs, cell by cell. */
const CELLS_VERSION = 1;
/** The first byte of a delta. */
const DELTA = 0;
export const WHOLE = 1;

/** How many subjects, or orders, a similarity must rest on before it counts in full. */
export const INTEREST_SHRINK = 10;
export const PURCHASE_SHRINK = 5;

/**
 * The item side of live state: what an API process answers from. The learner owns one and changes it; everybody else
 * decodes a checkpoint and applies deltas, and then has the very same state.
 */
export class ShopState {
  products = new IdTable();
  /** Customer-level co-interest: how many subjects are interested in both products. */
  interest: Cooccurrence;
  /** Order-level co-purchase: how many orders hold both products. */
  purchase: Cooccurrence;
  stats = new ProductStats();
  /** Derived from the counts, never stored: see {@link refreshNeighbours}. */
  interestNeighbours: NeighbourLists;
  purchaseNeighbours: NeighbourLists;
  /** `occurredAt` of the newest event applied: "now" for a shop whose data ends in the past. −Infinity when empty. */
  clock = -Infinity;
  private sentProducts = 0;

  constructor(maxHeadItems = MAX_HEAD_ITEMS) {
    this.interest = new Cooccurrence(maxHeadItems);
    this.purchase = new Cooccurrence(maxHeadItems);
    this.interestNeighbours = new NeighbourLists(this.interest, INTEREST_SHRINK);
    this.purchaseNeighbours = new NeighbourLists(this.purchase, PURCHASE_SHRINK);
  }

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

  /** The same in steps, during which the state may not change. */
  *refreshingNeighbours(): ResumableTask<void> {
    yield* this.interestNeighbours.refreshing();
    yield* this.purchaseNeighbours.refreshing();
  }

  /**
   * The next few rows that have changed, in both views.
   * @returns how many there were; 0 when everything is fresh
   */
  refreshSomeNeighbours(rows: number): number {
    return this.interestNeighbours.refresh(rows) + this.purchaseNeighbours.refresh(rows);
  }

  /** See {@link NeighbourLists.expire}; where all pairs are counted, lists are stored and don't expire. */
  expireNeighbours(): void {
    if (this.interest.isPartial) this.interestNeighbours.expire();
    if (this.purchase.isPartial) this.purchaseNeighbours.expire();
  }

  encode(): Uint8Array {
    return runTask(this.encoding());
  }

  /** The same in steps, during which the state may not change. */
  *encoding(): ResumableTask<Uint8Array> {
    const writer = new ByteWriter();
    writer.string(SHOP_MAGIC);
    writer.varint(SHOP_VERSION);
    writer.f64(this.clock);
    yield* this.products.writing(writer, 0);
    yield* this.interest.encoding(writer);
    yield* this.purchase.encoding(writer);
    yield* this.stats.writing(writer, this.allProducts());
    return writer.detach();
  }

  static decode(bytes: Uint8Array): ShopState {
    return runTask(ShopState.decoding(bytes));
  }

  /** In steps. @throws Error for bytes of another format, and where they don't fit */
  static *decoding(bytes: Uint8Array): ResumableTask<ShopState> {
    const state = new ShopState();
    yield* state.loading(bytes);
    return state;
  }

  /**
   * Reads what releases before 0.3.0 wrote, without the pairs and the `n` of both views.
   * @returns null for bytes of this release
   */
  static decodeWithoutPairs(bytes: Uint8Array, maxHeadItems: number): ShopState | null {
    const reader = new ByteReader(bytes);
    if (reader.expectHeader(SHOP_MAGIC, SHOP_VERSION, CELLS_VERSION) === SHOP_VERSION) return null;
    const state = new ShopState(maxHeadItems);
    state.clock = reader.f64();
    state.products.readFrom(reader);
    skipCells(reader);
    skipCells(reader);
    state.stats.read(reader, state.allProducts());
    state.grow();
    state.sentProducts = state.products.size;
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
      runTask(this.loading(reader.block()));
      return;
    }
    this.clock = reader.f64();
    this.products.readFrom(reader);
    this.grow();
    this.interest.readChanges(reader);
    this.purchase.readChanges(reader);
    this.stats.readChanges(reader);
  }

  private *loading(bytes: Uint8Array): ResumableTask<void> {
    const reader = new ByteReader(bytes);
    reader.expectHeader(SHOP_MAGIC, SHOP_VERSION);
    this.clock = reader.f64();
    this.products = new IdTable();
    yield* this.products.reading(reader);
    this.interest = yield* Cooccurrence.decoding(reader);
    this.purchase = yield* Cooccurrence.decoding(reader);
    this.stats = new ProductStats();
    yield* this.stats.reading(reader, this.allProducts());
    this.interestNeighbours = new NeighbourLists(this.interest, INTEREST_SHRINK);
    this.purchaseNeighbours = new NeighbourLists(this.purchase, PURCHASE_SHRINK);
    this.sentProducts = this.products.size;
  }

  private allProducts(): number[] {
    return Array.from({ length: this.products.size }, (_, product) => product);
  }
}

/** Per row its n, and its cells: a gap and a count each. */
function skipCells(reader: ByteReader): void {
  const rows = reader.varint();
  for (let row = 0; row < rows; row++) {
    reader.varint();
    const cells = reader.varint();
    for (let number = 0; number < 2 * cells; number++) reader.varint();
  }
}
