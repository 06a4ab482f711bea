import { isMerge, isSessionSubject, orderKeyOf, subjectOf, type LogEntry, type LogEvent } from '../events/log-event';
import { ByteReader } from '../learn/byte-reader';
import { ByteWriter } from '../learn/byte-writer';
import { ITEMS_PER_STEP, runTask, type ResumableTask } from '../learn/resumable-task';
import { BrowsedSample, COUNTED, ORDERED, SAMPLED } from './browsed-sample';
import { LEARNER_LIMITS, type LearnerLimits } from './learner-limits';
import { ProductPairs } from './product-pairs';
import { ShopState } from './shop-state';
import { FLAGS, ORDERS, POINTS, SubjectTables, UNITS, type TableFormat } from './subject-tables';
import { INTEREST_POPULARITY, interestPoints, isTelling, SIGNALS, unitsOf } from './signals';

export interface Checkpoint {
  readonly shop: Uint8Array;
  readonly subjects: Uint8Array;
}

/**
 * What the one learner of a shop keeps: the item side (`shop`) and, per subject and per order, the integer sums it
 * follows from. Counts are a function of the SET of events applied, whatever their order; the caller applies each
 * logged event exactly once. Decayed sums are equal under replay in the same order.
 *
 * An order is what ONE subject bought under one order key; what counts as theirs by a merge is theirs here too.
 */
export class LearnerState {
  readonly pairs: ProductPairs;
  private readonly tables = new SubjectTables();
  private readonly subjects = this.tables.subjects;
  private readonly orders = this.tables.orders;
  private readonly subjectRows = this.tables.subjectRows;
  private readonly orderRows = this.tables.orderRows;
  private readonly ordersOf = this.tables.ordersOf;
  private readonly robots = this.tables.robots;
  private readonly bulkOrders = this.tables.bulkOrders;
  private readonly sample: BrowsedSample;
  /** It came from a checkpoint that held subjects over today's limits: popularity still counts what they did. */
  wasUnbounded = false;
  /** It came from a checkpoint of another format, which followers of the state cannot read. */
  isConverted = false;

  constructor(
    private readonly limits: LearnerLimits = LEARNER_LIMITS,
    readonly shop = new ShopState(limits.headProducts),
  ) {
    this.pairs = new ProductPairs(shop, limits);
    this.sample = new BrowsedSample(this.subjectRows, FLAGS, limits.browsedPerSubject, {
      subjectId: (subject) => this.subjects.idAt(subject),
      productId: (product) => this.shop.products.idAt(product),
    });
  }

  /** The log's next entry. */
  take(entry: LogEntry): void {
    if (isMerge(entry)) this.merge(entry.from, entry.into);
    else this.apply(entry);
  }

  apply(event: LogEvent): void {
    if (!isTelling(event)) return;
    if (event.occurredAt > this.shop.clock) this.shop.clock = event.occurredAt;
    if (event.productId === undefined) return;
    const signal = SIGNALS[event.type];
    const product = this.shop.productIndex(event.productId);
    const subjectId = subjectOf(event);
    const subject = subjectId === undefined ? -1 : this.subjects.intern(subjectId);
    if (subject >= 0) this.applyToSubject(subject, product, interestPoints(event), signal.units !== 0);
    // Orders count in full; of what anybody may send from a page, only that one more has come to want the product.
    const isNews = subject >= 0 && this.isNewInterest(subject, product);
    this.applyToProduct(product, event, signal.units !== 0 ? signal.units : isNews ? INTEREST_POPULARITY : 0);
    const orderKey = signal.units === 0 ? undefined : orderKeyOf(event);
    if (orderKey === undefined) return;
    const order = this.orders.intern(`${orderKey}\n${subjectId ?? ''}`);
    this.addUnits(order, subject, product, unitsOf(event), event.occurredAt);
  }

