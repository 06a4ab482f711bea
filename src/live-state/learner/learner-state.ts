import { isMerge, isSessionSubject, orderKeyOf, subjectOf, type LogEntry, type LogEvent } from '../../events/log-event';
import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import { ITEMS_PER_STEP, runTask, type ResumableTask } from '../../learn/resumable-task';
import { BrowsedSample, COUNTED, ORDERED } from './browsed-sample';
import { LEARNER_LIMITS, type LearnerLimits } from './learner-limits';
import { ProductPairs } from './product-pairs';
import { ShopState } from '../shop-state';
import { FLAGS, ORDERS, POINTS, SubjectTables, UNITS } from './subject-tables';
import { INTEREST_POPULARITY, interestPoints, isSignal, SIGNALS, unitsOf } from '../signals';

export interface Checkpoint {
  readonly shop: Uint8Array;
  readonly subjects: Uint8Array;
}

/**
 * The state of a shop's learner. `shop` holds the sums per product. This class holds the integer sums per subject (a
 * customer or a visit) and per order, from which `shop` is derived. While there are no more visits than the limit, counts
 * depend on the SET of applied events and not on their sequence. Beyond the limit, the sequence of the log decides which
 * visits leave, and how often a visit that comes back counts. Two replays give the same decayed sums only if they apply the events in the same sequence. The
 * caller must apply each logged event exactly once.
 *
 * An order is what ONE subject bought under one order key (see `orderKeyOf`). If a subject is merged into another one,
 * its orders move to that one.
 */
export class LearnerState {
  readonly pairs: ProductPairs;
  private readonly tables = new SubjectTables();
  private readonly subjects = this.tables.subjects;
  private readonly orders = this.tables.orders;
  private readonly subjectRows = this.tables.subjectRows;
  private readonly orderRows = this.tables.orderRows;
  private readonly ordersOf = this.tables.ordersOf;
  private readonly botSubjects = this.tables.botSubjects;
  private readonly bulkOrders = this.tables.bulkOrders;
  private readonly sample: BrowsedSample;
  /** Number of visits that may leave: those without an order. */
  private visits = 0;
  /** No visit with a smaller index may leave. */
  private oldestVisit = 0;

  constructor(
    private readonly limits: LearnerLimits = LEARNER_LIMITS,
    readonly shop = new ShopState(limits.headProducts, limits.sessionEntries),
  ) {
    this.pairs = new ProductPairs(shop, limits);
    this.sample = new BrowsedSample(this.subjectRows, FLAGS, limits.browsedPerSubject, {
      subjectId: (subject) => this.subjects.idAt(subject),
      productId: (product) => this.shop.products.idAt(product),
    });
  }

  applyEntry(entry: LogEntry): void {
    if (isMerge(entry)) this.merge(entry.from, entry.into);
    else this.apply(entry);
  }

  apply(event: LogEvent): void {
    if (!isSignal(event)) return;
    if (event.occurredAt > this.shop.clock) this.shop.clock = event.occurredAt;
    if (event.productId === undefined) return;
    const signal = SIGNALS[event.type];
    const product = this.shop.productIndex(event.productId);
    const subjectId = subjectOf(event);
    const subject = subjectId === undefined ? -1 : this.internSubject(subjectId);
    if (subject >= 0) this.applyToSubject(subject, product, interestPoints(event), signal.units !== 0);
    // For popularity, order events count in full. Interest from other events, which any visitor can send, counts once
    // per subject and product.
    const isFirstInterest = subject >= 0 && this.isNewInterest(subject, product);
    this.applyToProduct(product, event, signal.units !== 0 ? signal.units : isFirstInterest ? INTEREST_POPULARITY : 0);
    const orderKey = signal.units === 0 ? undefined : orderKeyOf(event);
    let order = -1;
    if (orderKey !== undefined) {
      order = this.orders.intern(`${orderKey}\n${subjectId ?? ''}`);
      this.addUnits(order, subject, product, unitsOf(event), event.occurredAt);
    }
    if (subject >= 0) this.addToSession(event, subject, product, event.source === 'ORDERS' ? order : -1);
    this.forgetOldestVisits();
  }

  /**
   * Adds an event that shows interest to the sessions. Later events that take the interest away don't remove it. Bots
   * and orders over the limit have no sessions.
   */
  private addToSession(event: LogEvent, subject: number, product: number, order: number): void {
    if (this.shop.lacksSessions) return;
    if (interestPoints(event) <= 0 || this.botSubjects.has(subject) || this.bulkOrders.has(order)) return;
    this.shop.sessions.insert({ subject, order, product, at: event.occurredAt });
  }

