import { grown } from '../learn/grown';
import { IdTable } from '../learn/id-table';
import { EVENT_SOURCES, EVENT_TYPES, orderIdOf, subjectOf, type EventType, type LogEvent } from './log-event';

/** Events sorted by `occurredAt`. */
export type LogEvents = readonly LogEvent[] | EventColumns;

/**
 * Event types for which only a subject's newest event on a product counts. Among events with the same time, the id
 * decides which one is the newest. So the columns store the ids of events of these types.
 */
const OPINION_TYPES: ReadonlySet<EventType> = new Set<EventType>(['RATE', 'LIKE', 'DISLIKE']);
const INITIAL_CAPACITY = 1_024;
const GROWTH_FACTOR = 1.25;

/**
 * Columns with the event fields that model fitting needs: 26 bytes per event (34 if any event has a rating), plus
 * subjects and products, each of which is stored once. Event objects with their strings take several times as much
 * memory.
 *
 * Events must be appended in order of `occurredAt`. {@link at} returns an appended event with two differences. A
 * customer's event has no `sessionId`. The `id` contains only what model fitting uses: an order line has the id of its
 * order, an opinion (RATE, LIKE, DISLIKE) has its own id, and other events have an empty id.
 */
export class EventColumns {
  /** Subjects (customers and sessions) in the order of their first events. */
  readonly subjects = new IdTable();
  readonly products = new IdTable();
  private size = 0;
  private times = new Float64Array(INITIAL_CAPACITY);
  /** NaN for an event without a rating. The array is empty until the first rating. */
  private ratings = new Float64Array(0);
  private subjectIndexes = new Int32Array(INITIAL_CAPACITY);
  private productIndexes = new Int32Array(INITIAL_CAPACITY);
  /** 32 bits are enough, because the database column is a 32-bit integer. */
  private quantities = new Int32Array(INITIAL_CAPACITY);
  private idIndexes = new Int32Array(INITIAL_CAPACITY);
  private types = new Uint8Array(INITIAL_CAPACITY);
  private sources = new Uint8Array(INITIAL_CAPACITY);
  private readonly ids: string[] = [''];
  private readonly orderIdIndexes = new Map<string, number>();
  private groups: SubjectGroups | undefined;

  static of(events: LogEvents): EventColumns {
    if (events instanceof EventColumns) return events;
    const columns = new EventColumns();
    for (const event of events) columns.append(event);
    return columns;
  }

  get length(): number {
    return this.size;
  }

  append(event: LogEvent): void {
    if (this.size === this.times.length) this.grow();
    const index = this.size++;
    const subject = subjectOf(event);
    this.times[index] = event.occurredAt;
    if (event.rating !== undefined && this.ratings.length === 0)
      this.ratings = new Float64Array(this.times.length).fill(NaN);
    if (this.ratings.length > 0) this.ratings[index] = event.rating ?? NaN;
    this.subjectIndexes[index] = subject === undefined ? -1 : this.subjects.intern(subject);
    this.productIndexes[index] = event.productId === undefined ? -1 : this.products.intern(event.productId);
    this.quantities[index] = event.quantity;
    this.idIndexes[index] = this.indexOfId(event);
    this.types[index] = EVENT_TYPES.indexOf(event.type);
    this.sources[index] = EVENT_SOURCES.indexOf(event.source);
    this.groups = undefined;
  }

  at(index: number): LogEvent {
    const subject = this.subjectIndexes[index];
    const product = this.productIndexes[index];
    const rating = this.ratings.length > 0 ? this.ratings[index] : NaN;
    const name = subject < 0 ? '' : this.subjects.idAt(subject);
    return {
      source: EVENT_SOURCES[this.sources[index]],
      id: this.ids[this.idIndexes[index]],
      type: EVENT_TYPES[this.types[index]],
      occurredAt: this.times[index],
      customerId: name.startsWith('c:') ? name.slice(2) : undefined,
      sessionId: name.startsWith('s:') ? name.slice(2) : undefined,
      productId: product < 0 ? undefined : this.products.idAt(product),
      quantity: this.quantities[index],
      rating: Number.isNaN(rating) ? undefined : rating,
    };
  }

  timeAt(index: number): number {
    return this.times[index];
  }

  typeAt(index: number): EventType {
    return EVENT_TYPES[this.types[index]];
  }

  /**
   * Returns the index of the event's subject in {@link subjects}; −1 for an event with neither a customer nor a
   * session.
   */
  subjectAt(index: number): number {
    return this.subjectIndexes[index];
  }

  /** Returns the index of the event's product in {@link products}; −1 for an event without a product. */
  productAt(index: number): number {
    return this.productIndexes[index];
  }

  /** Returns the index of the first event at or after `time` (ms). */
  firstIndexFrom(time: number): number {
    return firstIndex(this.size, (index) => this.times[index] >= time);
  }

  /**
   * Returns the number n of subjects that have an event before `time` (ms). Their indexes are 0 … n − 1, because
   * subjects are numbered in the order of their first events.
   */
  subjectCountBefore(time: number): number {
    const { starts, events } = this.groupBySubject();
    return firstIndex(this.subjects.size, (subject) => this.times[events[starts[subject]]] >= time);
  }

  /** Returns the indexes of a subject's events, in ascending order. */
  indexesOf(subject: number): Int32Array {
    const { starts, events } = this.groupBySubject();
    return events.subarray(starts[subject], starts[subject + 1]);
  }

  private indexOfId(event: LogEvent): number {
    if (OPINION_TYPES.has(event.type)) return this.ids.push(event.id) - 1;
    if (event.source !== 'ORDERS') return 0;
    const order = orderIdOf(event.id);
    let index = this.orderIdIndexes.get(order);
    if (index === undefined) this.orderIdIndexes.set(order, (index = this.ids.push(order) - 1));
    return index;
  }

  /** Groups events by subject with a counting sort. */
  private groupBySubject(): SubjectGroups {
    if (this.groups !== undefined) return this.groups;
    const starts = new Int32Array(this.subjects.size + 1);
    for (let index = 0; index < this.size; index++)
      if (this.subjectIndexes[index] >= 0) starts[this.subjectIndexes[index] + 1]++;
    for (let subject = 0; subject < this.subjects.size; subject++) starts[subject + 1] += starts[subject];
    const next = starts.slice();
    const events = new Int32Array(starts[this.subjects.size]);
    for (let index = 0; index < this.size; index++)
      if (this.subjectIndexes[index] >= 0) events[next[this.subjectIndexes[index]]++] = index;
    return (this.groups = { starts, events });
  }

  private grow(): void {
    const capacity = Math.ceil(GROWTH_FACTOR * this.size);
    this.times = grown(this.times, capacity);
    if (this.ratings.length > 0) this.ratings = grown(this.ratings, capacity);
    this.subjectIndexes = grown(this.subjectIndexes, capacity);
    this.productIndexes = grown(this.productIndexes, capacity);
    this.quantities = grown(this.quantities, capacity);
    this.idIndexes = grown(this.idIndexes, capacity);
    this.types = grown(this.types, capacity);
    this.sources = grown(this.sources, capacity);
  }
}

/** Indexes of events grouped by subject: subject s has the indexes `events[k]` with starts[s] ≤ k < starts[s + 1]. */
interface SubjectGroups {
  readonly starts: Int32Array;
  readonly events: Int32Array;
}

/**
 * Binary search: returns the first index below `length` that satisfies the condition, or `length` if none does. If an
 * index satisfies the condition, all later ones must, too.
 */
function firstIndex(length: number, isReached: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isReached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