  /**
   * What one subject has done so far becomes another's: a visitor has signed in, or two accounts were one person. What
   * they do later under the old name stays apart. Popularity stays as it was told.
   */
  merge(from: string, into: string): void {
    const source = this.subjects.indexOf(from);
    if (source < 0 || from === into || this.robots.has(source)) return;
    const { cells } = this.subjectRows;
    const entries = this.subjectRows.entries(source).map((at) => [cells[at], cells[at + POINTS], cells[at + FLAGS]]);
    this.takeBack(source);
    const target = this.subjects.intern(into);
    for (const [product, points, flags] of entries) {
      const at = this.applyToSubject(target, product, points, (flags & ORDERED) !== 0);
      if (at >= 0) this.subjectRows.cells[at + FLAGS] |= flags & COUNTED;
    }
    const orders = this.ordersOf.entries(source).map((at) => this.ordersOf.cells[at]);
    this.ordersOf.clear(source);
    for (const order of orders) this.moveOrder(order, from, into, target);
  }

  /** An order becomes another subject's, or part of the one that they have under the same key. */
  private moveOrder(order: number, from: string, into: string, target: number): void {
    const orderKey = this.orders.idAt(order).slice(0, -from.length);
    const to = this.orders.intern(orderKey + into);
    const isBulk = this.bulkOrders.delete(order);
    const { cells } = this.orderRows;
    const entries = this.orderRows.entries(order).map((at) => [cells[at], cells[at + UNITS]]);
    this.clearOrder(order);
    if (isBulk && !this.bulkOrders.has(to)) {
      if (this.orderRows.length(to) === 0) this.ordersOf.append(target, to);
      this.dropOrder(to, target);
    }
    for (const [product, units] of entries) this.addUnits(to, target, product, units);
  }

  pending(): number {
    return this.shop.pending();
  }

  takeDelta(): Uint8Array {
    return runTask(this.takingDelta());
  }

  /** The same in steps, during which nothing may be applied. */
  takingDelta(): ResumableTask<Uint8Array> {
    return this.shop.takingDelta();
  }

  private applyToProduct(product: number, event: LogEvent, weight: number): void {
    const { stats } = this.shop;
    stats.touch(product);
    if (event.occurredAt < stats.firstSeen[product]) stats.firstSeen[product] = event.occurredAt;
    if (weight === 0) return;
    stats.week.add(product, weight, event.occurredAt);
    stats.month.add(product, weight, event.occurredAt);
    stats.season.add(product, weight, event.occurredAt);
  }

  /** @returns offset of the subject's entry; −1 for a robot */
  private applyToSubject(subject: number, product: number, points: number, isOrdered: boolean): number {
    const at = this.robots.has(subject) ? -1 : this.subjectEntry(subject, product);
    if (at < 0) return at;
    const { cells } = this.subjectRows;
    const before = this.isInterest(at);
    if (isOrdered && (cells[at + FLAGS] & ORDERED) === 0) {
      const replacement = this.sample.order(subject, at);
      // The entry itself is not in the sample any more: with these points it may join below.
      if (replacement >= 0 && this.isInterest(replacement)) this.bumpInterest(subject, replacement, 1);
    }
    cells[at + POINTS] += points;
    const after = this.isInterest(at);
    if (before !== after) this.bumpInterest(subject, at, after ? 1 : -1);
    return at;
  }

  private isInterest(at: number): boolean {
    return this.subjectRows.cells[at + POINTS] > 0 && this.sample.includes(at);
  }

  private bumpInterest(subject: number, at: number, by: 1 | -1): void {
    const product = this.subjectRows.cells[at];
    if (by > 0) this.pairs.interest.add(subject, product);
    else this.pairs.interest.remove(subject, product);
  }

