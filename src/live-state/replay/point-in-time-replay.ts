import type { CustomerSample } from '../../events/customer-sample';
import { EventColumns, type LogEvents } from '../../events/event-columns';
import { runTask } from '../../learn/resumable-task';
import type { CustomerHistory } from '../history';
import { historyBefore } from '../history-at';
import { LearnerState } from '../learner/learner-state';
import type { ShopState } from '../shop-state';

/** The shop's state and the histories as of an instant. */
export interface PointInTimeView {
  readonly shop: ShopState;
  /** Number of customers and sessions with events so far. Their indexes are in order of their first events. */
  readonly subjectCount: number;
  /** Returns a subject's history. Every call computes it from the events, so that no histories occupy memory. */
  historyOf(subject: number): CustomerHistory | undefined;
  historyOfId(subjectId: string): CustomerHistory | undefined;
}

/**
 * A sample of the customers: how many customers each of them stands for (a power of two), and the time (ms) of each
 * product's first event in the whole log.
 */
export type ReplayedSample = Pick<CustomerSample, 'weight' | 'firstSeen'>;

const ALL_CUSTOMERS: ReplayedSample = { weight: 1, firstSeen: new Map() };

/**
 * Replays the log once, in order of time, and gives the shop's state and the histories as of each instant.
 *
 * If the events are those of a sample of the customers, every count of the shop's state is multiplied by the number of
 * customers that each sampled customer stands for. So models are fitted on counts as large as those in serving. One
 * difference from serving remains: a sampled customer's own events also count that many times. Sessions are not
 * multiplied.
 */
export class PointInTimeReplay implements PointInTimeView {
  readonly events: EventColumns;
  private readonly learner = new LearnerState();
  private next = 0;
  private time = -Infinity;

  /** @param events sorted by `occurredAt` */
  constructor(
    events: LogEvents,
    private readonly sample = ALL_CUSTOMERS,
  ) {
    this.events = EventColumns.of(events);
  }

  get shop(): ShopState {
    return this.learner.shop;
  }

  get subjectCount(): number {
    return this.events.subjectCountBefore(this.time);
  }

  historyOf(subject: number): CustomerHistory | undefined {
    return historyBefore(this.events, subject, this.time);
  }

  historyOfId(subjectId: string): CustomerHistory | undefined {
    return this.historyOf(this.events.subjects.indexOf(subjectId));
  }

  /** Applies all events before `time` (ms). The replay never goes back. */
  advanceTo(time: number): void {
    const { events } = this;
    const { weight, firstSeen } = this.sample;
    const { pairs, shop } = this.learner;
    // New events are added to the counts of the sample itself, so the multiplication is undone first. This is exact for
    // a power of two.
    if (weight !== 1) shop.multiplyCounts(1 / weight);
    if (pairs.isPartial) pairs.pause();
    for (; this.next < events.length && events.timeAt(this.next) < time; this.next++) {
      this.learner.apply(events.at(this.next));
    }
    this.time = Math.max(this.time, time);
    if (pairs.isPartial) runTask(pairs.rebuildInSteps());
    if (weight !== 1) {
      shop.stats.lowerFirstSeen((product) => firstSeen.get(shop.products.idAt(product)));
      shop.multiplyCounts(weight);
    }
    shop.refreshNeighbours();
  }
}
