import { ByteReader } from '../learn/byte-reader';
import { ByteWriter } from '../learn/byte-writer';
import { Cooccurrence, MAX_HEAD_ITEMS } from '../learn/cooccurrence';
import { IdTable } from '../learn/id-table';
import { runTask, type ResumableTask } from '../learn/resumable-task';
import { NeighbourLists } from './neighbour-lists';
import { SessionStore } from '../learn/session-store';
import { ProductStats } from './product-stats';

export const SHOP_MAGIC = 'freshet-shop';
export const SHOP_VERSION = 3;
/** The format of a state that lacks sessions. */
export const SHOP_VERSION_WITHOUT_SESSIONS = 2;
/** First byte of a delta that carries only changes. */
const DELTA = 0;
/** First byte of a delta that carries the full state. */
export const FULL_STATE = 1;

/** Added to the denominator of co-interest similarities, to damp those that are based on few subjects. */
export const INTEREST_SHRINK = 10;
/** Added to the denominator of co-purchase similarities, to damp those that are based on few orders. */
export const PURCHASE_SHRINK = 5;

/**
 * The part of a shop's live state from which API processes answer requests: counts and sums per product, and the
 * sessions of customers and visits. The learner owns and changes one instance. All other processes decode a checkpoint
 * and apply deltas, which gives exactly the same state.
 *
 * Sessions are personal data, although they have no ids: see {@link dropSessions}.
 */
export class ShopState {
  products = new IdTable();
  /** Co-interest: the number of subjects (customers and visits) that are interested in both products. */
  interest: Cooccurrence;
  /** Co-purchase: the number of orders that contain both products. */
  purchase: Cooccurrence;
  stats = new ProductStats();
  /** Sessions of customers and visits. Subjects and orders are the learner's indexes. */
  sessions: SessionStore;
  /** Both neighbour lists are derived from the counts and never stored: see {@link refreshNeighbours}. */
  interestNeighbours: NeighbourLists;
  purchaseNeighbours: NeighbourLists;
  /**
   * `occurredAt` of the newest applied event; −Infinity if there is none. It is used as the current time, because a
   * shop's data may end in the past.
   */
  clock = -Infinity;
  /**
   * Whether the state has no sessions and adds none, because they were dropped (see {@link dropSessions}). Only a state
   * that is learned from the start of the log has sessions again.
   */
  lacksSessions = false;
  private sentProductCount = 0;

  /** @param maxSessionEntries maximum number of products, summed over sessions; only the learner needs it */
  constructor(
    maxHeadItems = MAX_HEAD_ITEMS,
    private readonly maxSessionEntries = Infinity,
  ) {
    this.sessions = this.newSessionStore();
    this.interest = new Cooccurrence(maxHeadItems);
    this.purchase = new Cooccurrence(maxHeadItems);
    this.interestNeighbours = new NeighbourLists(this.interest, INTEREST_SHRINK);
    this.purchaseNeighbours = new NeighbourLists(this.purchase, PURCHASE_SHRINK);
  }

  /** Returns the index of a product. A new product is added to the table and to the counts. */
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
   * Refreshes all neighbour lists, in about 0.1 ms per product for each view (co-interest and co-purchase). Otherwise
   * the first request would do this work.
   */
  refreshNeighbours(): void {
    this.interestNeighbours.refresh();
    this.purchaseNeighbours.refresh();
  }

  /** Like {@link refreshNeighbours}, but in steps. The state must not change between steps. */
  *refreshNeighboursInSteps(): ResumableTask<void> {
    yield* this.interestNeighbours.refreshInSteps();
    yield* this.purchaseNeighbours.refreshInSteps();
  }

  /**
   * Refreshes the next few changed rows in both views.
   * @returns number of refreshed rows; 0 if all are up to date
   */
  refreshSomeNeighbours(rows: number): number {
    return this.interestNeighbours.refresh(rows) + this.purchaseNeighbours.refresh(rows);
  }

  /**
   * Marks the neighbour lists of a large catalogue as outdated: see {@link NeighbourLists.expire}. A view whose pairs
   * are all counted does not need this.
   */
  expireNeighbours(): void {
    if (this.interest.isPartial) this.interestNeighbours.expire();
    if (this.purchase.isPartial) this.purchaseNeighbours.expire();
  }

  /**
   * Drops all sessions and adds none from now on. After an erasure, removing the sessions of the erased subjects is not
   * enough, because merges may have moved sessions to other subjects.
   */
  dropSessions(): void {
    if (this.lacksSessions) return;
    this.lacksSessions = true;
    this.sessions = this.newSessionStore();
  }

  private newSessionStore(): SessionStore {
    return new SessionStore({ maxEntries: this.maxSessionEntries });
  }

  /** Multiplies all counts and sums by a power of two, as if each customer were that many customers. */
  multiplyCounts(factor: number): void {
    this.interest.multiply(factor);
    this.purchase.multiply(factor);
    this.stats.multiply(factor);
    this.interestNeighbours.expire();
    this.purchaseNeighbours.expire();
  }

