import type { LogEvent } from '../events/log-event';
import { runTask } from '../learn/resumable-task';
import type { CustomerHistory } from './history';
import { applyToHistory, purchasesBetween } from './history-transitions';
import { LearnerState } from './learner-state';
import type { ShopState } from './shop-state';

/** What was known at an instant. */
export interface Known {
  readonly shop: ShopState;
  readonly histories: ReadonlyMap<string, CustomerHistory>;
}

/**
 * Goes through the log once, in order of time: at each instant it stops at, the shop's state and the histories are what they
 * were then.
 */
export class LogWalk implements Known {
  private readonly learner = new LearnerState();
  private readonly known = new Map<string, CustomerHistory>();
  private next = 0;

  /** @param events sorted by `occurredAt` */
  constructor(private readonly events: readonly LogEvent[]) {}

  get shop(): ShopState {
    return this.learner.shop;
  }

  get histories(): ReadonlyMap<string, CustomerHistory> {
    return this.known;
  }

  /** Takes in everything before `time` (ms). It never goes back. */
  to(time: number): void {
    const { pairs } = this.learner;
    if (pairs.isPartial) pairs.pause();
    for (; this.next < this.events.length && this.events[this.next].occurredAt < time; this.next++) {
      this.learner.apply(this.events[this.next]);
      applyToHistory(this.known, this.events[this.next]);
    }
    if (pairs.isPartial) runTask(pairs.rebuilding());
    this.learner.shop.refreshNeighbours();
  }

  /** Distinct products that each subject buys from here on and before `end` (ms). */
  purchasesUntil(end: number): Map<string, Set<string>> {
    return purchasesBetween(this.events, this.next, end);
  }
}