  /**
   * Moves a subject's past events to another subject, for example when a visitor has signed in. Later events under the
   * old id are not moved. Popularity does not change.
   */
  merge(from: string, into: string): void {
    const source = this.subjects.indexOf(from);
    if (source < 0 || from === into || this.botSubjects.has(source)) return;
    const { cells } = this.subjectRows;
    const entries = this.subjectRows.entries(source).map((at) => [cells[at], cells[at + POINTS], cells[at + FLAGS]]);
    this.removeContributions(source);
    const target = this.internSubject(into);
    const movedOrder = (order: number): number => this.orders.intern(this.orderKeyAt(order, from) + into);
    const orders = this.ordersOf.entries(source).map((at) => this.ordersOf.cells[at]);
    // The moved orders get their indexes in this sequence, so that the indexes do not depend on the sessions.
    orders.forEach(movedOrder);
    if (this.botSubjects.has(target)) this.shop.sessions.remove(source);
    else this.shop.sessions.merge(source, target, movedOrder);
    for (const [product, points, flags] of entries) {
      const at = this.applyToSubject(target, product, points, (flags & ORDERED) !== 0);
      if (at >= 0) this.subjectRows.cells[at + FLAGS] |= flags & COUNTED;
    }
    this.ordersOf.clear(source);
    this.oldestVisit = Math.min(this.oldestVisit, source);
    for (const order of orders) this.moveOrder(order, from, into, target);
    // Without its orders, the visit may leave.
    if (orders.length > 0 && isSessionSubject(from)) this.visits++;
    this.forgetOldestVisits();
  }

  private internSubject(id: string): number {
    const { size } = this.subjects;
    const subject = this.subjects.intern(id);
    if (subject >= size && isSessionSubject(id)) this.visits++;
    return subject;
  }

  /**
   * Removes the oldest visits, in the order of their first events in the log, if there are more than the limit. Anyone
   * can start visits, so they would otherwise fill the memory. A visit with an order stays and does not count, because
   * only the shop records orders. Many visits leave together, because this costs a pass over the sets of their products.
   * Which visits leave depends on nothing but the log, so a replay agrees. If the visit comes back, it counts as new.
   */
  private forgetOldestVisits(): void {
    if (this.visits <= this.limits.visits) return;
    const remaining = this.visits - this.limits.leavingVisits;
    this.pairs.interest.removeSets(() => {
      for (; this.visits > remaining && this.oldestVisit < this.subjects.size; this.oldestVisit++) {
        const visit = this.oldestVisit;
        if (!isSessionSubject(this.subjects.idAt(visit)) || this.ordersOf.length(visit) > 0) continue;
        this.removeContributions(visit);
        this.botSubjects.delete(visit);
        this.subjects.forget(visit);
        this.visits--;
      }
    });
  }

  private addOrder(subject: number, order: number): void {
    if (this.ordersOf.length(subject) === 0 && isSessionSubject(this.subjects.idAt(subject))) this.visits--;
    this.ordersOf.append(subject, order);
  }

  /** Moves an order to another subject and merges it with that subject's order under the same key, if there is one. */
  private moveOrder(order: number, from: string, into: string, target: number): void {
    const targetOrder = this.orders.intern(this.orderKeyAt(order, from) + into);
    const isBulk = this.bulkOrders.delete(order);
    const { cells } = this.orderRows;
    const entries = this.orderRows.entries(order).map((at) => [cells[at], cells[at + UNITS]]);
    this.clearOrder(order);
    if (isBulk && !this.bulkOrders.has(targetOrder)) {
      if (this.orderRows.length(targetOrder) === 0) this.addOrder(target, targetOrder);
      this.markAsBulkOrder(targetOrder, target);
    }
    for (const [product, units] of entries) this.addUnits(targetOrder, target, product, units);
    if (this.bulkOrders.has(targetOrder)) this.shop.sessions.removeOrder(target, targetOrder);
  }

  /** Returns the key of a subject's order, with the separator at its end. */
  private orderKeyAt(order: number, subjectId: string): string {
    return this.orders.idAt(order).slice(0, -subjectId.length);
  }

  pendingChanges(): number {
    return this.shop.pendingChanges();
  }