  /** Once for each subject and product, ever: whoever takes back and repeats an interest adds nothing. */
  private isNewInterest(subject: number, product: number): boolean {
    const at = this.robots.has(subject) ? -1 : this.subjectRows.find(subject, product);
    const { cells } = this.subjectRows;
    if (at < 0 || (cells[at + FLAGS] & COUNTED) !== 0 || cells[at + POINTS] <= 0) return false;
    cells[at + FLAGS] |= COUNTED;
    return true;
  }

  /** @param occurredAt absent where nothing is bought now: an order changes hands */
  private addUnits(order: number, subject: number, product: number, units: number, occurredAt?: number): void {
    if (this.bulkOrders.has(order)) return;
    if (subject >= 0 && this.orderRows.length(order) === 0) this.ordersOf.append(subject, order);
    let at = this.orderRows.find(order, product);
    if (at < 0) {
      if (this.orderRows.length(order) >= this.limits.productsPerOrder) {
        this.dropOrder(order, subject, occurredAt);
        return;
      }
      at = this.orderRows.append(order, product);
    }
    const { cells } = this.orderRows;
    const before = cells[at + UNITS] > 0;
    cells[at + UNITS] += units;
    const after = cells[at + UNITS] > 0;
    if (before === after) return;
    if (after) this.pairs.purchase.add(order, product);
    else this.pairs.purchase.remove(order, product);
    this.countOrder(subject, product, after ? 1 : -1, occurredAt);
  }

  /** The subject has the product in one order more, or one less. */
  private countOrder(subject: number, product: number, by: 1 | -1, occurredAt?: number): void {
    if (subject < 0 || this.robots.has(subject)) return;
    const at = this.subjectEntry(subject, product);
    if (at < 0) return;
    const before = this.subjectRows.cells[at + ORDERS] > 0;
    this.addOrders(at, product, by);
    const after = this.subjectRows.cells[at + ORDERS] > 0;
    if (before !== after && occurredAt !== undefined) this.shop.stats.acquisitions.add(product, by, occurredAt);
  }

  /** The entry's subject has the product in so many orders more. */
  private addOrders(at: number, product: number, more: number): void {
    if (more === 0) return;
    const { stats } = this.shop;
    const { cells } = this.subjectRows;
    const before = cells[at + ORDERS];
    const after = (cells[at + ORDERS] += more);
    stats.touch(product);
    stats.orders[product] += more;
    stats.purchasers[product] += Number(after > 0) - Number(before > 0);
    stats.repeatPurchasers[product] += Number(after > 1) - Number(before > 1);
  }

  /** Offset of the subject's entry for the product; −1 when this product made the subject a robot. */
  private subjectEntry(subject: number, product: number): number {
    const known = this.subjectRows.find(subject, product);
    if (known >= 0) return known;
    if (this.subjectRows.length(subject) >= this.mostProducts(subject)) {
      this.dropSubject(subject);
      return -1;
    }
    const at = this.subjectRows.append(subject, product);
    this.sample.enter(subject, at, (leaving) => this.leaveSample(subject, leaving));
    return at;
  }

  private leaveSample(subject: number, at: number): void {
    if (this.isInterest(at)) this.bumpInterest(subject, at, -1);
  }

  private mostProducts(subject: number): number {
    const { productsPerSubject, productsPerVisit } = this.limits;
    return isSessionSubject(this.subjects.idAt(subject)) ? productsPerVisit : productsPerSubject;
  }

  /** A robot: it has contributed nothing, and never will. */
  private dropSubject(subject: number): void {
    this.robots.add(subject);
    this.takeBack(subject);
  }

  /** Takes back all that a subject has contributed, and forgets it. */
  private takeBack(subject: number): void {
    const { cells } = this.subjectRows;
    for (const at of this.subjectRows.entries(subject)) {
      if (this.isInterest(at)) {
        cells[at + POINTS] = 0;
        this.bumpInterest(subject, at, -1);
      }
      this.addOrders(at, cells[at], -cells[at + ORDERS]);
    }
    this.subjectRows.clear(subject);
  }