  encode(): Uint8Array {
    return runTask(this.encodeInSteps());
  }

  /** Like {@link encode}, but in steps. The state must not change between steps. */
  *encodeInSteps(): ResumableTask<Uint8Array> {
    const writer = new ByteWriter();
    writer.string(SHOP_MAGIC);
    writer.varint(this.lacksSessions ? SHOP_VERSION_WITHOUT_SESSIONS : SHOP_VERSION);
    writer.f64(this.clock);
    yield* this.products.writeInSteps(writer, 0);
    yield* this.interest.encodeInSteps(writer);
    yield* this.purchase.encodeInSteps(writer);
    yield* this.stats.writeInSteps(writer, this.allProducts());
    if (!this.lacksSessions) yield* this.sessions.writeInSteps(writer);
    return writer.detach();
  }

  static decode(bytes: Uint8Array): ShopState {
    return runTask(ShopState.decodeInSteps(bytes));
  }

  /** Decodes a state in steps. @throws Error for bytes of another format, and for inconsistent bytes */
  static *decodeInSteps(bytes: Uint8Array, maxSessionEntries = Infinity): ResumableTask<ShopState> {
    const state = new ShopState(MAX_HEAD_ITEMS, maxSessionEntries);
    yield* state.loadInSteps(bytes);
    return state;
  }

  /** Returns the number of pair counts and products changed since the last delta. Some may be counted repeatedly. */
  pendingChanges(): number {
    const { interest, purchase, stats, sessions } = this;
    return interest.pendingChanges() + purchase.pendingChanges() + stats.pendingChanges() + sessions.pendingChanges();
  }

  /** Returns and clears the pending delta: the new values, or the full state if too much has changed. */
  drainDelta(): Uint8Array {
    return runTask(this.drainDeltaInSteps());
  }

  /** Like {@link drainDelta}, but in steps. The state must not change between steps. */
  *drainDeltaInSteps(): ResumableTask<Uint8Array> {
    const writer = new ByteWriter();
    const isFullState = [this.interest, this.purchase, this.sessions].some((part) => part.hasOverflowed);
    writer.u8(isFullState ? FULL_STATE : DELTA);
    if (isFullState) {
      this.clearChanges();
      writer.block(yield* this.encodeInSteps());
      return writer.finish();
    }
    writer.f64(this.clock);
    yield* this.products.writeInSteps(writer, this.sentProductCount);
    this.sentProductCount = this.products.size;
    yield* this.interest.writeChangesInSteps(writer);
    yield* this.purchase.writeChangesInSteps(writer);
    this.stats.writeChanges(writer);
    if (!this.lacksSessions) yield* this.sessions.writeChangesInSteps(writer);
    return writer.finish();
  }

  /** Clears pending changes after a checkpoint, so that the next delta starts from it. */
  clearChanges(): void {
    this.interest.clearChanges();
    this.purchase.clearChanges();
    this.stats.clearChanges();
    this.sessions.clearChanges();
    this.sentProductCount = this.products.size;
  }

  applyDelta(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes);
    if (reader.u8() === FULL_STATE) {
      runTask(this.loadInSteps(reader.block()));
      return;
    }
    this.clock = reader.f64();
    this.products.readFrom(reader);
    this.grow();
    this.interest.readChanges(reader);
    this.purchase.readChanges(reader);
    this.stats.readChanges(reader);
    // A learner whose state lacks sessions sends none.
    if (reader.isAtEnd) this.dropSessions();
    else if (!this.lacksSessions) this.sessions.readChanges(reader);
  }

  private *loadInSteps(bytes: Uint8Array): ResumableTask<void> {
    const reader = new ByteReader(bytes);
    const version = reader.expectHeader(SHOP_MAGIC, SHOP_VERSION, SHOP_VERSION_WITHOUT_SESSIONS);
    this.clock = reader.f64();
    this.products = new IdTable();
    yield* this.products.readInSteps(reader);
    this.interest = yield* Cooccurrence.decodeInSteps(reader);
    this.purchase = yield* Cooccurrence.decodeInSteps(reader);
    this.stats = new ProductStats();
    yield* this.stats.readInSteps(reader, this.allProducts());
    this.sessions = this.newSessionStore();
    this.lacksSessions = version === SHOP_VERSION_WITHOUT_SESSIONS;
    if (!this.lacksSessions) yield* this.sessions.readInSteps(reader);
    this.interestNeighbours = new NeighbourLists(this.interest, INTEREST_SHRINK);
    this.purchaseNeighbours = new NeighbourLists(this.purchase, PURCHASE_SHRINK);
    this.sentProductCount = this.products.size;
  }

  private allProducts(): number[] {
    return Array.from({ length: this.products.size }, (_, product) => product);
  }
}