  drainDelta(): Uint8Array {
    return runTask(this.drainDeltaInSteps());
  }

  /** Like {@link drainDelta}, but in steps. No event may be applied between steps. */
  drainDeltaInSteps(): ResumableTask<Uint8Array> {
    return this.shop.drainDeltaInSteps();
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

  /** @returns offset of the subject's entry for the product; −1 if the subject is a bot */
  private applyToSubject(subject: number, product: number, points: number, isOrdered: boolean): number {
    const offset = this.botSubjects.has(subject) ? -1 : this.subjectEntry(subject, product);
    if (offset < 0) return offset;
    const { cells } = this.subjectRows;
    const before = this.isInterest(offset);
    if (isOrdered && (cells[offset + FLAGS] & ORDERED) === 0) {
      const replacement = this.sample.markOrdered(subject, offset);
      // `replacement` is the entry of another product, which now forms pairs. This product's interest is counted below.
      if (replacement >= 0 && this.isInterest(replacement)) this.countInterest(subject, replacement, 1);
    }
    cells[offset + POINTS] += points;
    const after = this.isInterest(offset);
    if (before !== after) this.countInterest(subject, offset, after ? 1 : -1);
    return offset;
  }

  private isInterest(offset: number): boolean {
    return this.subjectRows.cells[offset + POINTS] > 0 && this.sample.includes(offset);
  }

  private countInterest(subject: number, offset: number, change: 1 | -1): void {
    const product = this.subjectRows.cells[offset];
    if (change > 0) this.pairs.interest.add(subject, product);
    else this.pairs.interest.remove(subject, product);
  }

  /**
   * Returns whether the subject is interested in the product for the first time, and records it. Interest that ends and
   * begins again does not add popularity again.
   */
  private isNewInterest(subject: number, product: number): boolean {
    const offset = this.botSubjects.has(subject) ? -1 : this.subjectRows.find(subject, product);
    const { cells } = this.subjectRows;
    if (offset < 0 || (cells[offset + FLAGS] & COUNTED) !== 0 || cells[offset + POINTS] <= 0) return false;
    cells[offset + FLAGS] |= COUNTED;
    return true;
  }

  /** @param occurredAt time of the event, ms; absent if a merge moves the order */
  private addUnits(order: number, subject: number, product: number, units: number, occurredAt?: number): void {
    if (this.bulkOrders.has(order)) return;
    if (subject >= 0 && this.orderRows.length(order) === 0) this.addOrder(subject, order);
    let offset = this.orderRows.find(order, product);
    if (offset < 0) {
      if (this.orderRows.length(order) >= this.limits.productsPerOrder) {
        this.markAsBulkOrder(order, subject, occurredAt);
        return;
      }
      offset = this.orderRows.append(order, product);
    }
    const { cells } = this.orderRows;
    const before = cells[offset + UNITS] > 0;
    cells[offset + UNITS] += units;
    const after = cells[offset + UNITS] > 0;
    if (before === after) return;
    if (after) this.pairs.purchase.add(order, product);
    else this.pairs.purchase.remove(order, product);
    this.countOrder(subject, product, after ? 1 : -1, occurredAt);
  }

  /** Changes the number of the subject's orders that contain the product by one. */
  private countOrder(subject: number, product: number, change: 1 | -1, occurredAt?: number): void {
    if (subject < 0 || this.botSubjects.has(subject)) return;
    const offset = this.subjectEntry(subject, product);
    if (offset < 0) return;
    const before = this.subjectRows.cells[offset + ORDERS] > 0;
    this.addOrders(offset, product, change);
    const after = this.subjectRows.cells[offset + ORDERS] > 0;
    if (before !== after && occurredAt !== undefined) this.shop.stats.acquisitions.add(product, change, occurredAt);
  }

  /** Changes the order count of a subject's entry, and the product's statistics with it. */
  private addOrders(offset: number, product: number, change: number): void {
    if (change === 0) return;
    const { stats } = this.shop;
    const { cells } = this.subjectRows;
    const before = cells[offset + ORDERS];
    const after = (cells[offset + ORDERS] += change);
    stats.touch(product);
    stats.orders[product] += change;
    stats.purchasers[product] += Number(after > 0) - Number(before > 0);
    stats.repeatPurchasers[product] += Number(after > 1) - Number(before > 1);
  }

  /**
   * Returns the offset of the subject's entry for the product, which is created if necessary. Returns −1 and marks the
   * subject as a bot if it already has the maximum number of products.
   */
  private subjectEntry(subject: number, product: number): number {
    const known = this.subjectRows.find(subject, product);
    if (known >= 0) return known;
    if (this.subjectRows.length(subject) >= this.maxProducts(subject)) {
      this.markAsBot(subject);
      return -1;
    }
    const offset = this.subjectRows.append(subject, product);
    this.sample.offer(subject, offset, (leaving) => this.beforeLeavingSample(subject, leaving));
    return offset;
  }

  private beforeLeavingSample(subject: number, offset: number): void {
    if (this.isInterest(offset)) this.countInterest(subject, offset, -1);
  }

  private maxProducts(subject: number): number {
    const { productsPerSubject, productsPerSession } = this.limits;
    return isSessionSubject(this.subjects.idAt(subject)) ? productsPerSession : productsPerSubject;
  }

  /** Marks a subject as a bot and removes its contributions. It never contributes again. */
  private markAsBot(subject: number): void {
    this.botSubjects.add(subject);
    this.removeContributions(subject);
    this.shop.sessions.remove(subject);
  }

  /** Removes all contributions and entries of a subject. */
  private removeContributions(subject: number): void {
    const { cells } = this.subjectRows;
    for (const at of this.subjectRows.entries(subject)) {
      if (this.isInterest(at)) {
        cells[at + POINTS] = 0;
        this.countInterest(subject, at, -1);
      }
      this.addOrders(at, cells[at], -cells[at + ORDERS]);
    }
    this.subjectRows.clear(subject);
  }

  private markAsBulkOrder(order: number, subject: number, occurredAt?: number): void {
    this.bulkOrders.add(order);
    if (subject >= 0) this.shop.sessions.removeOrder(subject, order);
    for (const product of this.clearOrder(order)) this.countOrder(subject, product, -1, occurredAt);
  }

  /** Removes an order and its pairs. @returns the products that it contained */
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

  /** Encodes a checkpoint. Pending changes stay pending, which is safe because deltas carry values, not increments. */
  encode(): Checkpoint {
    return runTask(this.encodeInSteps());
  }

  /** Like {@link encode}, but in steps. No event may be applied between steps. */
  *encodeInSteps(): ResumableTask<Checkpoint> {
    const writer = new ByteWriter();
    yield* this.tables.writeInSteps(writer);
    return { shop: yield* this.shop.encodeInSteps(), subjects: writer.detach() };
  }

  static decode(bytes: Checkpoint, limits = LEARNER_LIMITS): LearnerState {
    return runTask(LearnerState.decodeInSteps(bytes, limits));
  }

  /**
   * Decodes a checkpoint in steps.
   * @throws Error for bytes of another format, for inconsistent bytes, and for a shop half without sessions
   */
  static *decodeInSteps(bytes: Checkpoint, limits = LEARNER_LIMITS): ResumableTask<LearnerState> {
    const shop = yield* ShopState.decodeInSteps(bytes.shop, limits.sessionEntries);
    if (shop.lacksSessions) throw new Error('it has no sessions');
    const state = new LearnerState(limits, shop);
    yield* state.tables.readInSteps(new ByteReader(bytes.subjects));
    yield* state.restoreSetsInSteps();
    state.shop.clearChanges();
    // A checkpoint of a process with another limit may have more visits.
    for (; state.visits > limits.visits; yield) state.forgetOldestVisits();
    return state;
  }

  /** Restores the sets of products per subject and per order, from which pairs are counted. */
  private *restoreSetsInSteps(): ResumableTask<void> {
    const { interest, purchase } = this.pairs;
    for (let order = 0; order < this.orders.size; order++) {
      for (const at of this.orderRows.entries(order)) {
        if (this.orderRows.cells[at + UNITS] > 0) purchase.restore(order, this.orderRows.cells[at]);
      }
      if (order % ITEMS_PER_STEP === 0) yield;
    }
    for (let subject = 0; subject < this.subjects.size; subject++) {
      if (this.ordersOf.length(subject) === 0 && isSessionSubject(this.subjects.idAt(subject))) this.visits++;
      for (const at of this.subjectRows.entries(subject)) {
        if (this.isInterest(at)) interest.restore(subject, this.subjectRows.cells[at]);
      }
      if (subject % ITEMS_PER_STEP === 0) yield;
    }
    this.pairs.markAllListsChanged();
  }
}
