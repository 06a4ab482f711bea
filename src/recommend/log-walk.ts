import { EventColumns, type LogEvents } from '../events/event-columns';
import { runTask } from '../learn/resumable-task';
import type { CustomerHistory } from './history';
import { historyBefore } from './history-at';
import { LearnerState } from './learner-state';
import type { ShopState } from './shop-state';

/** What was known at an instant. */
export interface Known {
  readonly shop: ShopState;
  /** Customers and sessions with an event so far, by index: 0 … `subjects` − 1, in order of their first events. */
  readonly subjects: number;
  /** What was known of a subject. It is computed from its events at every call, so that no history occupies memory. */
  historyOf(subject: number): CustomerHistory | undefined;
  /** The same by the subject's id. */
  historyOfId(subjectId: string): CustomerHistory | undefined;
}

/** Goes through the log once, in order of time: at each instant it stops at, the shop's state is what it was then. */
export class LogWalk implements Known {
  readonly events: EventColumns;
  private readonly learner = new LearnerState();
  private next = 0;
  private time = -Infinity;

  /** @param events sorted by `occurredAt` */
  constructor(events: LogEvents) {
    this.events = EventColumns.of(events);
  }

  get shop(): ShopState {
    return this.learner.shop;
  }

  get subjects(): number {
    return this.events.subjectsBefore(this.time);
  }

  historyOf(subject: number): CustomerHistory | undefined {
    return historyBefore(this.events, subject, this.time);
  }

  historyOfId(subjectId: string): CustomerHistory | undefined {
    return this.historyOf(this.events.subjects.indexOf(subjectId));
  }

  /** Applies everything before `time` (ms). It never goes back. */
  to(time: number): void {
    const { events } = this;
    const { pairs } = this.learner;
    if (pairs.isPartial) pairs.pause();
    for (; this.next < events.length && events.timeAt(this.next) < time; this.next++) {
      this.learner.apply(events.at(this.next));
    }
    this.time = Math.max(this.time, time);
    if (pairs.isPartial) runTask(pairs.rebuilding());
    this.learner.shop.refreshNeighbours();
  }
}