  private dropOrder(order: number, subject: number, occurredAt?: number): void {
    this.bulkOrders.add(order);
    for (const product of this.clearOrder(order)) this.countOrder(subject, product, -1, occurredAt);
  }

  /** Takes back an order's pairs, and forgets it. @returns the products that it held */
  private clearOrder(order: number): number[] {
    const { cells } = this.orderRows;
    const held = this.orderRows.entries(order).filter((at) => cells[at + UNITS] > 0);
    const products = held.map((at) => cells[at]);
    for (const at of held) {
      cells[at + UNITS] = 0;
      this.pairs.purchase.remove(order, cells[at]);
    }
    this.orderRows.clear(order);
    return products;
  }

  /** A checkpoint. Deltas go on as if nothing had happened: they carry values, so a change sent twice does no harm. */
  encode(): Checkpoint {
    return runTask(this.encoding());
  }

  /** The same in steps, during which nothing may be applied. */
  *encoding(): ResumableTask<Checkpoint> {
    const writer = new ByteWriter();
    yield* this.tables.writing(writer);
    return { shop: yield* this.shop.encoding(), subjects: writer.detach() };
  }

  static decode(bytes: Checkpoint, limits = LEARNER_LIMITS): LearnerState {
    return runTask(LearnerState.decoding(bytes, limits));
  }

  /** In steps. @throws Error for bytes of another format, and where they don't fit */
  static *decoding(bytes: Checkpoint, limits = LEARNER_LIMITS): ResumableTask<LearnerState> {
    const older = ShopState.decodeWithoutPairs(bytes.shop, limits.headProducts);
    const state = new LearnerState(limits, older ?? (yield* ShopState.decoding(bytes.shop)));
    const format = yield* state.tables.reading(new ByteReader(bytes.subjects));
    if ((format === 'current') !== (older === null)) throw new Error('the halves of the checkpoint are of two formats');
    yield* state.restoringSets(format);
    state.shop.forgetChanges();
    return state;
  }

  /** The sets that pairs are counted from. The counts of an older format are made from them, too. */
  private *restoringSets(format: TableFormat): ResumableTask<void> {
    const { interest, purchase } = this.pairs;
    this.isConverted = format !== 'current';
    if (this.isConverted) this.pairs.pause();
    for (let order = 0; order < this.orders.size; order++) {
      for (const at of this.orderRows.entries(order)) {
        if (this.orderRows.cells[at + UNITS] > 0) purchase.restore(order, this.orderRows.cells[at]);
      }
      if (order % ITEMS_PER_STEP === 0) yield;
    }
    for (let subject = 0; subject < this.subjects.size; subject++) {
      if (format === 'unbounded') this.flag(subject);
      for (const at of this.subjectRows.entries(subject)) {
        if (this.isInterest(at)) interest.restore(subject, this.subjectRows.cells[at]);
      }
      if (format === 'unbounded') this.bound(subject);
      if (subject % ITEMS_PER_STEP === 0) yield;
    }
    if (this.isConverted) yield* this.pairs.rebuilding();
    else this.pairs.noteAllLists();
  }

  /** In the unbounded format, every product takes part in pairs. */
  private flag(subject: number): void {
    const { cells } = this.subjectRows;
    const ordered = new Set(this.tables.orderedProducts(subject));
    for (const at of this.subjectRows.entries(subject)) {
      cells[at + FLAGS] = (cells[at + FLAGS] & COUNTED) | (ordered.has(cells[at]) ? ORDERED : SAMPLED);
    }
  }

  /** Brings a subject of the unbounded format within the limits. */
  private bound(subject: number): void {
    const products = this.subjectRows.length(subject);
    const isRobot = products > this.mostProducts(subject);
    if (isRobot) this.dropSubject(subject);
    const left = isRobot ? products : this.sample.trim(subject, (at) => this.leaveSample(subject, at));
    if (left > 0) this.wasUnbounded = true;
  }
}
