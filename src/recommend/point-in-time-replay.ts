import { EventColumns, type LogEvents } from '../events/event-columns';
import { runTask } from '../learn/resumable-task';
import type { CustomerHistory } from './history';
import { historyBefore } from './history-at';
import { LearnerState } from './learner-state';
import type { ShopState } from './shop-state';

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
 * Replays the log once, in order of time, and gives the shop's state and the histories as of each instant.
 *
 * If the events are those of a sample of the customers, every count of the shop's state is multiplied by the number of
 * customers that each sampled customer stands for. So models are fitted on counts as large as those in serving.
 */
export class PointInTimeReplay implements PointInTimeView {
  readonly events: EventColumns;
  private readonly learner = new LearnerState();
  private next = 0;
  private time = -Infinity;

  /**
   * @param events sorted by `occurredAt`
   * @param customerWeight number of customers that each customer stands for: a power of two, so that multiplying and
   *   dividing are exact
   */
  constructor(
    events: LogEvents,
    private readonly customerWeight = 1,
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
    const { events, customerWeight } = this;
    const { pairs, shop } = this.learner;
    if (customerWeight !== 1) shop.multiplyCounts(1 / customerWeight);
    if (pairs.isPartial) pairs.pause();
    for (; this.next < events.length && events.timeAt(this.next) < time; this.next++) {
      this.learner.apply(events.at(this.next));
    }
    this.time = Math.max(this.time, time);
    if (pairs.isPartial) runTask(pairs.rebuildInSteps());
    if (customerWeight !== 1) shop.multiplyCounts(customerWeight);
    shop.refreshNeighbours();
  }
}
